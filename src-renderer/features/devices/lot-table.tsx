import Inventory from '@mui/icons-material/Inventory2Outlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LotView } from '#shared/contract/views/stock-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { formatCount } from '../../format/numbers.ts';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

interface LoadingProps {
  readonly lots: readonly LotView[];
  readonly lines: readonly string[];
}

/** Books a lot to the line whose feeder it was put into. */
function Loading({ lots, lines }: LoadingProps) {
  const { t } = useTranslation();
  const [lot, setLot] = useState('');
  const [line, setLine] = useState('');
  const load = useCommand(() => station.stock.load({ lot, line }));
  return (
    <Box sx={{ display: 'grid', gap: 1.5, padding: 2.5, borderTop: 1, borderColor: 'divider' }}>
      <Typography variant="h3">{t('lots.load')}</Typography>
      <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap' }}>
        <TextField
          select
          label={t('lots.lot')}
          value={lot}
          onChange={(event) => setLot(event.target.value)}
          sx={{ flex: '1 1 220px' }}
        >
          {lots.map((one) => (
            <MenuItem key={one.lot} value={one.lot}>
              {one.lot} · {one.blankType}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          select
          label={t('lots.line')}
          value={line}
          onChange={(event) => setLine(event.target.value)}
          sx={{ flex: '1 1 140px' }}
        >
          {lines.map((one) => (
            <MenuItem key={one} value={one}>
              {one}
            </MenuItem>
          ))}
        </TextField>
        <Button
          variant="contained"
          disabled={lot === '' || line === ''}
          loading={load.isPending}
          onClick={() => load.mutate(undefined)}
        >
          {t('lots.loadNow')}
        </Button>
      </Box>
      {load.isError && <FaultNotice thrown={load.error} />}
      {load.data !== undefined && (
        <Typography role="status" variant="body2" sx={{ color: 'success.main', fontWeight: 600 }}>
          {t('lots.loaded', { lot: load.data.lot, line: load.data.line ?? line })}
        </Typography>
      )}
    </Box>
  );
}

/** The counted blanks, by lot. */
export function LotTable({ person, lines }: { readonly person: PersonView; readonly lines: readonly string[] }) {
  const { t } = useTranslation();
  const view = useView({
    call: 'stock.lots',
    input: {},
    topics: ['stock', 'batches'],
    ask: (signal) => station.stock.lots({}, { signal }),
  });
  return (
    <Panel title={t('lots.title')} note={t('lots.note')} padding="none">
      <Shown view={view} skeleton={<SkeletonRows rows={3} />}>
        {({ lots }) =>
          lots.length === 0 ? (
            <EmptyState icon={<Inventory />} title={t('lots.empty')} text={t('lots.emptyDetail')} />
          ) : (
            <>
              <TableContainer>
                <Table size="small">
                  <TableHead>
                    <TableRow>
                      <TableCell>{t('lots.lot')}</TableCell>
                      <TableCell>{t('balance.blankType')}</TableCell>
                      <TableCell align="right">{t('lots.received')}</TableCell>
                      <TableCell align="right">{t('balance.used')}</TableCell>
                      <TableCell align="right">{t('lots.left')}</TableCell>
                      <TableCell>{t('lots.line')}</TableCell>
                    </TableRow>
                  </TableHead>
                  <TableBody>
                    {lots.map((lot) => (
                      <TableRow key={lot.lot}>
                        <TableCell component="th" scope="row" sx={{ fontWeight: 600 }}>
                          <Identifier>{lot.lot}</Identifier>
                        </TableCell>
                        <TableCell>{lot.blankType}</TableCell>
                        <TableCell align="right">{formatCount(lot.received)}</TableCell>
                        <TableCell align="right">{lot.used === null ? '–' : formatCount(lot.used)}</TableCell>
                        <TableCell align="right">{lot.left === null ? '–' : formatCount(lot.left)}</TableCell>
                        <TableCell>{lot.line ?? t('lots.notLoaded')}</TableCell>
                      </TableRow>
                    ))}
                  </TableBody>
                </Table>
              </TableContainer>
              {actIn(person, 'load-stock') && <Loading lots={lots} lines={lines} />}
            </>
          )
        }
      </Shown>
    </Panel>
  );
}
