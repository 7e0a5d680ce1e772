import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { hexOfFile, isHex } from './brought-bytes.ts';

/** No object of these certificates is longer; a file of another kind is not read into the page. */
const mostBytes = 2048;

interface BytesFieldProps {
  readonly label: string;
  readonly value: string;
  /** Whether it may stay empty. */
  readonly need: 'needed' | 'optional';
  readonly onChange: (hex: string) => void;
}

/** Public bytes in hexadecimal, pasted or read from a file. */
export function BytesField({ label, value, need, onChange }: BytesFieldProps) {
  const { t } = useTranslation();
  const chooser = useRef<HTMLInputElement>(null);
  const wrong = value.trim() !== '' && !isHex(value);
  const hint = need === 'optional' ? t('certificate.mayBeEmpty') : t('certificate.hex');
  const read = (file: File | undefined) => {
    if (file !== undefined && file.size <= mostBytes) void hexOfFile(file).then(onChange);
  };
  return (
    <Box sx={{ display: 'grid', gap: 0.5, justifyItems: 'start' }}>
      <TextField
        label={label}
        multiline
        fullWidth
        minRows={need === 'optional' ? 1 : 3}
        maxRows={6}
        value={value}
        error={wrong}
        helperText={wrong ? t('certificate.notHex') : hint}
        onChange={(event) => onChange(event.target.value.slice(0, mostBytes * 3))}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { autoComplete: 'off', spellCheck: false } }}
        sx={{ '& textarea': { fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace', fontSize: '0.8125rem' } }}
      />
      <Button size="small" onClick={() => chooser.current?.click()} aria-label={t('certificate.fileFor', { label })}>
        {t('certificate.file')}
      </Button>
      <input
        ref={chooser}
        type="file"
        hidden
        onChange={(event) => {
          read(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </Box>
  );
}
