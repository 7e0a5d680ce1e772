import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CountView } from '#shared/contract/views/stock-views.ts';
import { wholeNumber } from '../../components/count-field.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { queryClient } from '../../queries/query-client.ts';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';

/** Gives a count up, with the reason. */
export function Abandoning({ count }: { readonly count: CountView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'no' | 'yes'>('no');
  const [reason, setReason] = useState('');
  const abandon = useCommand(() => station.stock.abandonCount({ count: count.count, reason }));
  if (open === 'no') {
    return (
      <Button size="small" variant="text" onClick={() => setOpen('yes')} sx={{ justifySelf: 'start' }}>
        {t('counts.abandon')}
      </Button>
    );
  }
  return (
    <Box sx={{ display: 'grid', gap: 1.5, borderTop: 1, borderColor: 'divider', paddingTop: 2 }}>
      <TextField
        autoFocus
        label={t('counts.abandonReason')}
        value={reason}
        onChange={(event) => setReason(event.target.value.slice(0, 400))}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      {abandon.isError && <FaultNotice thrown={abandon.error} />}
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button disabled={reason.trim() === ''} loading={abandon.isPending} onClick={() => abandon.mutate(undefined)}>
          {t('counts.abandonNow')}
        </Button>
        <Button variant="text" onClick={() => setOpen('no')}>
          {t('common.cancel')}
        </Button>
      </Box>
    </Box>
  );
}

/** Takes one figure, given once; what is expected is not known to this page. */
export function CountForm({ count }: { readonly count: CountView }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const figure = wholeNumber(typed, 0);
  const enter = useCommand(
    (given: number) => station.stock.enterCount({ count: count.count, figure: given }),
    () => void queryClient.invalidateQueries({ queryKey: ['view', 'stock.counts'] }),
  );
  return (
    <Box sx={{ display: 'grid', gap: 3 }}>
      <Box
        component="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (figure !== null && !enter.isPending) enter.mutate(figure);
        }}
        sx={{ display: 'grid', gap: 2 }}
      >
        <Typography>{t(count.state === 'first' ? 'counts.askFirst' : 'counts.askSecond')}</Typography>
        <TextField
          label={t('counts.yourFigure')}
          value={typed}
          onChange={(event) => setTyped(event.target.value.replace(/[^\d]/g, '').slice(0, 7))}
          slotProps={{
            inputLabel: { shrink: true },
            htmlInput: { inputMode: 'numeric', autoComplete: 'off' },
          }}
          sx={{ '& input': { fontSize: '2.5rem', fontWeight: 650, textAlign: 'center', paddingBlock: 2.5 } }}
        />
        {enter.isError && <FaultNotice thrown={enter.error} />}
        <Button
          type="submit"
          variant="contained"
          size="large"
          disabled={figure === null}
          loading={enter.isPending}
          sx={{ minHeight: 56, fontSize: '1.0625rem' }}
        >
          {t('counts.give')}
        </Button>
        <Typography variant="body2" color="textSecondary">
          {t('counts.once')}
        </Typography>
      </Box>
      {count.state === 'first' && <Abandoning count={count} />}
    </Box>
  );
}
