import Search from '@mui/icons-material/SearchOutlined';
import Box from '@mui/material/Box';
import InputAdornment from '@mui/material/InputAdornment';
import Link from '@mui/material/Link';
import MenuItem from '@mui/material/MenuItem';
import Paper from '@mui/material/Paper';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { DataGrid } from '@mui/x-data-grid';
import type { GridColDef } from '@mui/x-data-grid';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchView, OrderState, RecordView } from '#shared/contract/views/batch-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';
import { useSettled } from '../../components/use-settled.ts';
import { formatCount } from '../../format/numbers.ts';
import { useView } from '../../queries/use-view.ts';
import { addressOf } from '../../router/route.ts';
import { station } from '../../wires/station.ts';

const tones: Readonly<Record<OrderState, Tone>> = {
  held: 'warning',
  ready: 'information',
  'in-production': 'busy',
  made: 'good',
  'not-made': 'bad',
};
type Filter = OrderState | 'any' | 'with-findings';
const filters: readonly Filter[] = ['any', 'with-findings', 'held', 'ready', 'in-production', 'made', 'not-made'];
const PAGE_SIZES = [25, 50, 100];

function useColumns({ batch, state }: BatchView): readonly GridColDef<RecordView>[] {
  const { t } = useTranslation();
  return useMemo<readonly GridColDef<RecordView>[]>(
    () => [
      {
        field: 'index',
        headerName: t('records.column.index'),
        width: 90,
        align: 'right',
        headerAlign: 'right',
        renderCell: ({ row }) => formatCount(row.index + 1),
      },
      {
        field: 'order',
        headerName: t('records.column.order'),
        flex: 1,
        minWidth: 170,
        renderCell: ({ row }) =>
          // Once the batch is closed its key is gone and nothing can be read of an order.
          state === 'closed' ? (
            <Identifier>{row.order}</Identifier>
          ) : (
            <Link
              href={addressOf({ kind: 'script', batch, order: row.order })}
              aria-label={t('script.open', { order: row.order })}
            >
              <Identifier>{row.order}</Identifier>
            </Link>
          ),
      },
      {
        field: 'maskedPan',
        headerName: t('records.column.pan'),
        width: 190,
        renderCell: ({ row }) =>
          row.maskedPan === null ? t('records.noPan') : <Identifier>{row.maskedPan}</Identifier>,
      },
      {
        field: 'state',
        headerName: t('records.column.state'),
        width: 150,
        renderCell: ({ row }) => <StateMark tone={tones[row.state]} label={t(`orderState.${row.state}`)} />,
      },
      {
        field: 'attempts',
        headerName: t('records.column.attempts'),
        width: 90,
        align: 'right',
        headerAlign: 'right',
      },
      {
        field: 'findings',
        headerName: t('records.column.findings'),
        flex: 2,
        minWidth: 260,
        renderCell: ({ row }) => (
          <span title={row.findings.map((finding) => `${finding.code}: ${finding.text}`).join('\n')}>
            {row.findings.map((finding) => finding.text).join(' · ')}
          </span>
        ),
      },
    ],
    [t, batch, state],
  );
}

/** The records of a batch, masked; filtered and paged by the station. */
export function RecordsTab({ batch }: { readonly batch: BatchView }) {
  const { t } = useTranslation();
  const [state, setState] = useState<Filter>('any');
  const [typed, setTyped] = useState('');
  const [pages, setPages] = useState({ page: 0, pageSize: 50 });
  const text = useSettled(typed.trim(), 250);
  const columns = useColumns(batch);
  const input = {
    batch: batch.batch,
    filter: { state, text },
    offset: pages.page * pages.pageSize,
    limit: pages.pageSize,
  };
  const view = useView({
    call: 'batches.records',
    input,
    topics: ['batches'],
    ask: (signal) => station.batches.records(input, { signal }),
    between: 'keep-page',
  });
  const first = () => setPages((before) => ({ ...before, page: 0 }));
  return (
    <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
      <Box sx={{ display: 'flex', gap: 1.5, padding: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <TextField
          label={t('records.search')}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value.slice(0, 40));
            first();
          }}
          sx={{ width: 300 }}
          slotProps={{
            input: {
              startAdornment: (
                <InputAdornment position="start">
                  <Search fontSize="small" />
                </InputAdornment>
              ),
            },
          }}
        />
        <TextField
          select
          label={t('records.filter')}
          value={state}
          onChange={(event) => {
            setState(event.target.value as Filter);
            first();
          }}
          sx={{ width: 210 }}
        >
          {filters.map((filter) => (
            <MenuItem key={filter} value={filter}>
              {filter === 'any' || filter === 'with-findings' ? t(`records.${filter}`) : t(`orderState.${filter}`)}
            </MenuItem>
          ))}
        </TextField>
        <Typography variant="body2" color="textSecondary" role="status" sx={{ marginLeft: 'auto' }}>
          {view.data !== undefined &&
            t('records.found', { count: view.data.total, shown: formatCount(view.data.total) })}
        </Typography>
      </Box>
      {view.isError && (
        <Box sx={{ padding: 2, paddingTop: 0 }}>
          <FaultNotice thrown={view.error} onRetry={() => void view.refetch()} />
        </Box>
      )}
      <Box sx={{ height: 'max(280px, calc(100vh - 505px))' }}>
        <DataGrid<RecordView>
          aria-label={t('records.label', { batch: batch.batch })}
          rows={view.data?.records ?? []}
          getRowId={(row) => row.index}
          columns={columns}
          disableColumnSorting
          paginationMode="server"
          rowCount={view.data?.total ?? 0}
          paginationModel={pages}
          onPaginationModelChange={setPages}
          pageSizeOptions={PAGE_SIZES}
          loading={view.isPending || view.isPlaceholderData}
          slotProps={{ loadingOverlay: { variant: 'skeleton', noRowsVariant: 'skeleton' } }}
          localeText={{ noRowsLabel: t('records.empty') }}
        />
      </Box>
    </Paper>
  );
}
