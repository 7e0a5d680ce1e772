import type { OrderFields } from '#shared/domain/order-field.ts';
import type { Product } from '#shared/domain/product.ts';
import { composeTracks, orderValue } from '#shared/payment-profile/compose-tracks.ts';
import type { KeyPort } from '../../keys/port.ts';
import type { CardVerificationKind, CardVerificationRequest } from '../../keys/port/value-requests.ts';

/** What the station computed for one card: the fields for stripe and print beside the order's own, and the chip's track 2. */
export interface ComputedFields {
  readonly fields: OrderFields;
  /** Content of track 2 with the iCVV in the place of the CVV, for tag 57; null where the product has none. */
  readonly chipTrack2: string | null;
}

/**
 * Has the verification values of a card computed and composes its tracks around them: CVV on the stripe, iCVV in the chip, CVV2 in print. Expiry is
 * taken as YYMM for the first two and as MMYY for the last. Faults of `composeTracks` and of the key port.
 */
export async function computeFields(
  product: Product,
  order: OrderFields,
  cvk: string | null,
  keys: Pick<KeyPort, 'cardVerificationValues'>,
  signal: AbortSignal,
): Promise<ComputedFields> {
  const { verification, stripe, chip } = product;
  if (verification === undefined || cvk === null) return { fields: order, chipTrack2: null };
  // What cannot be written is found before the key store is asked.
  composeTracks(verification, order, '000');
  const [pan, expiry, serviceCode] = [
    orderValue(order, 'pan'),
    orderValue(order, 'expiry'),
    orderValue(order, 'serviceCode'),
  ];
  const monthFirst = expiry.slice(2) + expiry.slice(0, 2);
  const prepared = chip.kind === 'emv' && chip.preparation.kind === 'station';
  const wanted: CardVerificationRequest['wanted'] = [
    ...(stripe.kind === 'tracks' ? [{ kind: 'cvv', expiry } as const] : []),
    ...(prepared ? [{ kind: 'icvv', expiry } as const] : []),
    ...(verification.printed === 'cvv2' ? [{ kind: 'cvv2', expiry: monthFirst } as const] : []),
  ];
  if (wanted.length === 0) return { fields: order, chipTrack2: null };
  // One act for all: the key is asked for once a card.
  const values = await keys.cardVerificationValues({ cvk, pan, serviceCode, wanted }, signal);
  const valueOf = (kind: CardVerificationKind) => values[wanted.findIndex((value) => value.kind === kind)] ?? null;
  const [cvv, icvv, cvv2] = [valueOf('cvv'), valueOf('icvv'), valueOf('cvv2')];
  return {
    fields: {
      ...order,
      ...(cvv === null ? {} : composeTracks(verification, order, cvv)),
      ...(cvv2 === null ? {} : { cvv2 }),
    },
    chipTrack2: icvv === null ? null : composeTracks(verification, order, icvv).track2,
  };
}
