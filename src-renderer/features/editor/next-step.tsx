import ArrowForward from '@mui/icons-material/ArrowForwardOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { addressOf } from '../../router/route.ts';
import type { Finding } from './finding-place.ts';

/** Findings that are listed one by one; the rest is a number. */
const mostListed = 12;

interface NextStepProps {
  readonly name: string;
  readonly approval: string | null;
  readonly findings: readonly Finding[];
  readonly state: 'new' | 'unsaved' | 'saved';
  readonly onGo: (field: string) => void;
}

/** What is to be done next, and everything that stands in its way, each with a way to its field. */
export function NextStep({ name, approval, findings, state, onGo }: NextStepProps) {
  const { t } = useTranslation();
  if (approval !== null) {
    return (
      <Notice
        tone="information"
        role="status"
        title={t('editor.waits', { name })}
        actions={
          <Button variant="contained" endIcon={<ArrowForward />} href={addressOf({ kind: 'approval', approval })}>
            {t('editor.toApproval')}
          </Button>
        }
      >
        {t('editor.waitsDetail')}
      </Notice>
    );
  }
  if (findings.length > 0) {
    const listed = findings.slice(0, mostListed);
    return (
      <Notice tone="warning" role="status" title={t('editor.wrong', { count: findings.length })}>
        <Box component="ul" aria-label={t('editor.findings')} sx={{ margin: 0, paddingLeft: 2.5 }}>
          {listed.map(({ field, reason }) => (
            <li key={`${field} ${reason}`}>
              <Link component="button" type="button" variant="body2" onClick={() => onGo(field)}>
                {field === '-' ? t('editor.whole') : field}
              </Link>
              {`: ${reason}`}
            </li>
          ))}
        </Box>
        {findings.length > listed.length && t('editor.moreWrong', { count: findings.length - listed.length })}
      </Notice>
    );
  }
  return (
    <Notice tone={state === 'saved' ? 'good' : 'information'} role="status" title={t(`editor.step.${state}`)}>
      {t(`editor.stepDetail.${state}`)}
    </Notice>
  );
}
