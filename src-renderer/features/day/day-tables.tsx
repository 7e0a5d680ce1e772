import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { DayFiguresView, DayView } from '#shared/contract/views/stock-views.ts';
import { Identifier } from '../../components/identifier.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatCount } from '../../format/numbers.ts';

interface LotRow {
  readonly lot: string;
  readonly blankType: string;
  readonly figures: DayFiguresView | null;
}

const keys = [
  'opening',
  'received',
  'found',
  'good',
  'rejected',
  'spoiled',
  'test',
  'missing',
  'out',
  'destroyed',
  'fitted',
  'inMachine',
  'closing',
  'difference',
] as const;
/** Figures that have a column of their own only where some lot has one. */
const rare: readonly string[] = ['found', 'test', 'out', 'destroyed', 'fitted', 'inMachine'];

/** In = out, lot by lot, with the sum of the blanks below. */
export function DayLots({ day }: { readonly day: DayView }) {
  const { t } = useTranslation();
  const shown = keys.filter((key) => !rare.includes(key) || day.lots.some((lot) => (lot.figures?.[key] ?? 0) !== 0));
  const columns: readonly Column<LotRow>[] = [
    {
      key: 'lot',
      head: t('stock.column.lot'),
      cell: (row) => (
        <Box>
          <Identifier>{row.lot}</Identifier>
          <Typography variant="caption" component="p" color="textSecondary">
            {row.blankType}
          </Typography>
        </Box>
      ),
    },
    ...shown.map((key): Column<LotRow> => ({
      key,
      head: t(`day.figure.${key}`),
      align: 'right',
      cell: (row) => {
        if (row.figures === null)
          return key === 'opening' ? <StateMark tone="information" label={t('stock.beingCounted')} /> : '';
        const figure = row.figures[key];
        if (key === 'difference' && figure !== 0) return <StateMark tone="bad" label={formatCount(figure)} />;
        return formatCount(figure);
      },
    })),
  ];
  if (day.lots.length === 0)
    return (
      <Typography variant="body2" color="textSecondary" sx={{ paddingInline: 2.5, paddingBottom: 2 }}>
        {t('day.noLots')}
      </Typography>
    );
  return (
    <PlainTable<LotRow>
      label={t('day.lots')}
      columns={columns}
      rows={day.lots}
      keyOf={(row) => row.lot}
      sum={day.total === null || day.lots.length < 2 ? null : { lot: t('day.sum'), blankType: '', figures: day.total }}
    />
  );
}

/** What each printer counted beside what the journal says that it fed. */
export function DayPrinters({ day }: { readonly day: DayView }) {
  const { t } = useTranslation();
  if (day.printers.length === 0)
    return (
      <Typography variant="body2" color="textSecondary" sx={{ paddingInline: 2.5, paddingBottom: 2 }}>
        {t('day.noPrinters')}
      </Typography>
    );
  return (
    <PlainTable
      label={t('day.printers')}
      rows={day.printers}
      keyOf={(row) => `${row.line} ${row.printer}`}
      columns={[
        { key: 'printer', head: t('day.printer'), cell: (row) => <Identifier>{row.printer}</Identifier> },
        { key: 'line', head: t('ribbons.line'), cell: (row) => row.line },
        {
          key: 'byPrinter',
          head: t('day.byPrinter'),
          align: 'right',
          cell: (row) => (row.byPrinter === null ? t('day.toldNothing') : formatCount(row.byPrinter)),
        },
        {
          key: 'byJournal',
          head: t('day.byJournal'),
          align: 'right',
          cell: (row) => (row.byJournal === null ? t('stock.beingCounted') : formatCount(row.byJournal)),
        },
        {
          key: 'difference',
          head: t('day.figure.difference'),
          align: 'right',
          cell: (row) =>
            row.difference === 0 ? formatCount(0) : <StateMark tone="bad" label={formatCount(row.difference)} />,
        },
      ]}
    />
  );
}
