import Key from '@mui/icons-material/KeyOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { NeededKeyView } from '#shared/contract/views/product-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { StateMark } from '../../components/state-mark.tsx';

/** The keys that a product takes, by usage, with those that are here. */
export function NeededKeys({ keys }: { readonly keys: readonly NeededKeyView[] }) {
  const { t } = useTranslation();
  const columns: readonly Column<NeededKeyView>[] = [
    {
      key: 'usage',
      head: t('products.key.usage'),
      cell: (one) => (
        <>
          {one.title}
          <Typography variant="caption" component="p" color="textSecondary">
            <Identifier>{one.usage}</Identifier>
          </Typography>
        </>
      ),
    },
    { key: 'does', head: t('products.key.does'), cell: (one) => one.does },
    {
      key: 'here',
      head: t('products.key.here'),
      cell: (one) =>
        one.here.length === 0 ? (
          <StateMark tone="warning" label={t('products.key.missing')} />
        ) : (
          one.here.map(({ name, kcv }) => (
            <Box key={name} sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap' }}>
              <Identifier>{name}</Identifier>
              <Typography variant="body2" component="span" color="textSecondary">
                {t('script.kcv', { kcv })}
              </Typography>
            </Box>
          ))
        ),
    },
  ];
  return (
    <Panel title={t('products.area.keys')} note={t('products.keysNote')} padding="none">
      {keys.length === 0 ? (
        <EmptyState icon={<Key />} title={t('products.noKeys')} text={t('products.noKeysDetail')} />
      ) : (
        <PlainTable label={t('products.area.keys')} columns={columns} rows={keys} keyOf={(one) => one.usage} />
      )}
    </Panel>
  );
}
