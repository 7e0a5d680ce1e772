import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useEffect, useRef } from 'react';

interface StepTitleProps {
  readonly title: string;
  readonly detail: string;
}

/** What is to be done now; takes the focus when the step before it is gone, so that a screen reader says it. */
export function StepTitle({ title, detail }: StepTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Box>
      <Typography
        variant="h2"
        ref={heading}
        tabIndex={-1}
        sx={{ fontSize: '1.75rem', letterSpacing: '-0.02em', '&:focus-visible': { outline: 'none' } }}
      >
        {title}
      </Typography>
      <Typography color="textSecondary" sx={{ marginTop: 0.75, maxWidth: 640 }}>
        {detail}
      </Typography>
    </Box>
  );
}
