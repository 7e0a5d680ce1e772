import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { useSession } from '../../stores/session-store.ts';
import { station } from '../../wires/station.ts';
import { useKeyForm } from './use-key-form.ts';
import { wantedInput } from './wanted-key.ts';
import { WantedKeyFields } from './wanted-key-fields.tsx';

const places = [1, 2, 3] as const;

interface CeremonyDialogProps {
  readonly person: PersonView;
  readonly onClose: () => void;
}

/** Asks for a ceremony of two or three named custodians. */
export function CeremonyDialog({ person, onClose }: CeremonyDialogProps) {
  const { t } = useTranslation();
  const form = useKeyForm(person, 'components');
  const [custodians, setCustodians] = useState<readonly string[]>(['', '', '']);
  const [leavesUnder, setLeavesUnder] = useState('');
  const hello = useSession((store) => store.hello);
  // Only training tells who there is; elsewhere a name is typed.
  const people = (hello?.trainingPeople ?? []).filter(({ role }) => role === 'custodian').map((one) => one.person);
  const named = custodians.map((one) => one.trim()).filter((one) => one !== '');
  const twice = new Set(named).size < named.length;
  const protections = form.keys.filter((key) => key.usage === 'key-block-protection' && key.state === 'active');
  const ask = useCommand(
    () =>
      station.keys.requestCeremony({
        ...wantedInput(form.wanted),
        custodians: [...named],
        leavesUnder: leavesUnder === '' ? null : leavesUnder,
      }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  return (
    <FormDialog
      title={t('keyAsk.ceremonyTitle')}
      note={t('keyAsk.ceremonyNote')}
      submit={t('keyAsk.send')}
      pending={ask.isPending}
      ready={form.whole === 'yes' && named.length >= 2 && !twice}
      thrown={ask.error}
      onSubmit={() => ask.mutate(undefined)}
      onClose={onClose}
    >
      <WantedKeyFields {...form} onChange={form.change} />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1fr 1fr 1fr' }}>
        {places.map((place) => (
          <Autocomplete
            key={place}
            freeSolo
            options={people.filter((one) => one === custodians[place - 1] || !custodians.includes(one))}
            inputValue={custodians[place - 1] ?? ''}
            onInputChange={(_event, typed) =>
              setCustodians(custodians.map((one, index) => (index === place - 1 ? typed.slice(0, 64) : one)))
            }
            renderInput={(params) => (
              <TextField
                {...params}
                label={place === 3 ? t('keyAsk.custodianThree') : t('keyAsk.custodian', { place })}
                slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps.inputLabel, shrink: true } }}
              />
            )}
          />
        ))}
      </Box>
      {twice && <Notice tone="warning" role="alert" title={t('keyAsk.custodianTwice')} />}
      <TextField
        select
        label={t('keyAsk.leaves')}
        value={leavesUnder === '' ? 'kept' : leavesUnder}
        slotProps={{ inputLabel: { shrink: true } }}
        onChange={(event) => setLeavesUnder(event.target.value === 'kept' ? '' : event.target.value)}
      >
        <MenuItem value="kept">{t('keyAsk.kept')}</MenuItem>
        {protections.map((key) => (
          <MenuItem key={key.name} value={key.name}>
            {t('keyAsk.leavesUnder', { key: key.name })}
          </MenuItem>
        ))}
      </TextField>
    </FormDialog>
  );
}
