import Inventory from '@mui/icons-material/Inventory2Outlined';
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { KeyStoreView } from '#shared/contract/views/key-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';
import { formatCount } from '../../format/numbers.ts';

type Level = KeyStoreView['pool'][number];

const tones: Readonly<Record<Level['state'], Tone>> = {
  filling: 'busy',
  full: 'good',
  paused: 'warning',
  off: 'quiet',
};

/** How many card key pairs wait, by size. */
export function PoolLevels({ pool }: { readonly pool: readonly Level[] }) {
  const { t } = useTranslation();
  if (pool.length === 0)
    return <EmptyState icon={<Inventory />} title={t('pool.empty')} text={t('pool.emptyDetail')} />;
  const size = (row: Level) => t('pool.bits', { bits: row.bits, exponent: row.exponent });
  const columns: readonly Column<Level>[] = [
    { key: 'size', head: t('pool.size'), width: 'content', cell: size },
    {
      key: 'level',
      head: t('pool.level'),
      cell: (row) => (
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5 }}>
          <Box sx={{ flex: 1, maxWidth: 260 }}>
            <ProgressBar label={size(row)} part={row.target === 0 ? 0 : row.level / row.target} />
          </Box>
          {t('pool.levelOf', { level: formatCount(row.level), target: formatCount(row.target) })}
        </Box>
      ),
    },
    {
      key: 'rate',
      head: t('pool.rate'),
      align: 'right',
      width: 'content',
      cell: (row) => (row.perMinute === null ? t('pool.unknown') : formatCount(row.perMinute)),
    },
    {
      key: 'state',
      head: t('mechanisms.state'),
      width: 'content',
      cell: (row) => <StateMark tone={tones[row.state]} label={t(`pool.state.${row.state}`)} />,
    },
  ];
  return (
    <PlainTable label={t('pool.title')} columns={columns} rows={pool} keyOf={(row) => `${row.bits} ${row.exponent}`} />
  );
}
