import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { formatCheckValue } from '../../format/numbers.ts';

/** A check value in large figures, for comparing with paper. */
export function ShownCheckValue({ label, kcv }: { readonly label: string; readonly kcv: string }) {
  return (
    <Box sx={{ padding: 3, borderRadius: '12px', backgroundColor: 'well', display: 'grid', gap: 0.5 }}>
      <Typography variant="body2" color="textSecondary">
        {label}
      </Typography>
      <Typography
        sx={{
          fontSize: '2.75rem',
          fontWeight: 650,
          lineHeight: 1.2,
          letterSpacing: '0.06em',
          fontVariantNumeric: 'slashed-zero tabular-nums',
        }}
      >
        {formatCheckValue(kcv)}
      </Typography>
    </Box>
  );
}
