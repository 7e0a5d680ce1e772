import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import { toneColours } from './tone.ts';
import type { Tone } from './tone.ts';

/** A state in a word, with its colour beside it. */
export function StateMark({ tone, label }: { readonly tone: Tone; readonly label: string }) {
  const colours = toneColours(useTheme(), tone);
  return (
    <Box
      component="span"
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.75,
        paddingInline: 1.125,
        height: 24,
        borderRadius: 12,
        fontSize: '0.8125rem',
        fontWeight: 600,
        lineHeight: 1,
        whiteSpace: 'nowrap',
        color: colours.text,
        backgroundColor: colours.ground,
      }}
    >
      <Box
        component="span"
        aria-hidden
        sx={{ width: 7, height: 7, borderRadius: '50%', backgroundColor: 'currentColor', flex: 'none' }}
      />
      {label}
    </Box>
  );
}
