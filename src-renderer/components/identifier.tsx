import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** Numbers and names made by programs: zero with its slash, never broken in two lines, figures in columns inside grids. */
export function Identifier({ children }: { readonly children: ReactNode }) {
  return (
    <Box
      component="span"
      sx={{
        whiteSpace: 'nowrap',
        fontVariantNumeric: 'slashed-zero',
        '.MuiDataGrid-root &': { fontVariantNumeric: 'slashed-zero tabular-nums' },
      }}
    >
      {children}
    </Box>
  );
}
