import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** Fields beside each other, as many as fit; the keyboard goes through them line by line. */
export function FieldGrid({ children, least = 220 }: { readonly children: ReactNode; readonly least?: number }) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        alignItems: 'start',
        gridTemplateColumns: `repeat(auto-fill, minmax(${String(least)}px, 1fr))`,
      }}
    >
      {children}
    </Box>
  );
}
