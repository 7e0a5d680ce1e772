import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegistryKeyView } from '#shared/contract/views/key-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { wholeNumber } from '../../components/count-field.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { useKeyForm } from './use-key-form.ts';
import { wantedInput } from './wanted-key.ts';
import { WantedKeyFields } from './wanted-key-fields.tsx';

const exponents = [3, 65537] as const;

interface GenerateDialogProps {
  readonly person: PersonView;
  /** The key whose next version is wanted, or null for a key of a new name. */
  readonly from: RegistryKeyView | null;
  readonly onClose: () => void;
}

/** Asks for a key that the key module makes; of RSA pairs with size and exponent. */
export function GenerateDialog({ person, from, onClose }: GenerateDialogProps) {
  const { t } = useTranslation();
  const form = useKeyForm(person, 'generated', from);
  const [size, setSize] = useState(String(from?.size ?? 1408));
  const [exponent, setExponent] = useState<(typeof exponents)[number]>(3);
  const rsa = form.wanted.algorithm === 'RSA';
  const bits = wholeNumber(size);
  const sizeWrong = bits === null || bits < 512 || bits > 4096;
  const ask = useCommand(
    () =>
      station.keys.requestGeneration({
        ...wantedInput(form.wanted),
        ...(rsa && bits !== null ? { size: bits, exponent } : {}),
      }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  const shrink = { inputLabel: { shrink: true } };
  return (
    <FormDialog
      title={t('keyAsk.generateTitle')}
      note={t('keyAsk.generateNote')}
      submit={t('keyAsk.send')}
      pending={ask.isPending}
      ready={form.whole === 'yes' && (!rsa || !sizeWrong)}
      thrown={ask.error}
      onSubmit={() => ask.mutate(undefined)}
      onClose={onClose}
    >
      <WantedKeyFields {...form} onChange={form.change} />
      {rsa && (
        <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1.6fr 1fr' }}>
          <TextField
            label={t('keyAsk.size')}
            value={size}
            error={sizeWrong}
            helperText={sizeWrong ? t('keyAsk.sizeWrong') : undefined}
            onChange={(event) => setSize(event.target.value.replace(/[^\d]/g, '').slice(0, 4))}
            slotProps={{ ...shrink, htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
          />
          <TextField
            select
            label={t('keyAsk.exponent')}
            value={exponent}
            slotProps={shrink}
            onChange={(event) => setExponent(exponents.find((one) => String(one) === String(event.target.value)) ?? 3)}
          >
            {exponents.map((one) => (
              <MenuItem key={one} value={one}>
                {one}
              </MenuItem>
            ))}
          </TextField>
        </Box>
      )}
    </FormDialog>
  );
}
