import type { OrderFields } from '#shared/domain/order-field.ts';
import type { Product } from '#shared/domain/product.ts';
import { composeTracks, orderValue } from '#shared/payment-profile/compose-tracks.ts';
import type { KeyPort } from '../../keys/port.ts';

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
  const compute = (kind: 'cvv' | 'icvv' | 'cvv2') =>
    keys.cardVerificationValues({ cvk, pan, serviceCode, kind, expiry: kind === 'cvv2' ? monthFirst : expiry }, signal);
  const prepared = chip.kind === 'emv' && chip.preparation.kind === 'station';
  const [cvv, icvv, cvv2] = await Promise.all([
    stripe.kind === 'tracks' ? compute('cvv') : null,
    prepared ? compute('icvv') : null,
    verification.printed === 'cvv2' ? compute('cvv2') : null,
  ]);
  return {
    fields: {
      ...order,
      ...(cvv === null ? {} : composeTracks(verification, order, cvv)),
      ...(cvv2 === null ? {} : { cvv2 }),
    },
    chipTrack2: icvv === null ? null : composeTracks(verification, order, icvv).track2,
  };
}
