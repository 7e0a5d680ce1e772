import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';

/** What a verification value is made over: card number, expiry as four digits in the scheme's order, service code. */
export interface VerifiedData {
  readonly pan: string;
  readonly expiry: string;
  readonly serviceCode: string;
}

/**
 * The two blocks that a card verification value is the MAC of: card number, expiry and service code, then zeros up to 32 digits.
 * KEYS-REFUSED on other lengths or characters. Visa PIN security program, CVV method; IBM 4764 CCA programmer's guide, CVV generate.
 */
export function verificationBlocks({ pan, expiry, serviceCode }: VerifiedData): Uint8Array {
  if (!/^\d{12,19}$/.test(pan) || !/^\d{4}$/.test(expiry) || !/^\d{3}$/.test(serviceCode)) {
    throw new StationFault('KEYS-REFUSED', { reason: 'a card verification value is made of digits only' });
  }
  return fromHex(`${pan}${expiry}${serviceCode}`.padEnd(32, '0'));
}

/** Three digits of a MAC: its decimal digits in order, then A to F as 0 to 5. */
export function decimalise(mac: Uint8Array): string {
  const halves = toHex(mac);
  const decimals = halves.replace(/[a-f]/g, '');
  const letters = halves.replace(/[0-9]/g, '').replace(/[a-f]/g, (half) => String(Number.parseInt(half, 16) - 10));
  return `${decimals}${letters}`.slice(0, 3);
}
