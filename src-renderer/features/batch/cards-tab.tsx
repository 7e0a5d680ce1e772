import Verified from '@mui/icons-material/VerifiedOutlined';
import Undo from '@mui/icons-material/UndoOutlined';
import CreditCard from '@mui/icons-material/CreditCardOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Tooltip from '@mui/material/Tooltip';
import { DataGrid } from '@mui/x-data-grid';
import type { GridColDef } from '@mui/x-data-grid';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttemptView, BatchView } from '#shared/contract/views/batch-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';
import { formatDuration, formatTimeSecond } from '../../format/dates.ts';
import { actIn } from '../../format/person.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';
import { stepName } from '#shared/journal-format/events/production-events.ts';
import { PassDialog } from '../cards/pass-dialog.tsx';
import { RecallDialog } from '../remake/recall-dialog.tsx';
import { RemakePanel } from '../remake/remake-panel.tsx';
import { useWord } from '../../wording/use-word.ts';

function toneOf(disposition: string | null): Tone {
  if (disposition === null) return 'busy';
  return disposition === 'good' ? 'good' : 'bad';
}

interface ColumnsOf {
  readonly cards: readonly AttemptView[];
  /** Null where this person may recall none. */
  readonly recall: ((card: AttemptView) => void) | null;
  readonly showPass: (card: AttemptView) => void;
}

function useColumns({ cards, recall, showPass }: ColumnsOf): readonly GridColDef<AttemptView>[] {
  const { t } = useTranslation();
  const word = useWord();
  return useMemo<readonly GridColDef<AttemptView>[]>(
    () => [
      { field: 'number', headerName: t('cards.column.number'), width: 46, align: 'right', headerAlign: 'right' },
      {
        field: 'order',
        headerName: t('cards.column.order'),
        flex: 1,
        minWidth: 138,
        renderCell: ({ row }) => <Identifier>{row.order}</Identifier>,
      },
      {
        field: 'maskedPan',
        headerName: t('records.column.pan'),
        width: 168,
        renderCell: ({ row }) => <Identifier>{row.maskedPan ?? t('records.noPan')}</Identifier>,
      },
      {
        field: 'disposition',
        headerName: t('cards.column.result'),
        width: 160,
        renderCell: ({ row }) => {
          const step = stepName.safeParse(row.step);
          const doing = step.success ? t(`step.${step.data}`) : row.step;
          return (
            <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5 }}>
              <StateMark
                tone={toneOf(row.disposition)}
                label={row.disposition === null ? doing : word('disposition', row.disposition)}
              />
              {row.disposition === 'good' && (
                <Tooltip title={t('pass.open')} describeChild={false}>
                  <IconButton
                    size="small"
                    onClick={() => showPass(row)}
                    aria-label={t('pass.openOf', { order: row.order })}
                  >
                    <Verified fontSize="small" />
                  </IconButton>
                </Tooltip>
              )}
              {recall !== null && row.disposition === 'good' && (
                <Tooltip title={t('remake.recall')} describeChild={false}>
                  <IconButton size="small" onClick={() => recall(row)} aria-label={t('remake.recall')}>
                    <Undo fontSize="small" />
                  </IconButton>
                </Tooltip>
              )}
            </Box>
          );
        },
      },
      {
        field: 'reason',
        headerName: t('cards.column.reason'),
        flex: 1,
        minWidth: 94,
        renderCell: ({ row }) => {
          // A good card has no reason but another card that it replaces.
          if (row.disposition !== 'good' && row.reason !== null) return row.reason;
          if (row.replaces === null) return '';
          const lost = cards.find((card) => card.attempt === row.replaces);
          return lost === undefined ? t('cards.replacesLost') : t('cards.replaces', { number: lost.number });
        },
      },
      { field: 'line', headerName: t('cards.column.line'), width: 70 },
      {
        field: 'chipSerial',
        headerName: t('cards.column.chip'),
        width: 160,
        renderCell: ({ row }) => (row.chipSerial === null ? '' : <Identifier>{row.chipSerial}</Identifier>),
      },
      {
        field: 'started',
        headerName: t('cards.column.started'),
        width: 116,
        renderCell: ({ row }) => formatTimeSecond(row.started),
      },
      {
        field: 'ended',
        headerName: t('cards.column.took'),
        width: 66,
        align: 'right',
        headerAlign: 'right',
        renderCell: ({ row }) =>
          row.ended === null ? '' : formatDuration(Date.parse(row.ended) - Date.parse(row.started)),
      },
    ],
    [t, word, cards, recall, showPass],
  );
}

const none: readonly AttemptView[] = [];
/** States of a batch in which a good card can still be turned to rejected. */
const recallable: readonly BatchView['state'][] = ['running', 'paused', 'stopped', 'made', 'released'];

/** Every card that was begun for this batch, with where it ended. */
export function CardsTab({ batch, person }: { readonly batch: BatchView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const [pages, setPages] = useState({ page: 0, pageSize: 50 });
  const input = { batch: batch.batch, offset: pages.page * pages.pageSize, limit: pages.pageSize };
  const view = useView({
    call: 'batches.attempts',
    input,
    topics: ['batches', 'looks'],
    ask: (signal) => station.batches.attempts(input, { signal }),
    between: 'keep-page',
  });
  const [recalled, setRecalled] = useState<AttemptView | null>(null);
  const [passOf, setPassOf] = useState<AttemptView | null>(null);
  const mayRecall = actIn(person, 'request-remake') && recallable.includes(batch.state);
  const columns = useColumns({
    cards: view.data?.attempts ?? none,
    recall: mayRecall ? setRecalled : null,
    showPass: setPassOf,
  });
  return (
    <Box sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <RemakePanel batch={batch.batch} />
      <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
        {view.isError && (
          <Box sx={{ padding: 2 }}>
            <FaultNotice thrown={view.error} onRetry={() => void view.refetch()} />
          </Box>
        )}
        {view.data?.total === 0 ? (
          <EmptyState icon={<CreditCard />} title={t('cards.empty')} text={t('cards.emptyDetail')} />
        ) : (
          <Box sx={{ height: 'max(320px, calc(100vh - 430px))' }}>
            <DataGrid<AttemptView>
              aria-label={t('cards.label', { batch: batch.batch })}
              rows={view.data?.attempts ?? []}
              getRowId={(row) => row.attempt}
              columns={columns}
              disableColumnSorting
              paginationMode="server"
              rowCount={view.data?.total ?? 0}
              paginationModel={pages}
              onPaginationModelChange={setPages}
              pageSizeOptions={[25, 50, 100]}
              loading={view.isPending || view.isPlaceholderData}
              slotProps={{ loadingOverlay: { variant: 'skeleton', noRowsVariant: 'skeleton' } }}
            />
          </Box>
        )}
      </Paper>
      {passOf !== null && <PassDialog attempt={passOf.attempt} onClose={() => setPassOf(null)} />}
      {recalled !== null && <RecallDialog card={recalled} onClose={() => setRecalled(null)} />}
    </Box>
  );
}
