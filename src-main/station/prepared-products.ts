import type { Product } from '#shared/domain/product.ts';
import type { IccKeySize } from '../keys/icc-key-pool.ts';
import type { PreparedIssuer } from './training-issuer-keys.ts';

/** Sizes of card keys that products name, each once. */
export function iccKeySizes(products: readonly Product[]): readonly IccKeySize[] {
  const sizes = products.flatMap(({ chip }) =>
    chip.kind === 'emv' && chip.preparation.kind === 'station'
      ? [chip.preparation.iccKey ?? [], chip.preparation.pinKey ?? []].flat()
      : [],
  );
  return [...new Map(sizes.map((size) => [`${size.bits}/${size.exponent}`, size])).values()];
}

function commonStart(left: string, right: string): string {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return left.slice(0, length);
}

/** Issuers whose cards the station prepares, with the digits that all of their card numbers share, 8 at most. EMV 4.4 Book 2 §5.1, table 2. */
export function preparedIssuers(products: readonly Product[]): readonly PreparedIssuer[] {
  const starts = new Map<Product['issuer'], string>();
  for (const { chip, issuer, fields } of products) {
    const rule = fields.pan?.rule;
    if (chip.kind === 'none' || chip.preparation.kind === 'container' || rule?.kind !== 'pan') continue;
    for (const digits of rule.binRanges.flatMap(({ from, to }) => [from, to])) {
      starts.set(issuer, commonStart(starts.get(issuer) ?? digits, digits));
    }
  }
  return [...starts].map(([issuer, issuerIdentifier]) => ({ issuer, issuerIdentifier: issuerIdentifier.slice(0, 8) }));
}
