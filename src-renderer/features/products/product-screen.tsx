import CompareArrows from '@mui/icons-material/CompareArrowsOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useTranslation } from 'react-i18next';
import type { ProductView } from '#shared/contract/views/product-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Facts } from '../../components/facts.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { groupedDigest } from '../../format/numbers.ts';
import { addressOf, productTabs } from '../../router/route.ts';
import type { ProductTab } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { chipTones } from './chip-tones.ts';
import { NextVersion } from './next-version.tsx';
import { NeededKeys } from './needed-keys.tsx';
import { useProduct } from './use-products.ts';
import { ValueTable } from './value-table.tsx';

type Area = ProductView['facts'][number]['area'];

/** The areas that have a panel on a tab, in their order. */
const areasOf: Readonly<Record<'overview' | 'stripe', readonly Area[]>> = {
  overview: ['product', 'chip', 'proof', 'fields', 'stock'],
  stripe: ['stripe', 'print'],
};

function FactPanels({ product, tab }: { readonly product: ProductView; readonly tab: 'overview' | 'stripe' }) {
  const { t } = useTranslation();
  const { summary, facts } = product;
  return areasOf[tab].map((area) => {
    const own = facts.filter((one) => one.area === area).map(({ subject, value }) => ({ label: subject, value }));
    if (own.length === 0) return null;
    const digest = { label: t('products.digest'), value: groupedDigest(summary.digest) };
    const profile =
      summary.profile === null
        ? []
        : [
            {
              label: t('products.preparedBy'),
              value: <Link href={addressOf({ kind: 'profile', profile: summary.profile })}>{summary.profile}</Link>,
            },
          ];
    return (
      <Panel key={area} title={t(`products.area.${area}`)}>
        <Facts form="lines" facts={area === 'product' ? [...own, ...profile, digest] : own} />
      </Panel>
    );
  });
}

interface ProductScreenProps {
  readonly id: string;
  readonly tab: ProductTab;
  readonly person: PersonView;
}

/** One product version in words. */
export function ProductScreen({ id, tab, person }: ProductScreenProps) {
  const { t } = useTranslation();
  const view = useProduct(id);
  return (
    <Page
      title={view.data?.summary.title ?? id}
      above={
        <Link href={addressOf({ kind: 'products' })} variant="body2">
          {t('products.back')}
        </Link>
      }
      beside={
        view.data !== undefined && (
          <>
            <StateMark tone="quiet" label={id} />
            <StateMark tone={chipTones[view.data.summary.chip]} label={t(`products.chip.${view.data.summary.chip}`)} />
          </>
        )
      }
      actions={
        <>
          <Button
            startIcon={<CompareArrows />}
            href={addressOf({ kind: 'comparison', of: 'product', before: id, after: null })}
          >
            {t('products.compareThis')}
          </Button>
          <NextVersion item="product" name={id} person={person} />
        </>
      }
    >
      <Shown view={view} skeleton={<Skeleton variant="rounded" height={320} />}>
        {(product) => (
          <Box>
            <Tabs
              value={tab}
              aria-label={t('products.tabs')}
              onChange={(_event, next: ProductTab) => goTo({ kind: 'product', product: id, tab: next })}
              sx={{ borderBottom: 1, borderColor: 'divider', marginBottom: 2.5 }}
            >
              {productTabs.map((one) => (
                <Tab
                  key={one}
                  value={one}
                  id={`tab-${one}`}
                  {...(one === tab ? { 'aria-controls': 'tab-content' } : {})}
                  label={t(`products.tab.${one}`)}
                />
              ))}
            </Tabs>
            <Box
              role="tabpanel"
              id="tab-content"
              aria-labelledby={`tab-${tab}`}
              sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: 'minmax(0, 1fr)' }}
            >
              {(tab === 'overview' || tab === 'stripe') && <FactPanels product={product} tab={tab} />}
              {tab === 'data' && <ValueTable groupings={product.groupings} />}
              {tab === 'keys' && <NeededKeys keys={product.keys} />}
            </Box>
          </Box>
        )}
      </Shown>
    </Page>
  );
}
