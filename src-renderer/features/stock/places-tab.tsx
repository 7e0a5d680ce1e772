import Inventory from '@mui/icons-material/Inventory2Outlined';
import Pin from '@mui/icons-material/PinOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { HoldingView, LotView, PlaceView } from '#shared/contract/views/stock-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { Counted } from './counted.tsx';
import { TestUseDialog } from './test-use-dialog.tsx';
import { useLots, usePlaces } from './use-stock.ts';

interface PlaceProps {
  readonly place: PlaceView;
  readonly lots: readonly LotView[];
  readonly person: PersonView;
}

function LastCount({ holding }: { readonly holding: HoldingView }) {
  const { t } = useTranslation();
  if (holding.openCount !== null) {
    return <Link href={addressOf({ kind: 'count', count: holding.openCount })}>{t('stock.toCount')}</Link>;
  }
  if (holding.counted === null) return <>{t('stock.neverCounted')}</>;
  const { time, by, since } = holding.counted;
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
      {t('stock.countedAt', { time: formatDateTime(time), by })}
      {since === 'changed' && <StateMark tone="quiet" label={t('stock.changedSince')} />}
    </Box>
  );
}

function Place({ place, lots, person }: PlaceProps) {
  const { t } = useTranslation();
  const line = place.line;
  const count = useCommand(
    () => station.stock.openCounts({ place: place.place }),
    ({ counts }) => {
      const [first] = counts;
      goTo(
        counts.length === 1 && first !== undefined
          ? { kind: 'count', count: first.count }
          : { kind: 'stock', tab: 'counts' },
      );
    },
  );
  const load = useCommand((lot: string) => station.stock.load({ lot, line: line ?? '' }));
  const [tested, setTested] = useState<string | null>(null);
  const fault = count.error ?? load.error;
  const columns: readonly Column<HoldingView>[] = [
    { key: 'item', head: t('stock.column.item'), cell: (row) => row.itemTitle },
    { key: 'count', head: t('stock.column.count'), align: 'right', cell: (row) => <Counted figure={row.count} /> },
    { key: 'counted', head: t('stock.column.counted'), cell: (row) => <LastCount holding={row} /> },
    {
      key: 'feed',
      head: line === null ? '' : t('stock.column.feed'),
      cell: (row) => {
        const lot = lots.find((one) => one.lot === row.item);
        if (line === null || lot?.kind !== 'blank') return '';
        const feeds = lot.line?.split(',').some((one) => one.trim() === line) === true;
        return (
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
            {feeds && <StateMark tone="good" label={t('stock.fedNow')} />}
            {!feeds && actIn(person, 'load-stock') && (
              <Button
                size="small"
                loading={load.isPending && load.variables === lot.lot}
                disabled={load.isPending}
                onClick={() => load.mutate(lot.lot)}
                aria-label={t('stock.feedNamed', { lot: lot.lot, line: place.title })}
              >
                {t('stock.feed')}
              </Button>
            )}
            {actIn(person, 'load-stock') && (
              <Button
                size="small"
                variant="text"
                onClick={() => setTested(lot.lot)}
                aria-label={t('testUse.openNamed', { lot: lot.lot, line: place.title })}
              >
                {t('testUse.open')}
              </Button>
            )}
          </Box>
        );
      },
    },
  ];
  return (
    <Panel
      title={place.title}
      padding="none"
      actions={
        actIn(person, 'count-stock') &&
        place.holdings.some((holding) => holding.openCount === null) && (
          <Button
            size="small"
            startIcon={<Pin />}
            loading={count.isPending}
            loadingPosition="start"
            onClick={() => count.mutate(undefined)}
            aria-label={t('stock.countNamed', { place: place.title })}
          >
            {t('stock.count')}
          </Button>
        )
      }
    >
      {fault !== null && (
        <Box sx={{ paddingInline: 2.5, paddingBottom: 1.5 }}>
          <FaultNotice thrown={fault} />
        </Box>
      )}
      {place.holdings.length === 0 ? (
        <Typography variant="body2" color="textSecondary" sx={{ paddingInline: 2.5, paddingBottom: 2 }}>
          {t('stock.nothingHere')}
        </Typography>
      ) : (
        <PlainTable
          label={place.title}
          columns={line === null ? columns.slice(0, 3) : columns}
          rows={place.holdings}
          keyOf={(row) => row.item}
        />
      )}
      {tested !== null && line !== null && <TestUseDialog lot={tested} line={line} onClose={() => setTested(null)} />}
    </Panel>
  );
}

/** Every place with what is there: the vault, each line, the containers. */
export function PlacesTab({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = usePlaces();
  const lots = useLots();
  return (
    <Shown view={view} skeleton={<SkeletonRows rows={4} height={90} />}>
      {({ places }) =>
        places.length === 0 ? (
          <Paper variant="outlined">
            <EmptyState icon={<Inventory />} title={t('stock.noPlaces')} text={t('stock.noPlacesDetail')} />
          </Paper>
        ) : (
          <Box
            sx={{
              display: 'grid',
              gap: 2.5,
              gridTemplateColumns: { xs: 'minmax(0, 1fr)', xl: 'repeat(2, minmax(0, 1fr))' },
              alignItems: 'start',
            }}
          >
            {places.map((place) => (
              <Place key={place.place} place={place} lots={lots.data?.lots ?? []} person={person} />
            ))}
          </Box>
        )
      }
    </Shown>
  );
}
