import ArrowForward from '@mui/icons-material/ArrowForwardOutlined';
import TaskAlt from '@mui/icons-material/TaskAltOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Facts } from '../../components/facts.tsx';
import { Guilloche } from '../../components/guilloche.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatCount } from '../../format/numbers.ts';
import { useView } from '../../queries/use-view.ts';
import { addressOf, readRoute } from '../../router/route.ts';
import { station } from '../../wires/station.ts';
import { TaskIcon } from './task-icon.tsx';
import type { Task } from './task-icon.tsx';

/** The first thing to do, large. */
function NextStep({ task }: { readonly task: Task }) {
  const { t } = useTranslation();
  return (
    <Paper
      component="section"
      aria-labelledby="next-step"
      sx={{
        position: 'relative',
        overflow: 'hidden',
        padding: 3,
        color: 'nav.text',
        backgroundColor: 'nav.ground',
        borderRadius: '14px',
      }}
    >
      <Box aria-hidden sx={{ position: 'absolute', right: 120, top: -190 }}>
        <Guilloche size={520} colour="#8fcabf" strength={0.3} />
      </Box>
      <Box sx={{ position: 'relative', display: 'flex', alignItems: 'center', gap: 3, flexWrap: 'wrap' }}>
        <Box sx={{ flex: '1 1 360px' }}>
          <Typography variant="overline" sx={{ color: '#e6bb70' }}>
            {t(task.urgent === 'yes' ? 'home.nextUrgent' : 'home.next')}
          </Typography>
          <Typography variant="h2" id="next-step" sx={{ fontSize: '1.375rem' }}>
            {task.title}
          </Typography>
          <Typography sx={{ color: 'nav.quiet', marginTop: 0.5 }}>{task.detail}</Typography>
        </Box>
        <Button
          variant="contained"
          size="large"
          href={addressOf(readRoute(task.route))}
          endIcon={<ArrowForward />}
          sx={{
            backgroundColor: '#e6bb70',
            color: '#2b1d00',
            '&:hover': { backgroundColor: '#f3d7a4' },
            '&.Mui-focusVisible': { outlineColor: '#ffffff' },
          }}
        >
          {t(`task.${task.kind}`)}
        </Button>
      </Box>
    </Paper>
  );
}

function TaskRow({ task }: { readonly task: Task }) {
  const { t } = useTranslation();
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 2,
        paddingInline: 2.5,
        paddingBlock: 1.5,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <TaskIcon kind={task.kind} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600 }}>{task.title}</Typography>
        <Typography variant="body2" color="textSecondary">
          {task.detail}
        </Typography>
      </Box>
      {task.urgent === 'yes' && <StateMark tone="warning" label={t('priority.urgent')} />}
      <Button href={addressOf(readRoute(task.route))} aria-label={`${t(`task.${task.kind}`)}: ${task.title}`}>
        {t(`task.${task.kind}`)}
      </Button>
    </Box>
  );
}

/** What waits for this person, most urgent first, and the day's figures. */
export function HomeScreen({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const home = useView({
    call: 'home.waiting',
    input: {},
    topics: ['batches', 'approvals', 'looks', 'sync', 'devices', 'stock'],
    ask: (signal) => station.home.waiting({}, { signal }),
  });
  return (
    <Page title={t('home.title', { name: person.displayName.split(' ')[0] ?? person.displayName })}>
      <Shown
        view={home}
        skeleton={
          <>
            <Skeleton variant="rounded" height={132} />
            <SkeletonRows rows={4} height={56} />
          </>
        }
      >
        {({ tasks, today }) => (
          <>
            {tasks[0] !== undefined && <NextStep task={tasks[0]} />}
            <Box
              sx={{
                display: 'grid',
                gap: 2.5,
                gridTemplateColumns: { xs: '1fr', lg: 'minmax(0, 2fr) minmax(280px, 1fr)' },
                alignItems: 'start',
              }}
            >
              <Panel
                title={t('home.waiting')}
                padding="none"
                note={tasks.length > 1 ? t('home.more', { count: tasks.length - 1 }) : undefined}
              >
                {tasks.length > 1 ? (
                  <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
                    {tasks.slice(1).map((task) => (
                      <TaskRow key={`${task.kind} ${task.route} ${task.title}`} task={task} />
                    ))}
                  </Box>
                ) : (
                  <EmptyState
                    icon={<TaskAlt />}
                    title={t(tasks.length === 0 ? 'home.nothing' : 'home.nothingMore')}
                    text={t(tasks.length === 0 ? 'home.nothingDetail' : 'home.nothingMoreDetail')}
                  />
                )}
              </Panel>
              <Panel title={t('home.today')}>
                <Facts
                  form="tiles"
                  facts={[
                    { label: t('home.good'), value: formatCount(today.good) },
                    { label: t('home.rejected'), value: formatCount(today.rejected) },
                    { label: t('home.closed'), value: formatCount(today.batchesClosed) },
                  ]}
                />
              </Panel>
            </Box>
          </>
        )}
      </Shown>
    </Page>
  );
}
