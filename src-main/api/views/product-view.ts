import { createHash } from 'node:crypto';
import type {
  GroupingView,
  NeededKeyView,
  ProductSummaryView,
  ProductView,
  ProfileSummaryView,
} from '#shared/contract/views/product-views.ts';
import { productKey } from '#shared/domain/product.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { cardAbilities } from '#shared/payment-profile/card-abilities.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { preparedBy, productGroupings } from '#shared/product-description/compare-products.ts';
import type { DescribedGrouping } from '#shared/product-description/described-grouping.ts';
import { describeProduct } from '#shared/product-description/describe-product.ts';
import { neededKeys } from '#shared/product-description/needed-keys.ts';
import type { CataloguedProduct } from '../../preparation/product-catalogue.ts';
import type { Services } from '../services.ts';

/** The name of a profile version: `contact-online-pin-dda@1`. */
export function profileKey({ id, version }: Pick<PaymentProfile, 'id' | 'version'>): string {
  return `${id}@${version}`;
}

export function productSummary(catalogued: CataloguedProduct, services: Services): ProductSummaryView {
  const { product, profile, digest } = catalogued;
  return {
    product: productKey(product),
    title: product.title,
    issuer: product.issuer,
    issuerTitle: services.issuerTitle(product.issuer),
    environment: product.environment,
    chip: product.chip.kind === 'none' ? 'none' : profile === null ? 'container' : 'station',
    profile: profile === null ? null : profileKey(profile),
    stripe: product.stripe.kind === 'none' ? 'none' : product.stripe.coercivity,
    digest,
  };
}

export function profileSummary(profile: PaymentProfile): ProfileSummaryView {
  const { authentication, offlinePin } = cardAbilities(profile);
  return {
    profile: profileKey(profile),
    title: profile.title,
    environment: profile.environment,
    authentication,
    offlinePin,
    groupings: profile.groupings.length,
    rows: profile.groupings.reduce((sum, { rows }) => sum + rows.length, 0),
    digest: createHash('sha256').update(canonicalJson(profile)).digest('hex'),
  };
}

export function groupingViews(groupings: readonly DescribedGrouping[]): GroupingView[] {
  return groupings.map((grouping) => ({ ...grouping, rows: [...grouping.rows] }));
}

/** The keys that a product takes, each with the station's keys of that usage and of the product's issuer. */
function neededKeyViews(
  { product, profile }: CataloguedProduct,
  known: Awaited<ReturnType<Services['devices']['keys']>>,
): NeededKeyView[] {
  return neededKeys(product, profile).map((needed) => ({
    ...needed,
    here: known
      .filter(({ usage, issuer }) => usage === needed.usage && (issuer === null || issuer === product.issuer))
      .map(({ name, kcv }) => ({ name, kcv })),
  }));
}

/** One product in words. Its keys are named with their check values; nothing of a key is in it. */
export async function productView(
  catalogued: CataloguedProduct,
  services: Services,
  signal: AbortSignal,
): Promise<ProductView> {
  const { product, profile } = catalogued;
  const facts = describeProduct(product);
  const chip = product.chip.kind === 'none' ? [] : [preparedBy(profile)];
  return {
    summary: productSummary(catalogued, services),
    facts: [...facts, ...chip],
    groupings: groupingViews(productGroupings(catalogued)),
    keys: neededKeyViews(catalogued, await services.devices.keys(signal)),
  };
}
