import { demandPin } from '../emv/value-form.ts';

/** The PIN block formats of ISO 9564-1:2017: 0 to 3 of 8 bytes (§9.3), 4 of 16 bytes (§9.4). */
export type PinBlockFormat = 0 | 1 | 2 | 3 | 4;

/**
 * Builds a PIN field of 8 bytes: format, PIN length, PIN digits and the filling, one value (0 to 15) a digit. It holds the PIN: the caller
 * overwrites it. EMV-VALUE-FORM on a PIN that is none. ISO 9564-1:2017 §9.3.
 */
export function buildPinField(
  format: PinBlockFormat,
  pin: Uint8Array,
  filling: (at: number) => number,
): Uint8Array<ArrayBuffer> {
  demandPin(pin);
  const digit = (at: number): number => {
    if (at === 0) return format;
    if (at === 1) return pin.length;
    return pin[at - 2] ?? filling(at - 2 - pin.length) & 15;
  };
  return Uint8Array.from({ length: 8 }, (_, at) => (digit(at * 2) << 4) | digit(at * 2 + 1));
}

/** What a PIN field holds, or what is wrong with it. The PIN is one digit a byte, and the caller overwrites it. */
export type PinFieldReading =
  | { readonly kind: 'read'; readonly pin: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'malformed'; readonly reason: 'control field' | 'PIN length' | 'PIN digits' | 'filling' };

/** Reads a PIN field of 8 bytes; what is malformed is named by its first place. ISO 9564-1:2017 §9.3. */
export function readPinField(
  format: PinBlockFormat,
  field: Uint8Array,
  isFilling: (value: number) => boolean,
): PinFieldReading {
  const digits = new Uint8Array(16);
  field.forEach((byte, at) => digits.set([byte >> 4, byte & 15], at * 2));
  try {
    const [control, length = 0] = digits;
    if (control !== format) return { kind: 'malformed', reason: 'control field' };
    if (length < 4 || length > 12) return { kind: 'malformed', reason: 'PIN length' };
    if (!digits.subarray(2, 2 + length).every((digit) => digit <= 9))
      return { kind: 'malformed', reason: 'PIN digits' };
    if (!digits.subarray(2 + length).every(isFilling)) return { kind: 'malformed', reason: 'filling' };
    return { kind: 'read', pin: digits.slice(2, 2 + length) };
  } finally {
    digits.fill(0);
  }
}
