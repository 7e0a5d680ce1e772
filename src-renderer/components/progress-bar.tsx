import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import { keyframes } from '@emotion/react';

const drift = keyframes({ from: { backgroundPosition: '0 0' }, to: { backgroundPosition: '24px 0' } });

interface ProgressBarProps {
  readonly label: string;
  /** 0 to 1 where it is measured; null shows that work goes on and claims nothing. */
  readonly part: number | null;
}

/** Measured progress, or stripes along the whole bar where nothing can be measured: they cannot be read as a part. */
export function ProgressBar({ label, part }: ProgressBarProps) {
  if (part !== null)
    return <LinearProgress aria-label={label} variant="determinate" value={Math.max(0, Math.min(100, part * 100))} />;
  return (
    <Box
      role="progressbar"
      aria-label={label}
      sx={(theme) => ({
        height: 6,
        borderRadius: '3px',
        backgroundColor: theme.palette.action.selected,
        backgroundImage: `repeating-linear-gradient(90deg, ${theme.palette.primary.main} 0 8px, transparent 8px 24px)`,
        animation: `${drift} 1.2s linear infinite`,
      })}
    />
  );
}
