import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { TdesCiphers } from '#shared/protocols/tdes-ciphers.ts';
import { viewBytes } from './view-bytes.ts';

/** OpenSSL's name; two-key TDES takes 16 bytes, three-key 24. */
function cipherName(key: Uint8Array): string {
  return key.length === 16 ? 'des-ede-cbc' : 'des-ede3-cbc';
}

const zeroBlock = new Uint8Array(8);

/** TDES-CBC over whole 8-byte blocks, initial value zero unless given; no padding. NIST SP 800-67 rev. 2, SP 800-38A §6.2. */
export function tdesCbcEncrypt(key: Uint8Array, data: Uint8Array, initialValue: Uint8Array = zeroBlock): Uint8Array {
  const cipher = createCipheriv(cipherName(key), key, initialValue).setAutoPadding(false);
  const body = viewBytes(cipher.update(data));
  cipher.final();
  return body;
}

/** TDES over whole 8-byte blocks, each by itself; no padding. NIST SP 800-67 rev. 2, SP 800-38A §6.1. */
export function tdesEcbEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  const cipher = createCipheriv(key.length === 16 ? 'des-ede-ecb' : 'des-ede3-ecb', key, null).setAutoPadding(false);
  const body = viewBytes(cipher.update(blocks));
  cipher.final();
  return body;
}

/** The reverse of `tdesCbcEncrypt`. */
export function tdesCbcDecrypt(key: Uint8Array, data: Uint8Array, initialValue: Uint8Array = zeroBlock): Uint8Array {
  const decipher = createDecipheriv(cipherName(key), key, initialValue).setAutoPadding(false);
  const body = viewBytes(decipher.update(data));
  decipher.final();
  return body;
}

/** Doubles a block in GF(2^64): shift left by one bit, XOR 1B where the top bit was set. NIST SP 800-38B §6.1. */
function double(block: Uint8Array): Uint8Array {
  const doubled = block.map((byte, at) => ((byte << 1) | ((block[at + 1] ?? 0) >> 7)) & 255);
  if (((block[0] ?? 0) & 0x80) !== 0) doubled[7] = (doubled[7] ?? 0) ^ 0x1b;
  return doubled;
}

/** CMAC with TDES, 8 bytes over data of any length. NIST SP 800-38B §6.2. */
export function tdesCmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  const whole = data.length > 0 && data.length % 8 === 0;
  const first = double(tdesCbcEncrypt(key, zeroBlock));
  const mask = whole ? first : double(first);
  const filled = new Uint8Array(whole ? data.length : data.length + 8 - (data.length % 8));
  filled.set(data);
  if (!whole) filled[data.length] = 0x80;
  const last = filled.length - 8;
  for (let at = 0; at < 8; at++) filled[last + at] = (filled[last + at] ?? 0) ^ (mask[at] ?? 0);
  const body = tdesCbcEncrypt(key, filled);
  filled.fill(0);
  return body.slice(last);
}

/** Left half twice: as a TDES key it is single DES with that half, which no provider offers under its own name. */
export function doubledLeftHalf(key: Uint8Array): Uint8Array {
  const doubled = new Uint8Array(16);
  doubled.set(key.subarray(0, 8));
  doubled.set(key.subarray(0, 8), 8);
  return doubled;
}

/** The TDES acts of payment codecs for a key that is in clear here; ECB of one block only. */
export const nodeTdes: Pick<TdesCiphers, 'tdesCbcEncrypt' | 'tdesEcbEncrypt'> = {
  tdesCbcEncrypt: (key, initialValue, data) => tdesCbcEncrypt(key, data, initialValue),
  tdesEcbEncrypt: (key, block) => tdesCbcEncrypt(key, block),
};
