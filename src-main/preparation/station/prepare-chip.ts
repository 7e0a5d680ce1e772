import { utf8 } from '#shared/bytes/bytes.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import type { StationPreparation } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { buildGroupings, type BuiltGrouping } from '#shared/payment-profile/build-groupings.ts';
import { cardAbilities, type CardAbilities } from '#shared/payment-profile/card-abilities.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import type { KeyPort, SealedIccKey } from '../../keys/port.ts';
import { certifyCard, expiryOfCard, signCardData } from './card-certificate.ts';
import { addIssuerValues, authenticationCodeOf, keySizeOf } from './issuer-values.ts';
import type { IssuerMeans, ProductMeans } from './issuer-means.ts';

/** The chip's part of one card as the station made it: personal data, and a key pair that is sealed. */
export interface PreparedChip {
  /** Open groupings that need nothing more, by DGI. */
  readonly built: ReadonlyMap<string, Uint8Array>;
  /** By what a terminal without a line knows the card as genuine. */
  readonly authentication: CardAbilities['authentication'];
  /** The card's own key pair; null where it has none. */
  readonly icc: SealedIccKey | null;
}

/** What a chip is prepared from. */
export interface ChipSource {
  readonly preparation: StationPreparation;
  readonly profile: PaymentProfile;
  readonly fields: OrderFields;
  readonly chipTrack2: string;
  readonly means: NonNullable<ProductMeans['chip']>;
}

/** The groupings that need nothing more, by DGI. */
export function readyGroupings(groupings: readonly BuiltGrouping[]): ReadonlyMap<string, Uint8Array> {
  return new Map(groupings.flatMap((grouping) => (grouping.kind === 'bytes' ? [[grouping.dgi, grouping.bytes]] : [])));
}

/**
 * Makes what can be made of a chip's data before its card is fed: every record, with a fresh key pair's certificate where the card authenticates itself,
 * with the issuer's signature over its data where it does not.
 * Card keys and the parts of the key pair are left to the moment when the card's channel is open.
 *
 * The faults of `buildGroupings`, `expiryOfCard`, `certifyCard`, `signCardData`, of the pool and of the key port; nothing of the card is kept after one.
 */
export async function prepareChip(
  source: ChipSource,
  keys: Pick<KeyPort, 'certifyIcc'>,
  iccKeys: IssuerMeans['iccKeys'],
  signal: AbortSignal,
): Promise<PreparedChip> {
  const { preparation, profile, fields, means } = source;
  const { issuer } = means;
  const made = new Map<string, Uint8Array>([['computed:track2', utf8(source.chipTrack2)]]);
  // Whatever is wrong with the order shows before a key pair is spent on it.
  const before = buildGroupings(profile, fields, made);
  const { authentication } = cardAbilities(profile);
  if (authentication === 'none') return { built: readyGroupings(before), authentication, icc: null };
  const expiry = expiryOfCard(fields, issuer);
  addIssuerValues(made, issuer);
  if (authentication === 'sda') {
    const card = { profile, authenticationCode: authenticationCodeOf(preparation), built: before };
    made.set('card:signed-static-data', await signCardData(card, issuer, keys, signal));
    return { built: readyGroupings(buildGroupings(profile, fields, made)), authentication, icc: null };
  }
  const size = keySizeOf(preparation);
  const icc = await iccKeys.take(size, signal);
  if (icc.size !== size.bits || icc.exponent !== size.exponent) {
    throw new StationFault('CARD-PERSONALISATION', {
      reason: 'the key pair is not of the size that the product wants',
    });
  }
  const signed = await certifyCard(
    { profile, pan: fields.pan ?? '', expiry, built: before },
    icc,
    issuer,
    keys,
    signal,
  );
  made.set('card:icc-certificate', signed.certificate);
  made.set('card:icc-remainder', signed.remainder);
  made.set('card:icc-exponent', signed.exponent);
  return { built: readyGroupings(buildGroupings(profile, fields, made)), authentication, icc };
}
