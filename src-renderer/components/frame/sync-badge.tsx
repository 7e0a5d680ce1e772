import CloudDone from '@mui/icons-material/CloudDoneOutlined';
import CloudSync from '@mui/icons-material/CloudSyncOutlined';
import CloudOff from '@mui/icons-material/CloudOffOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Popover from '@mui/material/Popover';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { SyncView } from '#shared/contract/views/evidence-views.ts';
import { formatAge } from '../../format/dates.ts';
import { formatCount } from '../../format/numbers.ts';
import { useSync } from '../../queries/use-sync.ts';
import { SyncDetail } from '../sync-detail.tsx';
import { useNow } from '../use-now.ts';

const icons: Readonly<Record<SyncView['state'], typeof CloudDone>> = {
  'in-step': CloudDone,
  sending: CloudSync,
  waiting: CloudSync,
  trouble: CloudOff,
  'not-enrolled': CloudOff,
};

/** How far the CMS knows what happened here, and how old that knowledge is. */
export function SyncBadge({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const now = useNow(5_000);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const sync = useSync(person);
  if (sync.data === undefined) return null;
  const { state, queued, lastContact } = sync.data;
  const Icon = icons[state];
  const bad = state === 'trouble' || state === 'not-enrolled';
  return (
    <>
      <Button
        size="small"
        variant="text"
        color={bad ? 'error' : 'inherit'}
        startIcon={<Icon />}
        aria-haspopup="dialog"
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ fontWeight: 500 }}
      >
        <span>
          {t(`syncState.${state}`)}
          {queued > 0 && ` · ${t('sync.queuedShort', { count: queued, shown: formatCount(queued) })}`}
          {lastContact !== null && ` · ${formatAge(lastContact, now)}`}
        </span>
      </Button>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t('sync.title'), variant: 'outlined' } }}
      >
        <Box sx={{ width: 400, padding: 2.5 }}>
          <Typography variant="h2" sx={{ marginBottom: 1.5 }}>
            {t('sync.title')}
          </Typography>
          <SyncDetail sync={sync.data} person={person} />
        </Box>
      </Popover>
    </>
  );
}
