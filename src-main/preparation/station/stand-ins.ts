import { fromHex, utf8 } from '#shared/bytes/bytes.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import type { Product } from '#shared/domain/product.ts';
import { composeTracks } from '#shared/payment-profile/compose-tracks.ts';
import { buildGroupings } from '#shared/payment-profile/build-groupings.ts';
import { cardAbilities } from '#shared/payment-profile/card-abilities.ts';
import type { SealedIccKey } from '../../keys/port.ts';
import { expiryOfCard } from './card-certificate.ts';
import type { ComputedFields } from './computed-fields.ts';
import { addIssuerValues, keySizeOf, pinKeySizeOf, type CardKeySize } from './issuer-values.ts';
import { furtherGroupings, readyGroupings, type ChipSource, type PreparedChip } from './prepare-chip.ts';

/** Bytes of an issuer's signature that do not hold the card's modulus. EMV 4.4 Book 2 §6.1, table 14. */
const aroundCardKey = 42;

/** Tracks as long as the real ones, with zeros where a verification value would stand: no key is asked. */
export function standInFields(product: Product, order: OrderFields): ComputedFields {
  const { verification, stripe, chip } = product;
  if (verification === undefined) return { fields: order, chipTrack2: null };
  const tracks = composeTracks(verification, order, '000');
  const prepared = chip.kind === 'emv' && chip.preparation.kind === 'station';
  return {
    fields: stripe.kind === 'tracks' ? { ...order, ...tracks } : order,
    chipTrack2: prepared ? tracks.track2 : null,
  };
}

/**
 * A chip's data as long as the real ones for a script: what belongs to the issuer as it is, zeros for what is made for the card. No key
 * pair is taken. The faults of `prepareChip` that need neither keys nor a pair.
 */
export function standInChip(source: ChipSource): PreparedChip {
  const { preparation, profile, fields, chipTrack2, means } = source;
  const { issuer } = means;
  const made = new Map<string, Uint8Array>([['computed:track2', utf8(chipTrack2)]]);
  const others = furtherGroupings(source);
  const { authentication, encipheredPin } = cardAbilities(profile);
  const ready = (): PreparedChip['built'] =>
    new Map([...readyGroupings(buildGroupings(profile, fields, made)), ...others]);
  if (authentication === 'none') return { built: ready(), authentication, icc: null, pin: null };
  expiryOfCard(fields, issuer);
  addIssuerValues(made, issuer);
  const signature = issuer.publicKey.modulus.length;
  if (authentication === 'sda') {
    made.set('card:signed-static-data', new Uint8Array(signature));
    return { built: ready(), authentication, icc: null, pin: null };
  }
  const icc = standInPair(made, 'icc', keySizeOf(preparation), signature);
  const pin = encipheredPin === 'taken' ? standInPair(made, 'pin', pinKeySizeOf(preparation), signature) : null;
  return { built: ready(), authentication, icc, pin };
}

/** Puts certificate, remainder and exponent of a pair as long as the real ones, and gives the pair itself, without a key. */
function standInPair(
  made: Map<string, Uint8Array>,
  name: 'icc' | 'pin',
  { bits, exponent }: CardKeySize,
  signature: number,
): SealedIccKey {
  const length = bits / 8;
  const exponentBytes = fromHex(exponent === 3 ? '03' : '010001');
  made.set(`card:${name}-certificate`, new Uint8Array(signature));
  made.set(`card:${name}-remainder`, new Uint8Array(Math.max(0, length - (signature - aroundCardKey))));
  made.set(`card:${name}-exponent`, exponentBytes);
  const publicKey = { modulus: new Uint8Array(length), exponent: exponentBytes };
  return { sealed: new Uint8Array(0), publicKey, size: bits, exponent };
}
