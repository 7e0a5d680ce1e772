import { concatBytes } from '../../bytes/bytes.ts';

/**
 * How secret data is padded with 80 and then 00 to whole blocks before it is enciphered under the data encryption key: `always` adds at
 * least one byte, `when-needed` only where the data is no whole number of blocks. The application says which it takes. EMV CPS v1.1 chapter 5.
 */
export type SensitivePadding = 'always' | 'when-needed';

/** Block of the cipher of a channel's data encryption key, in bytes: 8 for TDES (SCP02), 16 for AES (SCP03). */
export type SensitiveBlock = 8 | 16;

/** Bytes that data of a length has when it is padded, which is its length when it is enciphered. */
export function sensitiveLength(length: number, block: SensitiveBlock, padding: SensitivePadding): number {
  const over = length % block;
  return padding === 'when-needed' && over === 0 ? length : length + block - over;
}

/** Pads secret data, parts joined; the caller wipes the result, as it is a copy in clear. */
export function padSensitive(
  parts: readonly Uint8Array[],
  block: SensitiveBlock,
  padding: SensitivePadding,
): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const fill = new Uint8Array(sensitiveLength(length, block, padding) - length);
  if (fill.length > 0) fill[0] = 0x80;
  return concatBytes(...parts, fill);
}
