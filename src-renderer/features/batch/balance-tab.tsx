import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { BalanceView, BatchView } from '#shared/contract/views/batch-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Identifier } from '../../components/identifier.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown } from '../../components/shown.tsx';
import { formatCount } from '../../format/numbers.ts';
import { actIn } from '../../format/person.ts';
import { addressOf } from '../../router/route.ts';
import { BalanceSheet } from './balance-sheet.tsx';
import { useBalance } from './use-batch.ts';

function Obstacles({ balance, person }: { readonly balance: BalanceView; readonly person: PersonView }) {
  const { t } = useTranslation();
  return (
    <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 1 }}>
      {balance.obstacles.map((obstacle) => (
        <li key={`${obstacle.code} ${obstacle.text}`}>
          <Notice tone="warning" title={obstacle.text}>
            {obstacle.next}
          </Notice>
        </li>
      ))}
      {balance.looksOutstanding > 0 && actIn(person, 'decide-look') && (
        <li>
          <Button href={addressOf({ kind: 'looks', batch: balance.batch })}>
            {t('batch.open.look', { count: balance.looksOutstanding })}
          </Button>
        </li>
      )}
    </Box>
  );
}

function Lots({ balance }: { readonly balance: BalanceView }) {
  const { t } = useTranslation();
  return (
    <Table size="small">
      <TableHead>
        <TableRow>
          <TableCell>{t('balance.lot')}</TableCell>
          <TableCell>{t('balance.blankType')}</TableCell>
          <TableCell align="right">{t('balance.used')}</TableCell>
          <TableCell align="right">{t('disposition.good')}</TableCell>
          <TableCell align="right">{t('disposition.rejected')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {balance.byLot.map((lot) => (
          <TableRow key={lot.lot}>
            <TableCell component="th" scope="row">
              <Identifier>{lot.lot}</Identifier>
            </TableCell>
            <TableCell>{lot.blankType}</TableCell>
            <TableCell align="right">{formatCount(lot.used)}</TableCell>
            <TableCell align="right">{formatCount(lot.good)}</TableCell>
            <TableCell align="right">{formatCount(lot.rejected)}</TableCell>
          </TableRow>
        ))}
        {balance.byLot.length === 0 && (
          <TableRow>
            <TableCell colSpan={5}>{t('balance.noLots')}</TableCell>
          </TableRow>
        )}
      </TableBody>
    </Table>
  );
}

/** In = out, and what stands in the way of closing. */
export function BalanceTab({ batch, person }: { readonly batch: BatchView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useBalance(batch.batch);
  return (
    <Shown view={view} skeleton={<Skeleton variant="rounded" height={320} />}>
      {(balance) => (
        <Box sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: { xs: '1fr', lg: '3fr 2fr' }, alignItems: 'start' }}>
          <Box sx={{ display: 'grid', gap: 2.5 }}>
            <Panel title={t('balance.title')}>
              <BalanceSheet balance={balance} />
            </Panel>
            <Panel title={t('balance.blanks')} padding="none">
              <Lots balance={balance} />
            </Panel>
          </Box>
          <Box sx={{ display: 'grid', gap: 2.5 }}>
            <Panel title={t('balance.closing')}>
              {batch.state === 'closed' ? (
                <Notice tone="good" title={t('balance.closed')}>
                  {t('balance.closedDetail')}
                </Notice>
              ) : balance.obstacles.length === 0 ? (
                <Notice tone="good" title={t('balance.canClose')}>
                  {t('balance.canCloseDetail')}
                </Notice>
              ) : (
                <Obstacles balance={balance} person={person} />
              )}
            </Panel>
            <Panel title={t('balance.printers')}>
              {balance.byPrinter.length === 0 && <Typography variant="body2">{t('balance.noPrinters')}</Typography>}
              {balance.byPrinter.map((printer) => (
                <Typography variant="body2" key={printer.printer}>
                  {t('balance.printerFed', {
                    printer: printer.printer,
                    count: printer.fed,
                    shown: formatCount(printer.fed),
                  })}
                </Typography>
              ))}
            </Panel>
          </Box>
        </Box>
      )}
    </Shown>
  );
}
