import { z } from 'zod';
import type { Product } from '#shared/domain/product.ts';
import type { IccKeySize } from '../keys/icc-key-pool.ts';
import type { PreparedIssuer } from './training-issuer-keys.ts';

/** What a product whose chip the station prepares says of its cards' keys. */
const prepared = z.object({
  kind: z.literal('emv'),
  preparation: z.object({
    kind: z.literal('station'),
    iccKey: z.object({ bits: z.int(), exponent: z.literal([3, 65537]) }),
  }),
});

/** Sizes of card keys that products name, each once. */
export function iccKeySizes(products: readonly Product[]): readonly IccKeySize[] {
  const sizes = products.flatMap(({ chip }) => prepared.safeParse(chip).data?.preparation.iccKey ?? []);
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
    if (!prepared.safeParse(chip).success || rule?.kind !== 'pan') continue;
    for (const digits of rule.binRanges.flatMap(({ from, to }) => [from, to])) {
      starts.set(issuer, commonStart(starts.get(issuer) ?? digits, digits));
    }
  }
  return [...starts].map(([issuer, issuerIdentifier]) => ({ issuer, issuerIdentifier: issuerIdentifier.slice(0, 8) }));
}
