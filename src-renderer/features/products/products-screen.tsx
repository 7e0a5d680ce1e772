import CompareArrows from '@mui/icons-material/CompareArrowsOutlined';
import CreditCard from '@mui/icons-material/CreditCardOutlined';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { ProductSummaryView, ProfileSummaryView } from '#shared/contract/views/product-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatCount, shortDigest } from '../../format/numbers.ts';
import { addressOf } from '../../router/route.ts';
import { chipTones } from './chip-tones.ts';
import { DraftList } from './draft-list.tsx';
import { useProducts } from './use-products.ts';

function useProductColumns(): readonly Column<ProductSummaryView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'product',
      head: t('products.column.product'),
      cell: (one) => (
        <>
          <Link href={addressOf({ kind: 'product', product: one.product, tab: 'overview' })}>{one.title}</Link>
          <Typography variant="caption" component="p" color="textSecondary">
            <Identifier>{one.product}</Identifier>
          </Typography>
        </>
      ),
    },
    { key: 'issuer', head: t('products.column.issuer'), cell: (one) => one.issuerTitle },
    {
      key: 'chip',
      head: t('products.column.chip'),
      cell: (one) => (
        <>
          <StateMark tone={chipTones[one.chip]} label={t(`products.chip.${one.chip}`)} />
          {one.profile !== null && (
            <Typography variant="caption" component="p" color="textSecondary">
              <Identifier>{one.profile}</Identifier>
            </Typography>
          )}
        </>
      ),
    },
    { key: 'stripe', head: t('products.column.stripe'), cell: (one) => t(`products.stripe.${one.stripe}`) },
    { key: 'environment', head: t('products.column.environment'), cell: (one) => t(`environment.${one.environment}`) },
    {
      key: 'digest',
      head: t('products.column.digest'),
      width: 'content',
      cell: (one) => <Identifier>{shortDigest(one.digest)}</Identifier>,
    },
  ];
}

function useProfileColumns(): readonly Column<ProfileSummaryView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'profile',
      head: t('products.column.profile'),
      cell: (one) => (
        <>
          <Link href={addressOf({ kind: 'profile', profile: one.profile })}>{one.title}</Link>
          <Typography variant="caption" component="p" color="textSecondary">
            <Identifier>{one.profile}</Identifier>
          </Typography>
        </>
      ),
    },
    {
      key: 'authentication',
      head: t('products.column.authentication'),
      cell: (one) => t(`products.authentication.${one.authentication}`),
    },
    { key: 'pin', head: t('products.column.pin'), cell: (one) => t(`products.pin.${one.offlinePin}`) },
    { key: 'values', head: t('products.column.values'), align: 'right', cell: (one) => formatCount(one.rows) },
    { key: 'environment', head: t('products.column.environment'), cell: (one) => t(`environment.${one.environment}`) },
    {
      key: 'digest',
      head: t('products.column.digest'),
      width: 'content',
      cell: (one) => <Identifier>{shortDigest(one.digest)}</Identifier>,
    },
  ];
}

/** What this station makes, and by which profiles it prepares chips. */
export function ProductsScreen({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useProducts();
  const [products, profiles] = [useProductColumns(), useProfileColumns()];
  return (
    <Page
      title={t('products.title')}
      actions={
        <Button
          startIcon={<CompareArrows />}
          href={addressOf({ kind: 'comparison', of: 'product', before: null, after: null })}
        >
          {t('products.compare')}
        </Button>
      }
    >
      <DraftList person={person} />
      <Panel title={t('products.ours')} note={t('products.oursNote')} padding="none">
        <Shown view={view} skeleton={<SkeletonRows rows={4} />}>
          {(data) =>
            data.products.length === 0 ? (
              <EmptyState icon={<CreditCard />} title={t('products.none')} text={t('products.noneDetail')} />
            ) : (
              <PlainTable
                label={t('products.ours')}
                columns={products}
                rows={data.products}
                keyOf={(one) => one.product}
              />
            )
          }
        </Shown>
      </Panel>
      <Panel
        title={t('products.profiles')}
        note={t('products.profilesNote')}
        padding="none"
        actions={
          <Button size="small" href={addressOf({ kind: 'comparison', of: 'profile', before: null, after: null })}>
            {t('products.compareProfiles')}
          </Button>
        }
      >
        <Shown view={view} skeleton={<SkeletonRows rows={2} />}>
          {(data) =>
            data.profiles.length === 0 ? (
              <EmptyState
                icon={<CreditCard />}
                title={t('products.noProfiles')}
                text={t('products.noProfilesDetail')}
              />
            ) : (
              <PlainTable
                label={t('products.profiles')}
                columns={profiles}
                rows={data.profiles}
                keyOf={(one) => one.profile}
              />
            )
          }
        </Shown>
      </Panel>
    </Page>
  );
}
