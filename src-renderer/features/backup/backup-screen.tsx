import Backup from '@mui/icons-material/BackupOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/empty-state.tsx';
import { Facts } from '../../components/facts.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { Shown } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';
import { useNow } from '../../components/use-now.ts';
import { formatAge, formatDateTime } from '../../format/dates.ts';
import { formatBytes, formatCount, shortDigest } from '../../format/numbers.ts';
import { useCommand } from '../../queries/use-command.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

type BackupState = Awaited<ReturnType<typeof station.backup.state>>;

/** Two missed rounds are trouble, one is late. */
function toneOf(state: BackupState, now: number): Tone {
  if (state.last === null) return 'bad';
  const hours = (now - Date.parse(state.last.time)) / 3_600_000;
  if (state.everyHours === 0 || hours <= state.everyHours * 1.25) return 'good';
  return hours <= state.everyHours * 2 ? 'warning' : 'bad';
}

function Last({ state }: { readonly state: BackupState }) {
  const { t } = useTranslation();
  const now = useNow(10_000);
  if (state.last === null)
    return <EmptyState icon={<Backup />} title={t('backup.none')} text={t('backup.noneDetail')} />;
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <Box>
        <StateMark tone={toneOf(state, now)} label={t('backup.lastAge', { age: formatAge(state.last.time, now) })} />
      </Box>
      <Facts
        form="lines"
        facts={[
          { label: t('backup.time'), value: formatDateTime(state.last.time) },
          { label: t('backup.file'), value: state.last.file },
          { label: t('backup.size'), value: formatBytes(state.last.size) },
          { label: t('backup.upTo'), value: t('backup.entry', { sequence: formatCount(state.last.sequence) }) },
          { label: t('backup.digest'), value: <Identifier>{shortDigest(state.last.digest)}</Identifier> },
        ]}
      />
    </Box>
  );
}

/** The backups of this station: the last one and its age, the schedule, what went wrong, and one now. */
export function BackupScreen() {
  const { t } = useTranslation();
  const view = useView({
    call: 'backup.state',
    input: {},
    topics: ['journal'],
    ask: (signal) => station.backup.state({}, { signal }),
  });
  const make = useCommand(
    () => station.backup.make({}),
    () => void view.refetch(),
  );
  return (
    <Page title={t('backup.title')}>
      <Shown view={view} skeleton={<Skeleton variant="rounded" height={260} />}>
        {(state) => (
          <Box
            sx={{
              display: 'grid',
              gap: 2.5,
              gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' },
              alignItems: 'start',
            }}
          >
            <Panel
              title={t('backup.last')}
              note={t('backup.lastNote')}
              actions={
                <Button
                  variant="contained"
                  startIcon={<Backup />}
                  loading={make.isPending}
                  disabled={state.running === 'yes'}
                  loadingPosition="start"
                  onClick={() => make.mutate(undefined)}
                >
                  {t('backup.makeNow')}
                </Button>
              }
            >
              <Box sx={{ display: 'grid', gap: 2 }}>
                {state.failed !== null && (
                  <Notice tone="bad" title={state.failed.text}>
                    {t('backup.failed', { time: formatDateTime(state.failed.time), code: state.failed.code })}
                  </Notice>
                )}
                {(make.isPending || state.running === 'yes') && <ProgressBar label={t('backup.running')} part={null} />}
                {make.isError && <FaultNotice thrown={make.error} />}
                {make.isSuccess && <Notice tone="good" role="status" title={t('backup.made')} />}
                <Last state={state} />
              </Box>
            </Panel>
            <Panel title={t('backup.schedule')}>
              <Facts
                form="lines"
                facts={[
                  {
                    label: t('backup.every'),
                    value: state.everyHours === 0 ? t('backup.byHand') : t('backup.hours', { count: state.everyHours }),
                  },
                  { label: t('backup.keep'), value: t('backup.kept', { count: state.keep }) },
                  { label: t('backup.folder'), value: state.folder },
                ]}
              />
              <Typography variant="body2" color="textSecondary" sx={{ marginTop: 2 }}>
                {t('backup.restoring')}
              </Typography>
            </Panel>
          </Box>
        )}
      </Shown>
    </Page>
  );
}
