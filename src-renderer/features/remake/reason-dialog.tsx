import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RemakeReason } from '#shared/domain/reject-reason.ts';
import { FormDialog } from '../../components/form-dialog.tsx';

interface ReasonDialogProps<Reason extends RemakeReason> {
  readonly title: string;
  readonly note: string;
  readonly submit: string;
  readonly reasons: readonly Reason[];
  readonly pending: boolean;
  readonly thrown: Error | null;
  readonly onSubmit: (reason: Reason, remark: string) => void;
  readonly onClose: () => void;
}

/** Asks for a reason code and a remark before a card is given up. */
export function ReasonDialog<Reason extends RemakeReason>(props: ReasonDialogProps<Reason>) {
  const { reasons, onSubmit, ...rest } = props;
  const { t } = useTranslation();
  const id = useId();
  const [reason, setReason] = useState<Reason | null>(null);
  const [remark, setRemark] = useState('');
  return (
    <FormDialog
      {...rest}
      ready={reason !== null && (reason !== 'other' || remark.trim() !== '')}
      onSubmit={() => reason !== null && onSubmit(reason, remark)}
    >
      <FormControl>
        <FormLabel id={id}>{t('remake.reason')}</FormLabel>
        <RadioGroup
          aria-labelledby={id}
          value={reason ?? ''}
          onChange={(_event, value) => setReason(reasons.find((one) => one === value) ?? null)}
          sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}
        >
          {reasons.map((one: RemakeReason) => (
            <FormControlLabel key={one} value={one} control={<Radio size="small" />} label={t(`reasonCode.${one}`)} />
          ))}
        </RadioGroup>
      </FormControl>
      <TextField
        label={t(reason === 'other' ? 'remake.remarkNeeded' : 'remake.remark')}
        value={remark}
        onChange={(event) => setRemark(event.target.value.slice(0, 400))}
        slotProps={{ inputLabel: { shrink: true } }}
      />
    </FormDialog>
  );
}
