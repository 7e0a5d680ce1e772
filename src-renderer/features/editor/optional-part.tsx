import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useController } from 'react-hook-form';
import { useEditing, usePlaceFinding } from './editor-context.ts';
import { inputId } from './finding-place.ts';

interface OptionalPartProps {
  readonly path: string;
  readonly label: string;
  readonly help: string;
  /** What it begins as. */
  readonly initial: Readonly<Record<string, unknown>>;
  readonly children: ReactNode;
}

/** A part of the content that may be there or not, with a switch; what was in it comes back when it is switched on again. */
export function OptionalPart({ path, label, help, initial, children }: OptionalPartProps) {
  const { state } = useEditing();
  const wrong = usePlaceFinding(path);
  const { field } = useController({ name: path });
  const there = field.value !== undefined && field.value !== '';
  return (
    <Box sx={{ display: 'grid', gap: 1.5, marginTop: 2.5 }}>
      <Box>
        <FormControlLabel
          control={
            <Switch
              checked={there}
              disabled={state === 'locked'}
              slotProps={{ input: { id: inputId(path) } }}
              onChange={(_event, on) => field.onChange(on ? structuredClone(initial) : '')}
            />
          }
          label={label}
        />
        <Typography variant="caption" component="p" color={wrong === undefined ? 'textSecondary' : 'error'}>
          {wrong ?? help}
        </Typography>
      </Box>
      {there && children}
    </Box>
  );
}
