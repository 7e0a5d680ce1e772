import { utf8 } from '#shared/bytes/bytes.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import type { Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import type { PackageToLoad } from '../../applets/port.ts';
import { packageReference } from '../planned-content.ts';
import type { ProductMeans } from './issuer-means.ts';
import type { ChipSource, PreparedChip } from './prepare-chip.ts';

/** What the chip of a card is made from at the station; null where it comes ready in the order, or where there is no chip. CARD-PERSONALISATION. */
export function chipSource(of: {
  readonly product: Product;
  readonly profile: PaymentProfile | null;
  readonly further: readonly PaymentProfile[];
  readonly fields: OrderFields;
  readonly chipTrack2: string | null;
  readonly found: ProductMeans;
}): ChipSource | null {
  const { product, profile, fields, chipTrack2 } = of;
  const means = of.found.chip;
  if (product.chip.kind === 'none' || product.chip.preparation.kind === 'container') return null;
  if (profile === null || means === null || chipTrack2 === null) {
    throw new StationFault('CARD-PERSONALISATION', { reason: 'the product lacks what its chip is prepared by' });
  }
  const further = (product.chip.further ?? []).map(({ application, name }, at) => {
    const found = of.further[at];
    if (found !== undefined) return { application, profile: found };
    throw new StationFault('CARD-PERSONALISATION', {
      reason: `the product lacks what its ${name} application is made by`,
    });
  });
  const { preparation, application } = product.chip;
  return { preparation, application, profile, further, fields, chipTrack2, means };
}

/** What the station made for a chip, by the references that plan and proof use. */
export function madeFor(
  chip: PreparedChip | null,
  chipTrack2: string | null,
  packages: readonly PackageToLoad[],
): ReadonlyMap<string, Uint8Array> {
  const made = new Map<string, Uint8Array>();
  for (const { hash, loadFileDataBlock } of packages) made.set(packageReference(hash), loadFileDataBlock);
  if (chipTrack2 !== null) made.set('card:track2', utf8(chipTrack2));
  if (chip === null) return made;
  for (const [dgi, bytes] of chip.built) made.set(`built:${dgi}`, bytes);
  for (const name of ['icc', 'pin'] as const) {
    const pair = chip[name];
    if (pair === null) continue;
    // Copies: the content overwrites what it holds, and the pair is the pool's.
    made.set(`card:${name}-key`, Uint8Array.from(pair.sealed));
    made.set(`card:${name}-modulus`, Uint8Array.from(pair.publicKey.modulus));
    made.set(`card:${name}-exponent`, Uint8Array.from(pair.publicKey.exponent));
  }
  return made;
}
