import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useController, useFormContext } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useEditing, usePlaceFinding } from './editor-context.ts';
import { inputId } from './finding-place.ts';

interface FieldProps {
  readonly path: string;
  readonly label: string;
  /** Said below it while nothing is wrong. */
  readonly help?: string;
  /** In a table the column names it: the label is for who cannot see. */
  readonly place?: 'form' | 'table';
}

function useFace({ path, label, help, place = 'form' }: FieldProps, covers: 'place' | 'part' = 'place') {
  const wrong = usePlaceFinding(path, covers);
  const { state } = useEditing();
  return {
    id: inputId(path),
    fullWidth: true,
    size: 'small' as const,
    error: wrong !== undefined,
    helperText: wrong ?? help,
    disabled: state === 'locked',
    ...(place === 'form' ? { label } : {}),
    named: place === 'form' ? {} : { 'aria-label': label },
  };
}

/** A text of the content. */
export function TextPlace(props: FieldProps & { readonly lines?: 'one' | 'many' }) {
  const { named, ...face } = useFace(props);
  const { register } = useFormContext();
  return (
    <TextField
      {...face}
      autoComplete="off"
      multiline={props.lines === 'many'}
      slotProps={{ htmlInput: { ...named, spellCheck: false }, inputLabel: { shrink: true } }}
      {...register(props.path)}
    />
  );
}

/** A whole number; what is none is kept as typed, and the station says so. */
export function NumberPlace(props: FieldProps) {
  const { named, ...face } = useFace(props);
  const { register } = useFormContext();
  const read = (typed: unknown) => (typeof typed === 'string' && /^\d{1,9}$/.test(typed) ? Number(typed) : typed);
  return (
    <TextField
      {...face}
      autoComplete="off"
      slotProps={{ htmlInput: { ...named, inputMode: 'numeric' }, inputLabel: { shrink: true } }}
      {...register(props.path, { setValueAs: read })}
    />
  );
}

interface ChoicePlaceProps extends FieldProps {
  readonly options: readonly { readonly value: string | number; readonly label: string }[];
  /** What stands for saying nothing; without it something must be said. */
  readonly unsaid?: string;
  readonly onChosen?: (value: string | number) => void;
}

/** One of a few. A value that is none of them is shown, so that nothing is lost unseen. */
export function ChoicePlace({ options, unsaid, onChosen, ...props }: ChoicePlaceProps) {
  const { named, ...face } = useFace(props, 'part');
  const { field } = useController({ name: props.path });
  const value = (field.value ?? '') as string | number;
  const known = value === '' || options.some((option) => option.value === value);
  return (
    <TextField
      {...face}
      select
      name={field.name}
      value={value}
      onBlur={field.onBlur}
      onChange={(event) => {
        field.onChange(event.target.value);
        onChosen?.(event.target.value);
      }}
      slotProps={{
        select: { displayEmpty: true, SelectDisplayProps: named },
        inputLabel: { shrink: true },
      }}
    >
      {unsaid !== undefined && <MenuItem value="">{unsaid}</MenuItem>}
      {!known && <MenuItem value={value}>{value}</MenuItem>}
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** The texts of an array and of its members; `undefined` where they stand for nothing. */
interface ListPlaceProps extends FieldProps {
  readonly write: (value: unknown) => string;
  readonly read: (text: string) => unknown;
}

/** Several short values in one line, commas between. */
export function ListPlace({ write, read, ...props }: ListPlaceProps) {
  const { named, ...face } = useFace(props, 'part');
  const { t } = useTranslation();
  const { field } = useController({ name: props.path });
  const [typed, setTyped] = useState(() => write(field.value));
  return (
    <TextField
      {...face}
      helperText={face.helperText ?? t('editor.commas')}
      autoComplete="off"
      name={field.name}
      value={typed}
      onBlur={field.onBlur}
      onChange={(event) => {
        setTyped(event.target.value);
        field.onChange(read(event.target.value));
      }}
      slotProps={{ htmlInput: { ...named, spellCheck: false }, inputLabel: { shrink: true } }}
    />
  );
}
