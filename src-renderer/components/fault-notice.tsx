import Button from '@mui/material/Button';
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { readFault } from '../queries/read-fault.ts';
import { Notice } from './notice.tsx';

interface FaultNoticeProps {
  readonly thrown: unknown;
  readonly onRetry?: () => void;
}

/** What a call threw, in plain words: what happened, what to do now, and the code to quote. */
export function FaultNotice({ thrown, onRetry }: FaultNoticeProps) {
  const { t } = useTranslation();
  const fault = readFault(thrown, (key, part) => t(`${key}.${part}`));
  return (
    <Notice
      tone="bad"
      role="alert"
      title={fault.text}
      actions={
        onRetry === undefined ? undefined : (
          <Button size="small" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        )
      }
    >
      {fault.next}
      <Box component="span" sx={{ display: 'block', marginTop: 0.5, fontSize: '0.8125rem', color: 'text.secondary' }}>
        {fault.code}
      </Box>
    </Notice>
  );
}
