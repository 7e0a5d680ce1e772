import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';
import { askCeremonyAgain } from './use-ceremony.ts';

/** Lets a custodian give the ceremony up, with the reason, as long as it has not ended. */
export function GivingUp({ ceremony, person }: { readonly ceremony: CeremonyView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'no' | 'yes'>('no');
  const [reason, setReason] = useState('');
  const giveUp = useCommand(
    () => station.keys.giveUpCeremony({ ceremony: ceremony.ceremony, reason }),
    () => {
      setOpen('no');
      askCeremonyAgain(ceremony.ceremony);
    },
  );
  const under = ceremony.state === 'entering' || ceremony.state === 'confirming';
  if (!under || !ceremony.custodians.some((one) => one.person === person.person)) return null;
  return (
    <>
      <Button color="error" onClick={() => setOpen('yes')}>
        {t('ceremony.giveUp')}
      </Button>
      {open === 'yes' && (
        <FormDialog
          title={t('ceremony.giveUpTitle')}
          note={t('ceremony.giveUpNote')}
          submit={t('ceremony.giveUpNow')}
          pending={giveUp.isPending}
          ready={reason.trim() !== ''}
          thrown={giveUp.error}
          onSubmit={() => giveUp.mutate(undefined)}
          onClose={() => setOpen('no')}
        >
          <TextField
            autoFocus
            label={t('ceremony.giveUpReason')}
            value={reason}
            onChange={(event) => setReason(event.target.value.slice(0, 400))}
            slotProps={{ inputLabel: { shrink: true } }}
            sx={{ marginTop: 1 }}
          />
        </FormDialog>
      )}
    </>
  );
}
