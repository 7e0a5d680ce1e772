import type { AppletPackageView, AppletProviderView } from '#shared/contract/views/applet-views.ts';
import { productKey } from '#shared/domain/product.ts';
import type { PackageRow, ProviderRow } from '../../journal/projections/applets.ts';
import type { Services } from '../services.ts';

/** A package as lists show it. */
export function appletPackageView(
  row: PackageRow,
  providers: readonly ProviderRow[],
  { products }: Pick<Services, 'products'>,
): AppletPackageView {
  const { hash, aid, version, name, provider, applets, bytes, loadFileBytes, dap, environment, importedAt } = row;
  const trusted = providers.some((one) => one.provider === provider && one.withdrawnAt === null);
  const loading = products.all().filter(({ product: { chip } }) => {
    const packages = chip.kind === 'emv' ? (chip.content?.packages ?? []) : [];
    return packages.some((wanted) => wanted.hash === hash);
  });
  return {
    hash,
    aid,
    version,
    name,
    provider,
    applets: [...applets],
    bytes,
    loadFileBytes,
    signedFor: dap.map(({ securityDomain }) => securityDomain),
    environment,
    importedAt,
    state: row.withdrawnAt !== null ? 'withdrawn' : trusted ? 'listed' : 'provider-withdrawn',
    withdrawnFor: row.withdrawnFor,
    products: loading.map(({ product }) => productKey(product)),
  };
}

/** A provider as lists show it. */
export function appletProviderView(row: ProviderRow): AppletProviderView {
  const { provider, title, algorithm, fingerprint, environment, importedAt, withdrawnAt } = row;
  return {
    provider,
    title,
    algorithm,
    fingerprint,
    environment,
    importedAt,
    state: withdrawnAt === null ? 'trusted' : 'withdrawn',
  };
}
