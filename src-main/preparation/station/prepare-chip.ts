import { utf8 } from '#shared/bytes/bytes.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import { applicationPlace, type StationPreparation } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { buildGroupings, type BuiltGrouping } from '#shared/payment-profile/build-groupings.ts';
import { cardAbilities } from '#shared/payment-profile/card-abilities.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import type { KeyPort, SealedIccKey } from '../../keys/port.ts';
import { certifyCard, expiryOfCard } from './card-certificate.ts';
import type { IssuerMeans, ProductMeans } from './issuer-means.ts';

/** The chip's part of one card as the station made it: personal data, and a key pair that is sealed. */
export interface PreparedChip {
  /** Open groupings that need nothing more, by DGI; of an application beside the first behind its AID. */
  readonly built: ReadonlyMap<string, Uint8Array>;
  /** The card's own key pair; null where it has none. */
  readonly icc: SealedIccKey | null;
}

/** What a chip is prepared from. */
export interface ChipSource {
  readonly preparation: StationPreparation;
  readonly profile: PaymentProfile;
  /** Applications beside the first. */
  readonly further: readonly { readonly application: string; readonly profile: PaymentProfile }[];
  readonly fields: OrderFields;
  readonly chipTrack2: string;
  readonly means: NonNullable<ProductMeans['chip']>;
}

/** The groupings that need nothing more, by DGI. */
export function readyGroupings(groupings: readonly BuiltGrouping[]): ReadonlyMap<string, Uint8Array> {
  return new Map(groupings.flatMap((grouping) => (grouping.kind === 'bytes' ? [[grouping.dgi, grouping.bytes]] : [])));
}

/** What the applications beside the first are made of: the order alone. The faults of `buildGroupings`. */
export function furtherGroupings({
  further,
  fields,
}: Pick<ChipSource, 'further' | 'fields'>): ReadonlyMap<string, Uint8Array> {
  return new Map(
    further.flatMap(({ application, profile }) =>
      [...readyGroupings(buildGroupings(profile, fields))].map(
        ([dgi, bytes]) => [`${applicationPlace(application)}${dgi}`, bytes] as const,
      ),
    ),
  );
}

/**
 * Makes what can be made of a chip's data before its card is fed: every record, with a fresh key pair's certificate where the card authenticates itself.
 * Card keys and the parts of the key pair are left to the moment when the card's channel is open.
 *
 * The faults of `buildGroupings`, `expiryOfCard`, `certifyCard`, of the pool and of the key port; nothing of the card is kept after one.
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
  const others = furtherGroupings(source);
  if (cardAbilities(profile).authentication === 'none')
    return { built: new Map([...readyGroupings(before), ...others]), icc: null };
  const expiry = expiryOfCard(fields, issuer);
  const icc = await iccKeys.take(preparation.iccKey, signal);
  if (icc.size !== preparation.iccKey.bits || icc.exponent !== preparation.iccKey.exponent) {
    throw new StationFault('CARD-PERSONALISATION', {
      reason: 'the key pair is not of the size that the product wants',
    });
  }
  made.set('key:issuer-rsa/authority-key-index', Uint8Array.of(issuer.authorityKeyIndex));
  made.set('key:issuer-rsa/certificate', issuer.certificate);
  made.set('key:issuer-rsa/remainder', issuer.remainder);
  made.set('key:issuer-rsa/exponent', issuer.publicKey.exponent);
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
  return { built: new Map([...readyGroupings(buildGroupings(profile, fields, made)), ...others]), icc };
}
