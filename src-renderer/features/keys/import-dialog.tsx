import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { useKeyForm } from './use-key-form.ts';
import { wantedInput } from './wanted-key.ts';
import { WantedKeyFields } from './wanted-key-fields.tsx';

const leastCharacters = 16;

/** Where the pasted block stands: `gone` once it was sent. */
type Pasted = 'short' | 'there' | 'gone';

interface ImportDialogProps {
  readonly person: PersonView;
  readonly onClose: () => void;
}

/** Asks for the import of a key block. The block is read from its field when it is sent, and the field is empty from then on. */
export function ImportDialog({ person, onClose }: ImportDialogProps) {
  const { t } = useTranslation();
  const form = useKeyForm(person, 'key-block');
  const field = useRef<HTMLTextAreaElement>(null);
  const [pasted, setPasted] = useState<Pasted>('short');
  const [protectionKey, setProtectionKey] = useState('');
  const [expected, setExpected] = useState('');
  const protections = form.keys.filter((key) => key.usage === 'key-block-protection' && key.state === 'active');
  const expectedWrong = expected !== '' && expected.length !== 6;
  const ask = useCommand(
    () => {
      const block = (field.current?.value ?? '').replace(/\s/g, '');
      if (field.current !== null) field.current.value = '';
      setPasted('gone');
      return station.keys.requestBlockImport({
        ...wantedInput(form.wanted),
        block,
        protectionKey,
        expectedKcv: expected === '' ? null : expected,
      });
    },
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  const shrink = { inputLabel: { shrink: true } };
  return (
    <FormDialog
      title={t('keyAsk.importTitle')}
      note={t('keyAsk.importNote')}
      submit={t('keyAsk.send')}
      pending={ask.isPending}
      ready={form.whole === 'yes' && pasted === 'there' && protectionKey !== '' && !expectedWrong}
      thrown={ask.error}
      onSubmit={() => ask.mutate(undefined)}
      onClose={onClose}
    >
      <WantedKeyFields {...form} onChange={form.change} />
      {protections.length === 0 && <Notice tone="warning" title={t('keyAsk.noProtection')} />}
      <TextField
        label={t('keyAsk.block')}
        multiline
        minRows={4}
        maxRows={8}
        inputRef={field}
        helperText={t(pasted === 'gone' ? 'keyAsk.blockGone' : 'keyAsk.blockOnce')}
        onChange={(event) =>
          setPasted(event.target.value.replace(/\s/g, '').length < leastCharacters ? 'short' : 'there')
        }
        slotProps={{
          ...shrink,
          htmlInput: { autoComplete: 'off', spellCheck: false, maxLength: 5000 },
        }}
        sx={{ '& textarea': { fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace', fontSize: '0.8125rem' } }}
      />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1.6fr 1fr' }}>
        <TextField
          select
          label={t('keyAsk.protection')}
          value={protectionKey}
          disabled={protections.length === 0}
          slotProps={shrink}
          onChange={(event) => setProtectionKey(event.target.value)}
        >
          {protections.map((key) => (
            <MenuItem key={key.name} value={key.name}>
              {key.name} · {key.algorithm}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          label={t('keyAsk.expected')}
          value={expected}
          error={expectedWrong}
          helperText={expectedWrong ? t('keyAsk.expectedWrong') : undefined}
          onChange={(event) =>
            setExpected(
              event.target.value
                .replace(/[^0-9a-fA-F]/g, '')
                .toUpperCase()
                .slice(0, 6),
            )
          }
          slotProps={{ ...shrink, htmlInput: { autoComplete: 'off', spellCheck: false } }}
        />
      </Box>
    </FormDialog>
  );
}
