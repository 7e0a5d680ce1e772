import Memory from '@mui/icons-material/MemoryOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { KeyStoreView } from '#shared/contract/views/key-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Notice } from '../../components/notice.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { StateMark } from '../../components/state-mark.tsx';

type Mechanism = KeyStoreView['mechanisms'][number];

/** Mechanisms with their proof; what is missing comes first, with the products that it costs. */
export function MechanismTable({ mechanisms }: { readonly mechanisms: readonly Mechanism[] }) {
  const { t } = useTranslation();
  if (mechanisms.length === 0)
    return <EmptyState icon={<Memory />} title={t('mechanisms.empty')} text={t('mechanisms.emptyDetail')} />;
  const missing = mechanisms.filter(({ state }) => state === 'missing');
  const suffering = [...new Set(missing.flatMap(({ products }) => products))];
  const list = (words: readonly string[]) => (words.length === 0 ? t('mechanisms.none') : words.join(', '));
  const columns: readonly Column<Mechanism>[] = [
    { key: 'mechanism', head: t('mechanisms.mechanism'), cell: (row) => <Identifier>{row.mechanism}</Identifier> },
    {
      key: 'state',
      head: t('mechanisms.state'),
      cell: (row) => (
        <>
          <StateMark tone={row.state === 'proven' ? 'good' : 'warning'} label={t(`mechanisms.${row.state}`)} />
          {row.reason !== null && (
            <Typography variant="caption" component="p" color="textSecondary" sx={{ marginTop: 0.5 }}>
              {row.reason}
            </Typography>
          )}
        </>
      ),
    },
    { key: 'usages', head: t('mechanisms.usages'), cell: (row) => list(row.usages) },
    { key: 'products', head: t('mechanisms.products'), cell: (row) => list(row.products) },
    { key: 'source', head: t('mechanisms.source'), cell: (row) => row.source },
  ];
  return (
    <>
      {missing.length > 0 && (
        <Box sx={{ paddingInline: 2.5, paddingBottom: 2 }}>
          <Notice
            tone={suffering.length === 0 ? 'information' : 'warning'}
            title={t('mechanisms.missingCount', { count: missing.length })}
          >
            {suffering.length > 0 && t('mechanisms.suffer', { products: suffering.join(', ') })}
          </Notice>
        </Box>
      )}
      <PlainTable
        label={t('mechanisms.title')}
        columns={columns}
        rows={[...missing, ...mechanisms.filter(({ state }) => state === 'proven')]}
        keyOf={(row) => row.mechanism}
      />
    </>
  );
}
