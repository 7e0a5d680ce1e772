import Search from '@mui/icons-material/SearchOutlined';
import Box from '@mui/material/Box';
import InputAdornment from '@mui/material/InputAdornment';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { DataGrid } from '@mui/x-data-grid';
import type { GridCellParams, GridColDef, GridRowParams } from '@mui/x-data-grid';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JournalEntryView } from '#shared/contract/views/evidence-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { eventSchemas } from '#shared/journal-format/event-kinds.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { useSettled } from '../../components/use-settled.ts';
import { formatDateTimeSecond } from '../../format/dates.ts';
import { formatCount, shortDigest } from '../../format/numbers.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';
import { ChainPanel } from './chain-panel.tsx';
import { EntryDrawer } from './entry-drawer.tsx';

const kinds = Object.keys(eventSchemas).sort();

function useColumns(): readonly GridColDef<JournalEntryView>[] {
  const { t } = useTranslation();
  return useMemo<readonly GridColDef<JournalEntryView>[]>(
    () => [
      {
        field: 'sequence',
        headerName: t('journal.column.sequence'),
        width: 90,
        align: 'right',
        headerAlign: 'right',
        renderCell: ({ row }) => formatCount(row.sequence),
      },
      {
        field: 'time',
        headerName: t('journal.column.time'),
        width: 216,
        renderCell: ({ row }) => formatDateTimeSecond(row.time),
      },
      { field: 'kind', headerName: t('journal.column.kind'), width: 184 },
      { field: 'actor', headerName: t('journal.column.actor'), width: 110 },
      {
        field: 'subjects',
        headerName: t('journal.column.subjects'),
        flex: 1,
        minWidth: 220,
        renderCell: ({ row }) =>
          Object.entries(row.subjects)
            .map(([name, id]) => `${name} ${id}`)
            .join(' · '),
      },
      {
        field: 'entryHash',
        headerName: t('journal.column.hash'),
        width: 176,
        renderCell: ({ row }) => <Identifier>{shortDigest(row.entryHash)}</Identifier>,
      },
    ],
    [t],
  );
}

/** Everything that happened: the chain, a search, and each entry in full. */
export function JournalScreen({ person, text: asked }: { readonly person: PersonView; readonly text: string }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(asked);
  const [kind, setKind] = useState('');
  const [pages, setPages] = useState({ page: 0, pageSize: 50 });
  const [open, setOpen] = useState<JournalEntryView | null>(null);
  const text = useSettled(typed.trim(), 300);
  const columns = useColumns();
  const input = { text, kind, subject: '', offset: pages.page * pages.pageSize, limit: pages.pageSize };
  const view = useView({
    call: 'journal.search',
    input,
    topics: ['journal'],
    ask: (signal) => station.journal.search(input, { signal }),
    between: 'keep-page',
  });
  const first = () => setPages((before) => ({ ...before, page: 0 }));
  return (
    <Page title={t('journal.title')}>
      <ChainPanel person={person} />
      <Panel
        title={t('journal.search')}
        padding="none"
        note={
          view.data === undefined
            ? undefined
            : t('journal.found', { count: view.data.total, shown: formatCount(view.data.total) })
        }
        actions={
          <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', justifyContent: 'flex-end' }}>
            <TextField
              label={t('journal.text')}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value.slice(0, 100));
                first();
              }}
              sx={{ width: 280 }}
              slotProps={{
                inputLabel: { shrink: true },
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
              label={t('journal.column.kind')}
              value={kind}
              onChange={(event) => {
                setKind(event.target.value);
                first();
              }}
              sx={{ width: 230 }}
              slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}
            >
              <MenuItem value="">{t('journal.anyKind')}</MenuItem>
              {kinds.map((one) => (
                <MenuItem key={one} value={one}>
                  {one}
                </MenuItem>
              ))}
            </TextField>
          </Box>
        }
      >
        {view.isError && (
          <Box sx={{ padding: 2 }}>
            <FaultNotice thrown={view.error} onRetry={() => void view.refetch()} />
          </Box>
        )}
        <Box sx={{ height: 'max(380px, calc(100vh - 360px))' }}>
          <DataGrid<JournalEntryView>
            aria-label={t('journal.title')}
            rows={view.data?.entries ?? []}
            getRowId={(row) => row.sequence}
            columns={columns}
            disableColumnSorting
            paginationMode="server"
            rowCount={view.data?.total ?? 0}
            paginationModel={pages}
            onPaginationModelChange={setPages}
            pageSizeOptions={[25, 50, 100]}
            loading={view.isPending || view.isPlaceholderData}
            onRowClick={({ row }: GridRowParams<JournalEntryView>) => setOpen(row)}
            onCellKeyDown={({ row }: GridCellParams<JournalEntryView>, event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              setOpen(row);
            }}
            slotProps={{ loadingOverlay: { variant: 'skeleton', noRowsVariant: 'skeleton' } }}
            localeText={{ noRowsLabel: t('journal.empty') }}
            sx={{ '& .MuiDataGrid-row': { cursor: 'pointer' } }}
          />
        </Box>
      </Panel>
      <EntryDrawer entry={open} onClose={() => setOpen(null)} />
    </Page>
  );
}
