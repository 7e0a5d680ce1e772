import CompareArrows from '@mui/icons-material/CompareArrowsOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Facts } from '../../components/facts.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatCount, groupedDigest } from '../../format/numbers.ts';
import { addressOf } from '../../router/route.ts';
import { useProfile } from './use-products.ts';
import { NextVersion } from './next-version.tsx';
import { ValueTable } from './value-table.tsx';

/** One payment profile in words: every value that the station puts onto a chip. */
export function ProfileScreen({ id, person }: { readonly id: string; readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useProfile(id);
  return (
    <Page
      title={view.data?.summary.title ?? id}
      above={
        <Link href={addressOf({ kind: 'products' })} variant="body2">
          {t('products.back')}
        </Link>
      }
      beside={view.data !== undefined && <StateMark tone="quiet" label={id} />}
      actions={
        <>
          <Button
            startIcon={<CompareArrows />}
            href={addressOf({ kind: 'comparison', of: 'profile', before: id, after: null })}
          >
            {t('products.compareThis')}
          </Button>
          <NextVersion item="profile" name={id} person={person} />
        </>
      }
    >
      <Shown view={view} skeleton={<Skeleton variant="rounded" height={320} />}>
        {({ summary, groupings, products }) => (
          <>
            <Panel title={t('products.column.profile')}>
              <Facts
                form="lines"
                facts={[
                  {
                    label: t('products.column.authentication'),
                    value: t(`products.authentication.${summary.authentication}`),
                  },
                  { label: t('products.column.pin'), value: t(`products.pin.${summary.offlinePin}`) },
                  { label: t('products.column.environment'), value: t(`environment.${summary.environment}`) },
                  { label: t('products.column.values'), value: formatCount(summary.rows) },
                  {
                    label: t('products.usedBy'),
                    value:
                      products.length === 0 ? (
                        t('products.unused')
                      ) : (
                        <Box component="span" sx={{ display: 'flex', gap: 2, flexWrap: 'wrap' }}>
                          {products.map((product) => (
                            <Link key={product} href={addressOf({ kind: 'product', product, tab: 'overview' })}>
                              {product}
                            </Link>
                          ))}
                        </Box>
                      ),
                  },
                  { label: t('products.digest'), value: groupedDigest(summary.digest) },
                ]}
              />
            </Panel>
            <ValueTable groupings={groupings} />
          </>
        )}
      </Shown>
    </Page>
  );
}
