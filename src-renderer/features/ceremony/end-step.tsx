import ContentCopy from '@mui/icons-material/ContentCopyOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import { addressOf } from '../../router/route.ts';
import { ShownCheckValue } from './shown-check-value.tsx';
import { StepTitle } from './step-title.tsx';

/** The key block to hand over. Where the browser does not let the page copy, the block is selected for the person's own hand. */
function LeftBlock({ block }: { readonly block: string }) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<'no' | 'yes' | 'by-hand'>('no');
  const copy = () => {
    field.current?.focus();
    field.current?.select();
    navigator.clipboard.writeText(block).then(
      () => setCopied('yes'),
      () => setCopied('by-hand'),
    );
  };
  return (
    <Box sx={{ display: 'grid', gap: 1.5, justifyItems: 'start' }}>
      <TextField
        label={t('ceremony.block')}
        multiline
        value={block}
        inputRef={field}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { readOnly: true, spellCheck: false } }}
        sx={{ '& textarea': { fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace', fontSize: '0.875rem' } }}
      />
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        <Button variant="contained" size="large" startIcon={<ContentCopy />} onClick={copy}>
          {t('ceremony.copy')}
        </Button>
        <span role="status">
          {copied === 'yes' && t('ceremony.copied')}
          {copied === 'by-hand' && t('ceremony.copyByHand')}
        </span>
      </Box>
    </Box>
  );
}

interface EndStepProps {
  readonly ceremony: CeremonyView;
  readonly state: 'kept' | 'left-as-block' | 'given-up' | 'lost';
}

/** How a ceremony ended, and what there is now. */
export function EndStep({ ceremony, state }: EndStepProps) {
  const { t } = useTranslation();
  const kcv = ceremony.kcv !== null && <ShownCheckValue label={t('ceremony.keyKcv')} kcv={ceremony.kcv} />;
  switch (state) {
    case 'kept':
      return (
        <>
          <StepTitle title={t('ceremony.keptTitle')} detail={t('ceremony.keptDetail')} />
          {kcv}
          <Box>
            <Button
              variant="contained"
              size="large"
              href={addressOf({ kind: 'keys', tab: 'list', key: ceremony.key.name })}
            >
              {t('ceremony.toKey')}
            </Button>
          </Box>
        </>
      );
    case 'left-as-block':
      return (
        <>
          <StepTitle
            title={t('ceremony.leftTitle')}
            detail={t('ceremony.leftDetail', { key: ceremony.leavesUnder ?? '' })}
          />
          {kcv}
          {ceremony.block === null ? (
            <Typography color="textSecondary">{t('ceremony.blockOthers')}</Typography>
          ) : (
            <LeftBlock block={ceremony.block} />
          )}
        </>
      );
    case 'given-up':
    case 'lost':
      return (
        <>
          <StepTitle
            title={t(state === 'lost' ? 'ceremony.lostTitle' : 'ceremony.givenUpTitle')}
            detail={t(state === 'lost' ? 'ceremony.lostDetail' : 'ceremony.givenUpDetail')}
          />
          <Typography>{t('ceremony.again')}</Typography>
        </>
      );
  }
}
