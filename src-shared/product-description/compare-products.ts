import type { Product } from '../domain/product.ts';
import type { PaymentProfile } from '../payment-profile/profile-schema.ts';
import { compareGroupings } from './compare-groupings.ts';
import { describeProduct, type ProductFact } from './describe-product.ts';
import { containerGroupings, profileGroupings, type DescribedGrouping } from './described-grouping.ts';
import { added, changed, descriptionAreas, removed, type Difference } from './difference.ts';
import { neededKeys } from './needed-keys.ts';

/** A product with what its digest covers besides. */
export interface ComparedProduct {
  readonly product: Product;
  /** The profile by which its chip's data is made here; null where there is none. */
  readonly profile: PaymentProfile | null;
  /** Profiles of the applications beside the first, in the product's order. */
  readonly further: readonly PaymentProfile[];
  readonly digest: string;
}

/** The chip's data of a product, wherever it comes from. */
export function productGroupings({
  product,
  profile,
  further,
}: Pick<ComparedProduct, 'product' | 'profile' | 'further'>): readonly DescribedGrouping[] {
  if (product.chip.kind === 'none') return [];
  const names = (product.chip.further ?? []).map(({ name }) => name);
  const others = further.flatMap((one, at) => profileGroupings(one, names[at] ?? null));
  const first = profile === null ? containerGroupings(product.chip.dataGroupings) : profileGroupings(profile);
  return [...first, ...others];
}

/** All facts of a product, its keys among them. */
function factsOf({ product, profile }: ComparedProduct): readonly ProductFact[] {
  const keys = neededKeys(product, profile).map(({ usage, title, does }): ProductFact => ({
    area: 'keys',
    subject: `${title} (${usage})`,
    value: does,
  }));
  const chip = product.chip.kind === 'none' ? [] : [preparedBy(profile)];
  return [...describeProduct(product), ...chip, ...keys];
}

/** Where the chip's data comes from, as a fact. */
export function preparedBy(profile: PaymentProfile | null): ProductFact {
  const value =
    profile === null ? "in the order's container, from the CMS" : `here, by profile ${profile.id}@${profile.version}`;
  return { area: 'chip', subject: "The chip's data", value };
}

function compareFacts(before: readonly ProductFact[], after: readonly ProductFact[]): readonly Difference[] {
  const keyOf = ({ area, subject }: ProductFact): string => `${area}/${subject}`;
  const old = new Map(before.map((one) => [keyOf(one), one]));
  const differences: Difference[] = [];
  for (const one of after) {
    const was = old.get(keyOf(one));
    old.delete(keyOf(one));
    if (was === undefined) differences.push(added(one.area, one.subject, one.value));
    else if (was.value !== one.value) differences.push(changed(one.area, one.subject, was.value, one.value));
  }
  return [...differences, ...[...old.values()].map(({ area, subject, value }) => removed(area, subject, value))];
}

/**
 * What the second of two products has otherwise than the first, by area in the order of `descriptionAreas`; nothing when they are the same
 * product. Products whose words agree and whose digests do not are told apart by their layouts.
 */
export function compareProducts(before: ComparedProduct, after: ComparedProduct): readonly Difference[] {
  const found = [
    ...compareFacts(factsOf(before), factsOf(after)),
    ...compareGroupings(productGroupings(before), productGroupings(after)),
  ];
  const sorted = descriptionAreas.flatMap((area) => found.filter((one) => one.area === area));
  if (sorted.length > 0 || before.digest === after.digest) return sorted;
  return [changed('print', 'The drawing of a layout, or the version', before.digest, after.digest)];
}
