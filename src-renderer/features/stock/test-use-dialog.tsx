import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CountField, wholeNumber } from '../../components/count-field.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { faultCode } from '../../queries/read-fault.ts';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';

const purposes = ['pairing', 'cleaning', 'test-print', 'other'] as const;
const feeders = ['printer', 'hand'] as const;

interface TestUseDialogProps {
  readonly lot: string;
  readonly line: string;
  readonly onClose: () => void;
}

/** Books blanks that were used without an order: they are test cards from then on, and go into the box of rejected cards. */
export function TestUseDialog({ lot, line, onClose }: TestUseDialogProps) {
  const { t } = useTranslation();
  const [count, setCount] = useState('1');
  const [purpose, setPurpose] = useState<(typeof purposes)[number]>('test-print');
  const [fedBy, setFedBy] = useState<(typeof feeders)[number]>('printer');
  const [remark, setRemark] = useState('');
  const figure = wholeNumber(count);
  const use = { lot, line, count: figure ?? 1, purpose, fedBy, remark };
  const book = useCommand(() => station.stock.useForTest(use), onClose);
  const ask = useCommand(
    () => station.stock.requestTestUse(use),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  // What this person may book alone only the station knows: its refusal is what makes a second person needed.
  const second = (figure ?? 1) > 2 || faultCode(book.error) === 'STOCK-TEST-SECOND-PERSON';
  const command = second ? ask : book;
  const shrink = { inputLabel: { shrink: true } };
  return (
    <FormDialog
      title={t('testUse.title', { lot })}
      note={second ? `${t('testUse.note')} ${t('testUse.second')}` : t('testUse.note')}
      submit={second ? t('testUse.ask') : t('testUse.book')}
      pending={command.isPending}
      ready={figure !== null && figure <= 20}
      thrown={ask.error ?? book.error}
      onSubmit={() => command.mutate(undefined)}
      onClose={onClose}
    >
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '110px 1fr 1fr', paddingTop: 1 }}>
        <CountField label={t('testUse.count')} value={count} most={20} onChange={setCount} />
        <TextField
          select
          label={t('testUse.purpose')}
          value={purpose}
          slotProps={shrink}
          onChange={(event) => setPurpose(purposes.find((one) => one === event.target.value) ?? 'other')}
        >
          {purposes.map((one) => (
            <MenuItem key={one} value={one}>
              {t(`testUse.for.${one}`)}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          select
          label={t('testUse.fedBy')}
          value={fedBy}
          slotProps={shrink}
          onChange={(event) => setFedBy(feeders.find((one) => one === event.target.value) ?? 'printer')}
        >
          {feeders.map((one) => (
            <MenuItem key={one} value={one}>
              {t(`testUse.by.${one}`)}
            </MenuItem>
          ))}
        </TextField>
      </Box>
      <TextField
        label={t('remake.remark')}
        value={remark}
        onChange={(event) => setRemark(event.target.value.slice(0, 400))}
        slotProps={shrink}
      />
    </FormDialog>
  );
}
