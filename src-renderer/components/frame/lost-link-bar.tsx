import CloudOff from '@mui/icons-material/CloudOffOutlined';
import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatAge } from '../../format/dates.ts';
import { useLinkStore } from '../../stores/link-store.ts';
import { useNow } from '../use-now.ts';

function Bar({ children }: { readonly children: ReactNode }) {
  return (
    <Box
      sx={(theme) => ({
        display: 'flex',
        alignItems: 'center',
        gap: 1.5,
        paddingInline: 3,
        paddingBlock: 1.25,
        color: theme.palette.error.contrastText,
        backgroundColor: theme.palette.error.main,
      })}
    >
      <CloudOff aria-hidden />
      {children}
    </Box>
  );
}

function Silence({ since }: { readonly since: number }) {
  const { t } = useTranslation();
  const now = useNow(1_000);
  return (
    <Bar>
      <Box sx={{ flex: 1 }}>
        <strong>{t('link.lost')}</strong> {t('link.lostDetail')}
      </Box>
      <CircularProgress aria-hidden size={16} color="inherit" />
      <span aria-hidden>{t('link.since', { age: formatAge(new Date(since).toISOString(), now) })}</span>
    </Bar>
  );
}

function TakenOver() {
  const { t } = useTranslation();
  return (
    <Bar>
      <Box sx={{ flex: 1 }}>
        <strong>{t('link.takenOver')}</strong> {t('link.takenOverDetail')}
      </Box>
    </Bar>
  );
}

/** Says plainly that the station does not answer, until it does. */
export function LostLinkBar() {
  const state = useLinkStore((store) => store.state);
  const since = useLinkStore((store) => store.lostSince);
  return (
    <div role="alert">
      {state === 'lost' && since !== null && <Silence since={since} />}
      {state === 'taken-over' && <TakenOver />}
    </div>
  );
}
