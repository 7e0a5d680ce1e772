import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import type { ReactNode } from 'react';

interface PanelProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  /** `none` lets tables reach the edges. */
  readonly padding?: 'normal' | 'none';
  readonly children: ReactNode;
}

/** A titled area of a screen. */
export function Panel({ title, note, actions, padding = 'normal', children }: PanelProps) {
  const id = useId();
  return (
    <Paper component="section" variant="outlined" aria-labelledby={id} sx={{ overflow: 'hidden', minWidth: 0 }}>
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 2,
          flexWrap: 'wrap',
          paddingInline: 2.5,
          paddingTop: 2,
          paddingBottom: padding === 'none' ? 1.5 : 0,
        }}
      >
        <Box sx={{ flex: '1 1 auto', minWidth: 0 }}>
          <Typography variant="h2" id={id}>
            {title}
          </Typography>
          {note !== undefined && (
            <Typography variant="caption" component="p" color="textSecondary">
              {note}
            </Typography>
          )}
        </Box>
        {actions}
      </Box>
      <Box sx={padding === 'none' ? {} : { padding: 2.5, paddingTop: 1.75 }}>{children}</Box>
    </Paper>
  );
}
