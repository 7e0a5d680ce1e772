import TextField from '@mui/material/TextField';

interface CountFieldProps {
  readonly label: string;
  /** Digits as typed; empty when nothing is. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly most?: number;
}

/** A whole number as typed, or null where it is none from `least` on. */
export function wholeNumber(text: string, least = 1): number | null {
  if (!/^\d{1,7}$/.test(text.trim())) return null;
  const figure = Number(text);
  return figure >= least ? figure : null;
}

/** A count, typed in digits. */
export function CountField({ label, value, onChange, most }: CountFieldProps) {
  const figure = wholeNumber(value, 0);
  const wrong = value !== '' && (figure === null || (most !== undefined && figure > most));
  return (
    <TextField
      label={label}
      value={value}
      error={wrong}
      onChange={(event) => onChange(event.target.value.replace(/[^\d]/g, '').slice(0, 7))}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
    />
  );
}
