import Inventory from '@mui/icons-material/Inventory2Outlined';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { LotView } from '#shared/contract/views/stock-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { formatDate } from '../../format/dates.ts';
import { actIn } from '../../format/person.ts';
import { addressOf } from '../../router/route.ts';
import { Counted } from './counted.tsx';
import { useLots } from './use-stock.ts';

/** Figures that have a column of their own only where some lot has one. */
const rare = ['found', 'missing', 'out', 'destroyed'] as const;

function useColumns(person: PersonView, lots: readonly LotView[]): readonly Column<LotView>[] {
  const { t } = useTranslation();
  const figure = (key: 'received' | 'used' | 'left' | (typeof rare)[number]): Column<LotView> => ({
    key,
    head: t(`stock.figure.${key}`),
    align: 'right',
    cell: (lot) => (key === 'left' || lot[key] !== null ? <Counted figure={lot[key]} /> : t('stock.notTold')),
  });
  return [
    {
      key: 'lot',
      head: t('stock.column.lot'),
      cell: (lot) => (
        <Box>
          <Identifier>{lot.lot}</Identifier>
          <Typography variant="caption" component="p" color="textSecondary">
            {lot.blankType} · {t(`stock.kind.${lot.kind}`)}
            {lot.environment === 'test' && ` · ${t('environment.test')}`}
          </Typography>
          <Typography variant="caption" component="p" color="textSecondary">
            {[formatDate(lot.receivedAt), lot.supplier, lot.supplierReference]
              .filter((word) => word !== null)
              .join(' · ')}
          </Typography>
        </Box>
      ),
    },
    figure('received'),
    figure('used'),
    ...rare.filter((key) => lots.some((lot) => (lot[key] ?? 0) !== 0)).map(figure),
    figure('left'),
    {
      key: 'places',
      head: t('stock.column.places'),
      cell: (lot) =>
        lot.places.length === 0
          ? t('stock.nowhere')
          : lot.places.map((holding) => (
              <Box key={holding.place} sx={{ display: 'flex', gap: 1, whiteSpace: 'nowrap' }}>
                {holding.placeTitle}: <Counted figure={holding.count} />
              </Box>
            )),
    },
    ...(actIn(person, 'see-journal')
      ? [
          {
            key: 'history',
            head: t('stock.column.history'),
            cell: (lot: LotView) => (
              <Link
                href={addressOf({ kind: 'journal', text: lot.lot })}
                aria-label={t('stock.historyNamed', { lot: lot.lot })}
              >
                {t('stock.history')}
              </Link>
            ),
          },
        ]
      : []),
  ];
}

/** Every lot with its whole account: what came = what is there + what became of the rest. */
export function LotsTab({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useLots();
  const columns = useColumns(person, view.data?.lots ?? []);
  return (
    <Panel title={t('stock.lots')} note={t('stock.lotsNote')} padding="none">
      <Shown view={view} skeleton={<SkeletonRows rows={4} />}>
        {({ lots }) =>
          lots.length === 0 ? (
            <EmptyState icon={<Inventory />} title={t('stock.noLots')} text={t('stock.noLotsDetail')} />
          ) : (
            <PlainTable label={t('stock.lots')} columns={columns} rows={lots} keyOf={(lot) => lot.lot} />
          )
        }
      </Shown>
    </Panel>
  );
}
