import { createCipheriv } from 'node:crypto';

/** A DGI transport key: 32 bytes that an issuer shares with its bureaux. */
export interface IssuerTransportKey {
  readonly name: string;
  /** First 3 bytes of the AES-CMAC of a zero block, hexadecimal. */
  readonly kcv: string;
  readonly key: Buffer;
}

/**
 * Enciphers a secret data grouping for the way to the bureau: AES-256-CBC, zero IV, padded with 80 and zeros to whole blocks (ISO/IEC
 * 9797-1 padding method 2).
 */
export function encipherForTransport(key: Buffer, plaintext: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.floor(plaintext.length / 16) * 16 + 16);
  padded.set(plaintext);
  padded[plaintext.length] = 0x80;
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]);
}

function encipherBlock(key: Buffer, block: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** Check value of an AES-256 key: CMAC of one zero block (NIST SP 800-38B §6.1, 6.2), first 3 bytes as hexadecimal. */
export function checkValue(key: Buffer): string {
  const start = encipherBlock(key, Buffer.alloc(16));
  const subkey = Buffer.alloc(16);
  for (let at = 0; at < 16; at++) subkey[at] = ((start[at] ?? 0) << 1) | ((start[at + 1] ?? 0) >> 7);
  if ((start[0] ?? 0) & 0x80) subkey[15] = (subkey[15] ?? 0) ^ 0x87;
  // The message is a whole zero block, so block xor subkey is the subkey.
  return encipherBlock(key, subkey).subarray(0, 3).toString('hex');
}
