import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CountView } from '#shared/contract/views/stock-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';

/** Two counts that differ from what should be there: a reason, and a second person books the difference. */
export function CountDifference({ count }: { readonly count: CountView }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const ask = useCommand(
    () => station.stock.requestCountDifference({ count: count.count, reason }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  if (count.approval !== null) {
    return (
      <Box>
        <Button variant="contained" size="large" href={addressOf({ kind: 'approval', approval: count.approval })}>
          {t('counts.openRequest')}
        </Button>
      </Box>
    );
  }
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== '') ask.mutate(undefined);
      }}
      sx={{ display: 'grid', gap: 2 }}
    >
      <TextField
        label={t('counts.why')}
        multiline
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.target.value.slice(0, 400))}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      {ask.isError && <FaultNotice thrown={ask.error} />}
      <Button
        type="submit"
        variant="contained"
        size="large"
        disabled={reason.trim() === ''}
        loading={ask.isPending}
        sx={{ justifySelf: 'start' }}
      >
        {t('counts.askDifference')}
      </Button>
    </Box>
  );
}
