import { utf8 } from '#shared/bytes/bytes.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import { applicationPlace, type StationPreparation } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { buildGroupings, type BuiltGrouping } from '#shared/payment-profile/build-groupings.ts';
import { cardAbilities, type CardAbilities } from '#shared/payment-profile/card-abilities.ts';
import { directoryEntry } from '#shared/payment-profile/directory-entry.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { directoryEntrySource, type MadeValues } from '#shared/payment-profile/row-value.ts';
import type { KeyPort, SealedIccKey } from '../../keys/port.ts';
import { certifyCard, certifyPinKey, expiryOfCard, signCardData } from './card-certificate.ts';
import { addIssuerValues, authenticationCodeOf, keySizeOf, pinKeySizeOf, type CardKeySize } from './issuer-values.ts';
import type { IssuerMeans, ProductMeans } from './issuer-means.ts';

/** The chip's part of one card as the station made it: personal data, and a key pair that is sealed. */
export interface PreparedChip {
  /** Open groupings that need nothing more, by DGI; of an application beside the first behind its AID. */
  readonly built: ReadonlyMap<string, Uint8Array>;
  /** By what a terminal without a line knows the card as genuine. */
  readonly authentication: CardAbilities['authentication'];
  /** The card's own key pair; null where it has none. */
  readonly icc: SealedIccKey | null;
  /** Its key pair for enciphered PINs; null where it takes none. */
  readonly pin: SealedIccKey | null;
}

/** What a chip is prepared from. */
export interface ChipSource {
  readonly preparation: StationPreparation;
  /** The payment application's name. */
  readonly application: string;
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

/** The side whose terminals read a directory. */
const directorySides = { 'contact-directory': 'contact', 'contactless-directory': 'contactless' } as const;

/** What an application beside the first has from elsewhere than the order: a directory has the payment application. */
function madeFor(profile: PaymentProfile, first: Pick<ChipSource, 'application' | 'profile'>): MadeValues {
  const kind = profile.application ?? 'payment';
  if (kind === 'payment' || kind === 'loyalty') return new Map();
  const entry = directoryEntry(first.application, first.profile, directorySides[kind]);
  return new Map([[directoryEntrySource, entry]]);
}

/** What the applications beside the first are made of: the order, and the first application where they lead to it. The faults of `buildGroupings`. */
export function furtherGroupings(
  source: Pick<ChipSource, 'application' | 'profile' | 'further' | 'fields'>,
): ReadonlyMap<string, Uint8Array> {
  return new Map(
    source.further.flatMap(({ application, profile }) =>
      [...readyGroupings(buildGroupings(profile, source.fields, madeFor(profile, source)))].map(
        ([dgi, bytes]) => [`${applicationPlace(application)}${dgi}`, bytes] as const,
      ),
    ),
  );
}

/** A pair of the pool. CARD-PERSONALISATION where it is not of the size that the product wants. */
async function takePair(pool: IssuerMeans['iccKeys'], size: CardKeySize, signal: AbortSignal): Promise<SealedIccKey> {
  const pair = await pool.take(size, signal);
  if (pair.size === size.bits && pair.exponent === size.exponent) return pair;
  const reason = 'the key pair is not of the size that the product wants';
  throw new StationFault('CARD-PERSONALISATION', { reason });
}

/**
 * Makes what can be made of a chip's data before its card is fed: every record, with a fresh key pair's certificate where the card authenticates itself,
 * with the issuer's signature over its data where it does not.
 * Card keys and the parts of the key pair are left to the moment when the card's channel is open.
 *
 * The faults of `buildGroupings`, `expiryOfCard`, `certifyCard`, `certifyPinKey`, `signCardData`, of the pool and of the key port; nothing of the card is kept after one.
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
  const { authentication, encipheredPin } = cardAbilities(profile);
  const ready = (groupings = buildGroupings(profile, fields, made)): PreparedChip['built'] =>
    new Map([...readyGroupings(groupings), ...others]);
  if (authentication === 'none') return { built: ready(before), authentication, icc: null, pin: null };
  const expiry = expiryOfCard(fields, issuer);
  addIssuerValues(made, issuer);
  if (authentication === 'sda') {
    const card = { profile, authenticationCode: authenticationCodeOf(preparation), built: before };
    made.set('card:signed-static-data', await signCardData(card, issuer, keys, signal));
    return { built: ready(), authentication, icc: null, pin: null };
  }
  const icc = await takePair(iccKeys, keySizeOf(preparation), signal);
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
  const pin = encipheredPin === 'taken' ? await takePair(iccKeys, pinKeySizeOf(preparation), signal) : null;
  if (pin !== null) {
    const certified = await certifyPinKey({ pan: fields.pan ?? '', expiry }, pin, issuer, keys, signal);
    made.set('card:pin-certificate', certified.certificate);
    made.set('card:pin-remainder', certified.remainder);
    made.set('card:pin-exponent', certified.exponent);
  }
  return { built: ready(), authentication, icc, pin };
}
