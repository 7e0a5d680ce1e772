import TextField from '@mui/material/TextField';

interface ShortFieldProps {
  readonly label: string;
  readonly value: string;
  /** What it must look like; said below once it does not. */
  readonly form: RegExp;
  readonly wrong: string;
  readonly hint?: string;
  readonly onChange: (value: string) => void;
}

/** One short field of a certificate: digits, hexadecimal or a month. */
export function ShortField({ label, value, form, wrong, hint, onChange }: ShortFieldProps) {
  const bad = value !== '' && !form.test(value);
  return (
    <TextField
      label={label}
      value={value}
      error={bad}
      helperText={bad ? wrong : hint}
      onChange={(event) => onChange(event.target.value.trim().slice(0, 40))}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { autoComplete: 'off', spellCheck: false } }}
    />
  );
}

export const certificateForms = {
  identifier: /^\d{3,8}$/,
  month: /^\d{4}-(?:0[1-9]|1[0-2])$/,
  tracking: /^\d{6}$/,
  serial: /^[0-9A-Fa-f]{6}$/,
  rid: /^[0-9A-Fa-f]{10}$/,
  index: /^[0-9A-Fa-f]{2}$/,
  exponent: /^(?:03|010001)$/,
  hash: /^[0-9A-Fa-f]{40}$/,
} as const;
