import type { OrderFieldName, OrderFields } from '../domain/order-field.ts';
import type { Product } from '../domain/product.ts';
import { StationFault } from '../faults/station-fault.ts';
import { buildTrack1, buildTrack2 } from '../protocols/magstripe/financial-track.ts';

/** A field that the order must have; PREPARATION-NO-VALUE. */
export function orderValue(fields: OrderFields, name: OrderFieldName): string {
  const value = fields[name];
  if (value === undefined) throw new StationFault('PREPARATION-NO-VALUE', { reference: `record:${name}` });
  return value;
}

/**
 * Composes tracks around three digits. ISO/IEC 7813 §6.2, §6.3: format B and track 2, the issuer data being PIN verification data, value, rest.
 * CARD-STRIPE, PREPARATION-NO-VALUE.
 */
export function composeTracks(
  verification: NonNullable<Product['verification']>,
  order: OrderFields,
  value: string,
): { readonly track1: string; readonly track2: string } {
  const discretionary = `${verification.before}${value}${verification.after}`;
  const [pan, expiry] = [orderValue(order, 'pan'), orderValue(order, 'expiry')];
  const fields = { pan, expiry, serviceCode: orderValue(order, 'serviceCode'), discretionary };
  return { track1: buildTrack1({ ...fields, name: orderValue(order, 'encodedName') }), track2: buildTrack2(fields) };
}
