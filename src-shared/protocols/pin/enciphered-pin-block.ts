import { StationFault } from '../../faults/station-fault.ts';
import { decipherExtendedPinBlock, encipherExtendedPinBlock } from './extended-pin-block.ts';
import type { PinBlockCipher } from './pin-block-cipher.ts';
import type { ClearPinBlockForm, ClearPinBlockReading } from './pin-block.ts';
import { buildPinBlock, readPinBlock } from './pin-block.ts';
import type { PinBlockFormat } from './pin-field.ts';

/** Every form of an enciphered PIN block; format 4 takes 8 random bytes that serve once. */
export type PinBlockForm =
  ClearPinBlockForm | { readonly format: 4; readonly pan: string; readonly random: Uint8Array };

/** How an enciphered PIN block is read. */
export type PinBlockReading = ClearPinBlockReading | { readonly format: 4; readonly pan: string };

/** Formats 0 to 3 are one block of TDES, format 4 is two rounds of AES. ISO 9564-1:2017 §9.3.1, §9.4.1. */
function demandCipher(cipher: PinBlockCipher, format: PinBlockFormat): void {
  const length = format === 4 ? 16 : 8;
  if (cipher.blockLength === length) return;
  throw new StationFault('PIN-BLOCK-FORM', { format, reason: `its key is not for blocks of ${length} bytes` });
}

/** Enciphers a PIN (4 to 12 digits, one a byte). EMV-VALUE-FORM on a malformed part, PIN-BLOCK-FORM where the key does not suit. */
export function encipherPinBlock(cipher: PinBlockCipher, form: PinBlockForm, pin: Uint8Array): Uint8Array {
  demandCipher(cipher, form.format);
  if (form.format === 4) return encipherExtendedPinBlock(cipher, form, pin);
  const clear = buildPinBlock(form, pin);
  try {
    return cipher.encrypt(clear);
  } finally {
    clear.fill(0);
  }
}

/** Deciphers a block and lends its PIN, one digit a byte, to one use; it is overwritten whether the use worked or not. PIN-BLOCK-FORM. */
export function withDecipheredPin<T>(
  cipher: PinBlockCipher,
  reading: PinBlockReading,
  block: Uint8Array,
  use: (pin: Uint8Array) => T,
): T {
  const pin = decipherPin(cipher, reading, block);
  try {
    return use(pin);
  } finally {
    pin.fill(0);
  }
}

function decipherPin(cipher: PinBlockCipher, reading: PinBlockReading, block: Uint8Array): Uint8Array {
  demandCipher(cipher, reading.format);
  if (reading.format === 4) return decipherExtendedPinBlock(cipher, reading.pan, block);
  if (block.length !== 8) throw new StationFault('PIN-BLOCK-FORM', { format: reading.format, reason: 'not 8 bytes' });
  const clear = cipher.decrypt(block);
  try {
    return readPinBlock(reading, clear);
  } finally {
    clear.fill(0);
  }
}
