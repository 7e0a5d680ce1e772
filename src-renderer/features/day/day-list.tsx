import Link from '@mui/material/Link';
import TablePagination from '@mui/material/TablePagination';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDate, formatDateTime } from '../../format/dates.ts';
import { formatCount } from '../../format/numbers.ts';
import { addressOf } from '../../router/route.ts';
import { useDays } from './use-day.ts';

const PAGE = 14;

/** The days of before. */
export function DayList() {
  const { t } = useTranslation();
  const [page, setPage] = useState(0);
  const view = useDays(page, PAGE);
  return (
    <Panel title={t('day.list')} padding="none">
      <Shown view={view} skeleton={<SkeletonRows rows={3} />}>
        {({ days, total }) =>
          days.length === 0 ? (
            <Typography variant="body2" color="textSecondary" sx={{ paddingInline: 2.5, paddingBottom: 2 }}>
              {t('day.noDays')}
            </Typography>
          ) : (
            <>
              <PlainTable
                label={t('day.list')}
                rows={days}
                keyOf={(row) => row.day}
                columns={[
                  {
                    key: 'day',
                    head: t('day.day'),
                    cell: (row) => <Link href={addressOf({ kind: 'day', day: row.day })}>{formatDate(row.day)}</Link>,
                  },
                  {
                    key: 'state',
                    head: t('day.state'),
                    cell: (row) => (
                      <StateMark tone={row.state === 'open' ? 'busy' : 'quiet'} label={t(`day.is.${row.state}`)} />
                    ),
                  },
                  {
                    key: 'closed',
                    head: t('day.closedAt'),
                    cell: (row) => (row.closed === null ? '' : `${formatDateTime(row.closed)} · ${row.closedBy ?? ''}`),
                  },
                  { key: 'good', head: t('day.figure.good'), align: 'right', cell: (row) => formatCount(row.good) },
                  {
                    key: 'rejected',
                    head: t('day.figure.rejected'),
                    align: 'right',
                    cell: (row) => formatCount(row.rejected),
                  },
                  {
                    key: 'missing',
                    head: t('day.figure.missing'),
                    align: 'right',
                    cell: (row) => formatCount(row.missing),
                  },
                  {
                    key: 'differences',
                    head: t('day.differences'),
                    cell: (row) =>
                      row.differences === 'none' ? (
                        t('day.none')
                      ) : (
                        <StateMark tone="warning" label={t('day.explained')} />
                      ),
                  },
                ]}
              />
              {total > PAGE && (
                <TablePagination
                  component="div"
                  count={total}
                  page={page}
                  rowsPerPage={PAGE}
                  rowsPerPageOptions={[PAGE]}
                  onPageChange={(_event, next) => setPage(next)}
                />
              )}
            </>
          )
        }
      </Shown>
    </Panel>
  );
}
