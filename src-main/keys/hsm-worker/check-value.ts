import { createHash, createHmac } from 'node:crypto';
import { toHex } from '#shared/bytes/bytes.ts';
import type { KeyIdentity } from '../port.ts';
import { nodeCiphers } from './node-ciphers.ts';

/** First three bytes in hexadecimal: every check value's form. */
export function shortenCheckValue(full: Uint8Array): string {
  return toHex(full.subarray(0, 3));
}

/** Check value of an AES key (CMAC of a zero block) or HMAC key (HMAC of nothing) whose material is at hand. */
export function secretCheckValue(algorithm: KeyIdentity['algorithm'], value: Uint8Array): string {
  if (algorithm === 'HMAC-SHA-256') return shortenCheckValue(createHmac('sha256', value).digest());
  return shortenCheckValue(nodeCiphers.aesCmac(value, new Uint8Array(16)));
}

/** Check value of an EC key: SHA-256 of its uncompressed public point. */
export function pointCheckValue(point: Uint8Array): string {
  return shortenCheckValue(createHash('sha256').update(point).digest());
}
