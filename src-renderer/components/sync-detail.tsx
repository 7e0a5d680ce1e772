import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { SyncView } from '#shared/contract/views/evidence-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { formatAge, formatDateTimeSecond, formatSpan } from '../format/dates.ts';
import { formatCount } from '../format/numbers.ts';
import { actIn } from '../format/person.ts';
import type { SyncFreshness } from '../queries/sync-freshness.ts';
import { useCommand } from '../queries/use-command.ts';
import { station } from '../wires/station.ts';
import { Facts } from './facts.tsx';
import { FaultNotice } from './fault-notice.tsx';
import { Notice } from './notice.tsx';
import { StateMark } from './state-mark.tsx';
import { useNow } from './use-now.ts';
import { useSyncWords } from './use-sync-words.ts';

/** What the start grants still allow, by batch. */
function GrantsLeft({ sync }: { readonly sync: SyncView }) {
  const { t } = useTranslation();
  const grants = sync.grants ?? [];
  if (grants.length === 0) return null;
  return (
    <Box>
      <Typography variant="h3" sx={{ marginBottom: 0.5 }}>
        {t('sync.grants')}
      </Typography>
      {grants.map((grant) => (
        <Typography key={grant.batch} variant="body2">
          {grant.batch}: {t('sync.grantLeft', { count: grant.left, shown: formatCount(grant.left) })}
          {grant.left > 0 && `, ${t('sync.grantTime', { span: formatSpan(grant.secondsLeft) })}`}
        </Typography>
      ))}
    </Box>
  );
}

interface SyncDetailProps {
  readonly sync: SyncView;
  readonly freshness: SyncFreshness;
  readonly person: PersonView;
}

/** All that is known of the way to the CMS, how old it is, and the button that sends now. */
export function SyncDetail({ sync, freshness, person }: SyncDetailProps) {
  const { t } = useTranslation();
  const clock = useNow(1_000);
  const { text, tone } = useSyncWords(freshness);
  const now = useCommand(() => station.sync.now({}));
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <Box>
        <StateMark tone={tone === 'quiet' ? 'good' : tone} label={text} />
      </Box>
      {sync.trouble !== null && (
        <Notice tone="bad" title={sync.trouble.text}>
          {sync.trouble.next}
          <Box component="span" sx={{ display: 'block', fontSize: '0.8125rem', color: 'text.secondary' }}>
            {t('sync.troubleSince', { time: formatDateTimeSecond(sync.trouble.since), code: sync.trouble.code })}
          </Box>
        </Notice>
      )}
      <Facts
        form="lines"
        facts={[
          { label: t('sync.cms'), value: sync.cms },
          { label: t('sync.stateLabel'), value: t(`syncState.${sync.state}`) },
          {
            label: t('sync.queued'),
            value:
              sync.oldestQueued === null
                ? formatCount(sync.queued)
                : t('sync.queuedSince', {
                    shown: formatCount(sync.queued),
                    age: formatAge(sync.oldestQueued, clock),
                  }),
          },
          { label: t('sync.acknowledged'), value: formatCount(sync.acknowledged) },
          {
            label: t('sync.lastContact'),
            value: sync.lastContact === null ? t('sync.never') : formatDateTimeSecond(sync.lastContact),
          },
          ...(sync.nextTry === null ? [] : [{ label: t('sync.nextTry'), value: formatAge(sync.nextTry, clock) }]),
        ]}
      />
      <GrantsLeft sync={sync} />
      {now.isError && <FaultNotice thrown={now.error} />}
      {actIn(person, 'run-sync') && (
        <Button variant="contained" loading={now.isPending} onClick={() => now.mutate(undefined)}>
          {t('sync.now')}
        </Button>
      )}
    </Box>
  );
}
