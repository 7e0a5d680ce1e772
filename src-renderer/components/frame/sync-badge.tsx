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
import { formatAge, formatDateTimeSecond } from '../../format/dates.ts';
import { formatCount } from '../../format/numbers.ts';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';
import { Facts } from '../facts.tsx';
import { FaultNotice } from '../fault-notice.tsx';
import { Notice } from '../notice.tsx';
import { useNow } from '../use-now.ts';

const icons: Readonly<Record<SyncView['state'], typeof CloudDone>> = {
  'in-step': CloudDone,
  sending: CloudSync,
  waiting: CloudSync,
  trouble: CloudOff,
  'not-enrolled': CloudOff,
};

function SyncDetail({ sync, person }: { readonly sync: SyncView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const now = useCommand(() => station.sync.now({}));
  return (
    <Box sx={{ width: 380, padding: 2.5, display: 'grid', gap: 2 }}>
      <Typography variant="h2">{t('sync.title')}</Typography>
      {sync.trouble !== null && (
        <Notice tone="bad" title={sync.trouble.text}>
          {sync.trouble.next}
        </Notice>
      )}
      <Facts
        form="lines"
        facts={[
          { label: t('sync.cms'), value: sync.cms },
          { label: t('sync.stateLabel'), value: t(`syncState.${sync.state}`) },
          { label: t('sync.acknowledged'), value: formatCount(sync.acknowledged) },
          { label: t('sync.queued'), value: formatCount(sync.queued) },
          {
            label: t('sync.lastContact'),
            value: sync.lastContact === null ? t('sync.never') : formatDateTimeSecond(sync.lastContact),
          },
        ]}
      />
      {now.isError && <FaultNotice thrown={now.error} />}
      {actIn(person, 'run-sync') && (
        <Button variant="contained" loading={now.isPending} onClick={() => now.mutate(undefined)}>
          {t('sync.now')}
        </Button>
      )}
    </Box>
  );
}

/** How far the CMS knows what happened here, and how old that knowledge is. */
export function SyncBadge({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const now = useNow(5_000);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const sync = useView({
    call: 'sync.state',
    input: {},
    topics: ['sync', 'journal'],
    ask: (signal) => station.sync.state({}, { signal }),
  });
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
        <SyncDetail sync={sync.data} person={person} />
      </Popover>
    </>
  );
}
