import { fromHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { demandDigits, demandLength, demandPan, demandPin } from '../emv/value-form.ts';

/** Which digits of the card number validate the PIN: `length` of them from `start`, filled up to 16 with one hexadecimal digit. */
export interface PinValidationData {
  readonly pan: string;
  readonly start: number;
  readonly length: number;
  readonly pad: string;
}

function refuse(what: string, reason: string): StationFault {
  return new StationFault('EMV-VALUE-FORM', { what, reason });
}

/** The one input block of an IBM 3624 PIN, to be enciphered in ECB. EMV-VALUE-FORM on a malformed part. IBM 3624, PIN generation algorithm. */
export function pinValidationBlock({ pan, start, length, pad }: PinValidationData): Uint8Array<ArrayBuffer> {
  demandPan(pan);
  const whole = Number.isInteger(start) && Number.isInteger(length) && start >= 0 && length >= 1;
  if (!whole || length > 16 || start + length > pan.length) throw refuse('validation data', 'not digits of the PAN');
  if (!/^[0-9a-fA-F]$/.test(pad)) throw refuse('validation data', 'not filled up with one hexadecimal digit');
  return fromHex(pan.slice(start, start + length).padEnd(16, pad));
}

/**
 * Demands a decimalization table of 16 digits, at least 8 of them different and none more than 4 times: with a table of few digits, PINs
 * can be found out by trying tables. EMV-VALUE-FORM. Bond and Zielinski, Decimalisation table attacks for PIN cracking (UCAM-CL-TR-560).
 */
export function demandDecimalisationTable(table: string): void {
  demandDigits('decimalization table', table, 16);
  const counts = new Map<string, number>();
  for (const digit of table) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  if (counts.size >= 8 && Math.max(...counts.values()) <= 4) return;
  throw refuse('decimalization table', 'too few different digits');
}

/**
 * The natural PIN, 4 to 12 digits, one a byte, from the enciphered validation block (8 bytes); the caller overwrites both. EMV-VALUE-FORM.
 * IBM 3624, PIN generation algorithm.
 */
export function naturalPin(enciphered: Uint8Array, table: string, length: number): Uint8Array<ArrayBuffer> {
  demandLength('enciphered block', enciphered, 8);
  demandDecimalisationTable(table);
  if (!Number.isInteger(length) || length < 4 || length > 12) throw refuse('pin', 'not 4 to 12 digits');
  return Uint8Array.from({ length }, (_, at) => {
    const byte = enciphered[at >> 1] ?? 0;
    return Number(table.charAt(at % 2 === 0 ? byte >> 4 : byte & 15));
  });
}

/** The offset that leads from the natural PIN to the customer's: digit by digit, PIN minus natural PIN modulo 10. EMV-VALUE-FORM. */
export function pinOffset(natural: Uint8Array, pin: Uint8Array): string {
  demandPin(pin);
  demandLength('natural pin', natural, pin.length);
  return Array.from(pin, (digit, at) => String((10 + digit - (natural[at] ?? 0)) % 10)).join('');
}

/** Says whether a PIN is the one that an offset leads to; the time taken depends on the length only. EMV-VALUE-FORM. */
export function matchesPinOffset(natural: Uint8Array, offset: string, pin: Uint8Array): boolean {
  demandDigits('offset', offset, pin.length);
  const expected = pinOffset(natural, pin);
  let difference = 0;
  for (let at = 0; at < expected.length; at++) difference |= expected.charCodeAt(at) ^ offset.charCodeAt(at);
  return difference === 0;
}
