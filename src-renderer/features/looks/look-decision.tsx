import ThumbDown from '@mui/icons-material/ThumbDownOutlined';
import ThumbUp from '@mui/icons-material/ThumbUpOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { KeyHint } from '../../components/key-hint.tsx';

export const badReasons = [
  'print-faint',
  'print-lines',
  'print-offset',
  'wrong-data',
  'surface-damage',
  'stripe-damage',
  'chip-damage',
  'other',
] as const;
export type BadReason = (typeof badReasons)[number];

/** What the person is about to say of a card. */
export type Draft =
  | { readonly kind: 'undecided'; readonly remark: string }
  | { readonly kind: 'bad'; readonly reason: BadReason | null; readonly remark: string };

interface LookDecisionProps {
  readonly draft: Draft;
  readonly pending: 'yes' | 'no';
  readonly fault: unknown;
  readonly onChange: (draft: Draft) => void;
  readonly onGood: () => void;
  readonly onBad: () => void;
}

/** Good with one stroke; bad with its reason. */
export function LookDecision({ draft, pending, fault, onChange, onGood, onBad }: LookDecisionProps) {
  const { t } = useTranslation();
  const first = useRef<HTMLInputElement>(null);
  const { kind } = draft;
  useEffect(() => {
    if (kind === 'bad') first.current?.focus();
  }, [kind]);
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      {fault !== null && <FaultNotice thrown={fault} />}
      {draft.kind === 'bad' && (
        <FormControl>
          <FormLabel id="look-reason">{t('looks.reason')}</FormLabel>
          <RadioGroup
            aria-labelledby="look-reason"
            value={draft.reason ?? ''}
            onChange={(_event, value) => {
              const reason = badReasons.find((one) => one === value);
              if (reason !== undefined) onChange({ ...draft, reason });
            }}
            sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr' }}
          >
            {badReasons.map((reason, index) => (
              <FormControlLabel
                key={reason}
                value={reason}
                control={<Radio size="small" {...(index === 0 ? { slotProps: { input: { ref: first } } } : {})} />}
                label={t(`reasonCode.${reason}`)}
              />
            ))}
          </RadioGroup>
          {draft.reason === null && <FormHelperText>{t('looks.reasonMissing')}</FormHelperText>}
        </FormControl>
      )}
      <TextField
        label={t('looks.remark')}
        value={draft.remark}
        onChange={(event) => onChange({ ...draft, remark: event.target.value.slice(0, 400) })}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap' }}>
        {draft.kind === 'undecided' ? (
          <>
            <Button
              variant="contained"
              size="large"
              startIcon={<ThumbUp />}
              endIcon={<KeyHint>G</KeyHint>}
              disabled={pending === 'yes'}
              onClick={onGood}
            >
              {t('looks.good')}
            </Button>
            <Button
              size="large"
              startIcon={<ThumbDown />}
              endIcon={<KeyHint>B</KeyHint>}
              disabled={pending === 'yes'}
              onClick={() => onChange({ kind: 'bad', reason: null, remark: draft.remark })}
            >
              {t('looks.bad')}
            </Button>
          </>
        ) : (
          <>
            <Button
              variant="contained"
              color="error"
              size="large"
              disabled={draft.reason === null || pending === 'yes'}
              onClick={onBad}
            >
              {t('looks.rejectCard')}
            </Button>
            <Button
              size="large"
              disabled={pending === 'yes'}
              onClick={() => onChange({ kind: 'undecided', remark: draft.remark })}
            >
              {t('common.cancel')}
            </Button>
          </>
        )}
      </Box>
    </Box>
  );
}
