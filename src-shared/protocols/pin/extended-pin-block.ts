import { concatBytes, fromHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { demandLength, demandPan } from '../emv/value-form.ts';
import type { PinBlockCipher } from './pin-block-cipher.ts';
import { buildPinField, readPinField } from './pin-field.ts';

/** The PAN field of 16 bytes: digits over twelve, at least twelve digits (zeros in front), zeros. ISO 9564-1:2017 §9.4.2.2.3. */
export function extendedPanField(pan: string): Uint8Array<ArrayBuffer> {
  demandPan(pan);
  const over = Math.max(pan.length - 12, 0);
  return fromHex(`${over}${pan.padStart(12, '0')}`.padEnd(32, '0'));
}

function xor(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(left, (byte, at) => byte ^ (right[at] ?? 0));
}

/**
 * Enciphers a PIN (4 to 12 digits, one a byte) as a block of format 4, 16 bytes, with 8 random bytes that serve once: the PIN field is
 * enciphered, the PAN field added, and the sum enciphered again. EMV-VALUE-FORM on another form. ISO 9564-1:2017 §9.4.2.3.
 */
export function encipherExtendedPinBlock(
  cipher: PinBlockCipher,
  form: { readonly pan: string; readonly random: Uint8Array },
  pin: Uint8Array,
): Uint8Array {
  demandLength('random', form.random, 8);
  const panField = extendedPanField(form.pan);
  const half = buildPinField(4, pin, () => 10);
  const field = concatBytes(half, form.random);
  try {
    return cipher.encrypt(xor(cipher.encrypt(field), panField));
  } finally {
    half.fill(0);
    field.fill(0);
  }
}

/** Deciphers a block of format 4 and reads its PIN, one digit a byte; the caller overwrites it. PIN-BLOCK-FORM. ISO 9564-1:2017 §9.4.2.4. */
export function decipherExtendedPinBlock(cipher: PinBlockCipher, pan: string, block: Uint8Array): Uint8Array {
  const malformed = (reason: string): StationFault => new StationFault('PIN-BLOCK-FORM', { format: 4, reason });
  if (block.length !== 16) throw malformed('not 16 bytes');
  const field = cipher.decrypt(xor(cipher.decrypt(block), extendedPanField(pan)));
  const read = readPinField(4, field.subarray(0, 8), (value) => value === 10);
  field.fill(0);
  if (read.kind === 'malformed') throw malformed(read.reason);
  return read.pin;
}
