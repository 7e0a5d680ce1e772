import { fromHex, utf8 } from '#shared/bytes/bytes.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import type { Product } from '#shared/domain/product.ts';
import { composeTracks } from '#shared/payment-profile/compose-tracks.ts';
import { buildGroupings } from '#shared/payment-profile/build-groupings.ts';
import { cardAbilities } from '#shared/payment-profile/card-abilities.ts';
import { expiryOfCard } from './card-certificate.ts';
import type { ComputedFields } from './computed-fields.ts';
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
  if (cardAbilities(profile).authentication === 'none')
    return { built: new Map([...readyGroupings(buildGroupings(profile, fields, made)), ...others]), icc: null };
  expiryOfCard(fields, issuer);
  const { bits, exponent } = preparation.iccKey;
  const length = bits / 8;
  const signature = issuer.publicKey.modulus.length;
  const exponentBytes = fromHex(exponent === 3 ? '03' : '010001');
  made.set('key:issuer-rsa/authority-key-index', Uint8Array.of(issuer.authorityKeyIndex));
  made.set('key:issuer-rsa/certificate', issuer.certificate);
  made.set('key:issuer-rsa/remainder', issuer.remainder);
  made.set('key:issuer-rsa/exponent', issuer.publicKey.exponent);
  made.set('card:icc-certificate', new Uint8Array(signature));
  made.set('card:icc-remainder', new Uint8Array(Math.max(0, length - (signature - aroundCardKey))));
  made.set('card:icc-exponent', exponentBytes);
  const publicKey = { modulus: new Uint8Array(length), exponent: exponentBytes };
  return {
    built: new Map([...readyGroupings(buildGroupings(profile, fields, made)), ...others]),
    icc: { sealed: new Uint8Array(0), publicKey, size: bits, exponent },
  };
}
