import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
}

/** What a list says when nothing is in it. */
export function EmptyState({ icon, title, text, action }: EmptyStateProps) {
  return (
    <Box
      sx={{ display: 'grid', justifyItems: 'center', textAlign: 'center', gap: 0.5, paddingBlock: 6, paddingInline: 3 }}
    >
      <Box
        aria-hidden
        sx={{
          display: 'grid',
          placeItems: 'center',
          width: 52,
          height: 52,
          borderRadius: '50%',
          backgroundColor: 'well',
          color: 'primary.main',
          marginBottom: 1,
        }}
      >
        {icon}
      </Box>
      <Typography sx={{ fontWeight: 600 }}>{title}</Typography>
      <Typography variant="body2" color="textSecondary" sx={{ maxWidth: 460 }}>
        {text}
      </Typography>
      {action !== undefined && <Box sx={{ marginTop: 1.5 }}>{action}</Box>}
    </Box>
  );
}
