import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** Label and value in pairs, side by side or in lines. */
export function Facts({ facts, form }: { readonly facts: readonly Fact[]; readonly form: 'tiles' | 'lines' }) {
  if (form === 'tiles') {
    return (
      <Box
        component="dl"
        sx={{ display: 'grid', gap: 2, margin: 0, gridTemplateColumns: 'repeat(auto-fit, minmax(84px, 1fr))' }}
      >
        {facts.map((fact) => (
          <Box key={fact.label}>
            <Typography component="dt" variant="caption" color="textSecondary">
              {fact.label}
            </Typography>
            <Typography
              component="dd"
              sx={{
                margin: 0,
                fontSize: '1.375rem',
                fontWeight: 650,
                lineHeight: 1.3,
                fontVariantNumeric: 'tabular-nums',
              }}
            >
              {fact.value}
            </Typography>
          </Box>
        ))}
      </Box>
    );
  }
  return (
    <Box
      component="dl"
      sx={{
        display: 'grid',
        gridTemplateColumns: 'minmax(120px, max-content) minmax(0, 1fr)',
        columnGap: 3,
        rowGap: 1,
        margin: 0,
      }}
    >
      {facts.map((fact) => (
        <Box key={fact.label} sx={{ display: 'contents' }}>
          <Typography component="dt" variant="body2" color="textSecondary">
            {fact.label}
          </Typography>
          <Typography component="dd" variant="body2" sx={{ margin: 0, overflowWrap: 'anywhere', fontWeight: 500 }}>
            {fact.value}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}
