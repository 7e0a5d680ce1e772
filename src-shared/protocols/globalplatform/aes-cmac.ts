import { concatBytes } from '../../bytes/bytes.ts';
import type { Ciphers } from './ciphers.ts';

const blockLength = 16;

/** Doubles a block in GF(2^128): shift left by one bit, XOR 87 where the top bit was set. NIST SP 800-38B §6.1. */
function double(block: Uint8Array): Uint8Array {
  const doubled = block.map((byte, at) => ((byte << 1) | ((block[at + 1] ?? 0) >> 7)) & 255);
  if (((block[0] ?? 0) & 0x80) !== 0) doubled[blockLength - 1] = (doubled[blockLength - 1] ?? 0) ^ 0x87;
  return doubled;
}

/**
 * CMAC with AES for platforms that have the cipher but not the MAC: 16 bytes over data of any length.
 * NIST SP 800-38B §6.2.
 */
export function aesCmac(
  ciphers: Pick<Ciphers, 'aesCbcEncrypt' | 'aesEcbEncryptBlock'>,
  key: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const whole = data.length > 0 && data.length % blockLength === 0;
  const first = double(ciphers.aesEcbEncryptBlock(key, new Uint8Array(blockLength)));
  const mask = whole ? first : double(first);
  const filled = whole ? data.slice() : padWithBit(data);
  const last = filled.length - blockLength;
  for (let at = 0; at < blockLength; at++) filled[last + at] = (filled[last + at] ?? 0) ^ (mask[at] ?? 0);
  const mac = ciphers.aesCbcEncrypt(key, new Uint8Array(blockLength), filled).slice(last);
  // What is authenticated may be a key in clear, and this is a copy of it.
  filled.fill(0);
  return mac;
}

/** Appends 80 and then 00 up to the next whole block; always at least one byte. ISO/IEC 9797-1 padding method 2. */
export function padWithBit(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const padding = new Uint8Array(blockLength - (data.length % blockLength));
  padding[0] = 0x80;
  return concatBytes(data, padding);
}
