import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeyChange } from '#shared/domain/key-state.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';

interface ChangeDialogProps {
  readonly keyName: string;
  readonly change: KeyChange;
  readonly onClose: () => void;
}

/** Asks for one change of a key's life, with the reason; another person signs it. */
export function ChangeDialog({ keyName, change, onClose }: ChangeDialogProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const ask = useCommand(
    () => station.keys.requestChange({ key: keyName, change, reason }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  return (
    <FormDialog
      title={t(`keyChangeAsk.${change}`, { key: keyName })}
      note={t(`keyChangeFollows.${change}`)}
      submit={t('keyAsk.send')}
      pending={ask.isPending}
      ready={reason.trim() !== ''}
      thrown={ask.error}
      onSubmit={() => ask.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        autoFocus
        label={t('keyChangeAsk.reason')}
        value={reason}
        multiline
        minRows={2}
        onChange={(event) => setReason(event.target.value.slice(0, 400))}
        slotProps={{ inputLabel: { shrink: true } }}
        sx={{ marginTop: 1 }}
      />
    </FormDialog>
  );
}
