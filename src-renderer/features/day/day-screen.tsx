import WbSunny from '@mui/icons-material/WbSunnyOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { DayView } from '#shared/contract/views/stock-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDate, formatDateTime } from '../../format/dates.ts';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import { station } from '../../wires/station.ts';
import { DayClose } from './day-close.tsx';
import { DayEquation } from './day-equation.tsx';
import { DayList } from './day-list.tsx';
import { DayLots, DayPrinters } from './day-tables.tsx';
import { useDay, useToday } from './use-day.ts';

function NoDay({ person, last }: { readonly person: PersonView; readonly last: string | null }) {
  const { t } = useTranslation();
  const open = useCommand(() => station.stock.openDay({}));
  const may = actIn(person, 'run-day');
  return (
    <Paper variant="outlined">
      <EmptyState
        icon={<WbSunny />}
        title={t('day.notOpen')}
        text={last === null ? t('day.notOpenDetail') : t('day.notOpenLast', { time: formatDateTime(last) })}
        action={
          may ? (
            <Button variant="contained" size="large" loading={open.isPending} onClick={() => open.mutate(undefined)}>
              {t('day.openNow')}
            </Button>
          ) : (
            <Typography variant="body2">{t('day.noRight')}</Typography>
          )
        }
      />
      {open.isError && (
        <Box sx={{ padding: 2 }}>
          <FaultNotice thrown={open.error} />
        </Box>
      )}
    </Paper>
  );
}

/** The account of one day: the equation, what stands in the way, each lot, each printer. */
function Account({ day, beside }: { readonly day: DayView; readonly beside: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Box sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Panel title={t('day.account')} note={t('day.accountNote')}>
        {day.total === null ? (
          <Notice tone="information" title={t('day.counting')}>
            {t('day.countingDetail')}
          </Notice>
        ) : (
          <DayEquation figures={day.total} />
        )}
      </Panel>
      <Panel title={t('day.lots')} padding="none">
        <DayLots day={day} />
      </Panel>
      <Box
        sx={{
          display: 'grid',
          gap: 2.5,
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
          alignItems: 'start',
        }}
      >
        {beside}
        <Panel title={t('day.printers')} note={t('day.printersNote')} padding="none">
          <DayPrinters day={day} />
        </Panel>
      </Box>
    </Box>
  );
}

function Mark({ day }: { readonly day: DayView }) {
  const { t } = useTranslation();
  return <StateMark tone={day.state === 'open' ? 'busy' : 'quiet'} label={t(`day.is.${day.state}`)} />;
}

function Line({ day }: { readonly day: DayView }) {
  const { t } = useTranslation();
  return (
    <Typography color="textSecondary" sx={{ marginTop: -1.5 }}>
      {t('day.openedBy', { person: day.openedBy, time: formatDateTime(day.opened) })}
      {day.closed !== null &&
        ` · ${t('day.closedBy', { person: day.closedBy ?? '', time: formatDateTime(day.closed) })}`}
    </Typography>
  );
}

function Today({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useToday();
  const open = view.data?.open ?? null;
  return (
    <Page title={t('day.title')} beside={open !== null && <Mark day={open} />}>
      <Shown view={view} skeleton={<Skeleton variant="rounded" height={320} />}>
        {({ open: day, lastClosed }) =>
          day === null ? (
            <NoDay person={person} last={lastClosed?.closed ?? null} />
          ) : (
            <>
              <Line day={day} />
              <Account day={day} beside={<DayClose day={day} person={person} />} />
            </>
          )
        }
      </Shown>
      <DayList />
    </Page>
  );
}

function Earlier({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const view = useDay(id);
  return (
    <Page
      title={t('day.of', { day: formatDate(id) })}
      above={
        <Link href={addressOf({ kind: 'day', day: null })} variant="body2">
          {t('day.back')}
        </Link>
      }
      beside={view.data !== undefined && <Mark day={view.data} />}
    >
      <Shown view={view} skeleton={<Skeleton variant="rounded" height={320} />}>
        {(day) => (
          <>
            <Line day={day} />
            <Account
              day={day}
              beside={
                <Panel title={t('day.closing')}>
                  <Notice
                    tone={day.differences.length === 0 ? 'good' : 'warning'}
                    title={t(day.differences.length === 0 ? 'day.closedEven' : 'day.closedExplained')}
                  >
                    {day.reason}
                  </Notice>
                </Panel>
              }
            />
          </>
        )}
      </Shown>
    </Page>
  );
}

/** The business day: opened in the morning, closed when everything is accounted for. */
export function DayScreen({ day, person }: { readonly day: string | null; readonly person: PersonView }) {
  return day === null ? <Today person={person} /> : <Earlier id={day} />;
}
