import CheckCircleOutline from '@mui/icons-material/CheckCircleOutlined';
import ErrorOutline from '@mui/icons-material/ErrorOutlined';
import InfoOutlined from '@mui/icons-material/InfoOutlined';
import WarningAmber from '@mui/icons-material/WarningAmberOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTheme } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { toneColours } from './tone.ts';
import type { Tone } from './tone.ts';

const icons: Readonly<Record<Tone, typeof InfoOutlined>> = {
  quiet: InfoOutlined,
  information: InfoOutlined,
  busy: InfoOutlined,
  good: CheckCircleOutline,
  warning: WarningAmber,
  bad: ErrorOutline,
};

interface NoticeProps {
  readonly tone: Tone;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** `alert` is read out at once. */
  readonly role?: 'alert' | 'status';
}

/** A sentence that matters, with what follows from it. */
export function Notice({ tone, title, children, actions, role }: NoticeProps) {
  const colours = toneColours(useTheme(), tone);
  const Icon = icons[tone];
  return (
    <Box
      {...(role === undefined ? {} : { role })}
      sx={{
        display: 'flex',
        gap: 1.5,
        padding: 2,
        borderRadius: '12px',
        color: 'text.primary',
        backgroundColor: colours.ground,
        alignItems: 'flex-start',
      }}
    >
      <Icon aria-hidden sx={{ color: colours.text, fontSize: 22, marginTop: '1px' }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600 }}>{title}</Typography>
        {children !== undefined && (
          <Typography component="div" variant="body2" sx={{ marginTop: 0.25 }}>
            {children}
          </Typography>
        )}
        {actions !== undefined && (
          <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', marginTop: 1.5 }}>{actions}</Box>
        )}
      </Box>
    </Box>
  );
}
