import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { BalanceView } from '#shared/contract/views/batch-views.ts';
import { formatCount } from '../../format/numbers.ts';

interface Row {
  readonly label: string;
  readonly count: number;
  readonly weight?: 'sum';
}

function Sheet({ caption, rows }: { readonly caption: string; readonly rows: readonly Row[] }) {
  return (
    <Box>
      <Typography variant="h3" sx={{ marginBottom: 0.5 }}>
        {caption}
      </Typography>
      <Table size="small" aria-label={caption}>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={row.label}>
              <TableCell
                component="th"
                scope="row"
                sx={{ paddingInline: 0, fontWeight: row.weight === 'sum' ? 650 : 400 }}
              >
                {row.label}
              </TableCell>
              <TableCell align="right" sx={{ paddingInline: 0, fontWeight: row.weight === 'sum' ? 650 : 500 }}>
                {formatCount(row.count)}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

/** What came from the feeder beside where it ended, and the difference, which must be zero. */
export function BalanceSheet({ balance }: { readonly balance: BalanceView }) {
  const { t } = useTranslation();
  const out = balance.fed - balance.difference;
  return (
    <Box sx={{ display: 'grid', gap: 3 }}>
      <Box
        sx={(theme) => ({
          display: 'flex',
          alignItems: 'center',
          justifyContent: 'center',
          gap: 3,
          padding: 2.5,
          borderRadius: '12px',
          backgroundColor: theme.palette.well,
          textAlign: 'center',
        })}
      >
        <Figure count={balance.fed} label={t('balance.in')} />
        <Typography aria-hidden sx={{ fontSize: '1.75rem', color: 'text.secondary' }}>
          {balance.difference === 0 ? '=' : '≠'}
        </Typography>
        <Figure count={out} label={t('balance.out')} />
        <Box aria-hidden sx={{ alignSelf: 'stretch', width: '1px', backgroundColor: 'divider' }} />
        <Figure
          count={balance.difference}
          label={t('balance.difference')}
          colour={balance.difference === 0 ? 'success.main' : 'error.main'}
        />
      </Box>
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: '1fr 1fr' }}>
        <Sheet
          caption={t('balance.cards')}
          rows={[
            { label: t('disposition.good'), count: balance.good },
            { label: t('disposition.rejected'), count: balance.rejected },
            { label: t('disposition.spoiled'), count: balance.spoiled },
            { label: t('disposition.test'), count: balance.test },
            { label: t('disposition.returned'), count: balance.returned },
            { label: t('disposition.missing'), count: balance.missing },
            { label: t('balance.inMachine'), count: balance.inMachine },
          ]}
        />
        <Sheet
          caption={t('balance.orders')}
          rows={[
            { label: t('orderState.made'), count: balance.ordersMade },
            { label: t('orderState.held'), count: balance.ordersHeld },
            { label: t('orderState.not-made'), count: balance.ordersNotMade },
            { label: t('balance.ordersAll'), count: balance.orders, weight: 'sum' },
          ]}
        />
      </Box>
    </Box>
  );
}

interface FigureProps {
  readonly count: number;
  readonly label: string;
  readonly colour?: string;
}

function Figure({ count, label, colour = 'text.primary' }: FigureProps) {
  return (
    <Box sx={{ minWidth: 90 }}>
      <Typography sx={{ fontSize: '1.75rem', fontWeight: 650, lineHeight: 1.15, color: colour }}>
        {formatCount(count)}
      </Typography>
      <Typography variant="caption" color="textSecondary">
        {label}
      </Typography>
    </Box>
  );
}
