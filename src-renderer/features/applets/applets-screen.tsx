import Extension from '@mui/icons-material/ExtensionOutlined';
import VerifiedUser from '@mui/icons-material/VerifiedUserOutlined';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppletPackageView, AppletProviderView } from '#shared/contract/views/applet-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDate } from '../../format/dates.ts';
import { formatCount, shortDigest } from '../../format/numbers.ts';
import { actIn } from '../../format/person.ts';
import { addressOf } from '../../router/route.ts';
import { useApplets } from './use-applets.ts';

const tones = { listed: 'good', trusted: 'good', 'provider-withdrawn': 'bad', withdrawn: 'quiet' } as const;

function usePackageColumns(): readonly Column<AppletPackageView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'package',
      head: t('applets.column.package'),
      cell: ({ aid, name, applets }) => (
        <>
          <Identifier>{aid.toUpperCase()}</Identifier>
          {name !== null && (
            <Typography variant="caption" component="p" color="textSecondary">
              {name}
            </Typography>
          )}
          <Typography variant="caption" component="p" color="textSecondary">
            {applets.length === 0
              ? t('applets.library')
              : t('applets.modules', { list: applets.map((one) => one.toUpperCase()).join(', ') })}
          </Typography>
        </>
      ),
    },
    { key: 'version', head: t('applets.column.version'), width: 'content', cell: ({ version }) => version },
    {
      key: 'provider',
      head: t('applets.column.provider'),
      cell: ({ provider }) => <Identifier>{provider}</Identifier>,
    },
    {
      key: 'state',
      head: t('applets.column.state'),
      cell: ({ state, withdrawnFor }) => (
        <>
          <StateMark tone={tones[state]} label={t(`applets.state.${state}`)} />
          {withdrawnFor !== null && (
            <Typography variant="caption" component="p" color="textSecondary">
              {withdrawnFor}
            </Typography>
          )}
        </>
      ),
    },
    {
      key: 'size',
      head: t('applets.column.size'),
      align: 'right',
      width: 'content',
      cell: ({ loadFileBytes }) => t('applets.bytes', { formatted: formatCount(loadFileBytes) }),
    },
    {
      key: 'products',
      head: t('applets.column.products'),
      cell: ({ products }) =>
        products.length === 0
          ? t('applets.noProduct')
          : products.map((product, at) => (
              <Fragment key={product}>
                {at > 0 && ', '}
                <Link href={addressOf({ kind: 'product', product, tab: 'overview' })}>{product}</Link>
              </Fragment>
            )),
    },
    { key: 'environment', head: t('applets.column.environment'), cell: (one) => t(`environment.${one.environment}`) },
    {
      key: 'hash',
      head: t('applets.column.hash'),
      width: 'content',
      cell: ({ hash }) => <Identifier>{shortDigest(hash)}</Identifier>,
    },
  ];
}

function useProviderColumns(): readonly Column<AppletProviderView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'provider',
      head: t('applets.column.provider'),
      cell: ({ provider, title }) => (
        <>
          {title}
          <Typography variant="caption" component="p" color="textSecondary">
            <Identifier>{provider}</Identifier>
          </Typography>
        </>
      ),
    },
    { key: 'key', head: t('applets.column.key'), width: 'content', cell: ({ algorithm }) => algorithm },
    {
      key: 'state',
      head: t('applets.column.state'),
      cell: ({ state }) => <StateMark tone={tones[state]} label={t(`applets.state.${state}`)} />,
    },
    { key: 'since', head: t('applets.column.since'), width: 'content', cell: (one) => formatDate(one.importedAt) },
    { key: 'environment', head: t('applets.column.environment'), cell: (one) => t(`environment.${one.environment}`) },
    {
      key: 'fingerprint',
      head: t('applets.column.fingerprint'),
      // Read out in groups, and broken between them.
      cell: ({ fingerprint }) =>
        (fingerprint.toUpperCase().match(/.{8}/g) ?? []).map((group, at) => (
          <Fragment key={at}>
            {at > 0 && ' '}
            <Identifier>{group}</Identifier>
          </Fragment>
        )),
    },
  ];
}

/** What blanks may be loaded with, and whose signatures are trusted. */
export function AppletsScreen({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useApplets();
  const [packages, providers] = [usePackageColumns(), useProviderColumns()];
  return (
    <Page title={t('applets.title')}>
      {actIn(person, 'request-applet-act') && <Typography color="textSecondary">{t('applets.bringIn')}</Typography>}
      <Panel title={t('applets.packages')} note={t('applets.packagesNote')} padding="none">
        <Shown view={view} skeleton={<SkeletonRows rows={3} />}>
          {(data) =>
            data.packages.length === 0 ? (
              <EmptyState icon={<Extension />} title={t('applets.none')} text={t('applets.noneDetail')} />
            ) : (
              <PlainTable
                label={t('applets.packages')}
                columns={packages}
                rows={data.packages}
                keyOf={({ hash }) => hash}
              />
            )
          }
        </Shown>
      </Panel>
      <Panel title={t('applets.providers')} note={t('applets.providersNote')} padding="none">
        <Shown view={view} skeleton={<SkeletonRows rows={2} />}>
          {(data) =>
            data.providers.length === 0 ? (
              <EmptyState
                icon={<VerifiedUser />}
                title={t('applets.noProviders')}
                text={t('applets.noProvidersDetail')}
              />
            ) : (
              <PlainTable
                label={t('applets.providers')}
                columns={providers}
                rows={data.providers}
                keyOf={({ provider }) => provider}
              />
            )
          }
        </Shown>
      </Panel>
    </Page>
  );
}
