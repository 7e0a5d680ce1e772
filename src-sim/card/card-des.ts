import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes } from '#shared/bytes/bytes.ts';
import { padded80 } from './card-aes.ts';

const zeros = new Uint8Array(8);

function cipherName(key: Uint8Array, mode: 'ecb' | 'cbc'): string {
  const name = key.length === 24 ? 'des-ede3' : 'des-ede';
  return mode === 'ecb' ? name : `${name}-cbc`;
}

/** Enciphers whole 8-byte blocks with triple DES in CBC mode (key of 16 or 24 bytes), no padding added. */
export function tdesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cipherName(key, 'cbc'), key, iv).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}

/** Deciphers whole 8-byte blocks with triple DES in CBC mode, no padding removed. */
export function tdesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createDecipheriv(cipherName(key, 'cbc'), key, iv).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}

/** Enciphers whole 8-byte blocks one by one with triple DES. */
export function tdesEcbEncrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cipherName(key, 'ecb'), key, null).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}

/** Deciphers whole 8-byte blocks one by one with triple DES. */
export function tdesEcbDecrypt(key: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createDecipheriv(cipherName(key, 'ecb'), key, null).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}

/** Enciphers one 8-byte block with single DES: triple DES under the same half twice. */
export function desBlock(half: Uint8Array, block: Uint8Array): Uint8Array {
  return tdesEcbEncrypt(concatBytes(half, half), block);
}

/** Full triple DES MAC, 8 bytes, of a message that is padded with 80 first. GPC_SPE_034 v2.3.1 §B.1.2.1. */
export function tdesMac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return tdesCbcEncrypt(key, zeros, padded80(message, 8)).slice(-8);
}

/** Single DES with a final triple DES, 8 bytes, of a message that is padded with 80 first. GPC_SPE_034 v2.3.1 §B.1.2.2. */
export function retailMac(key: Uint8Array, iv: Uint8Array, message: Uint8Array): Uint8Array {
  const blocks = padded80(message, 8);
  const half = key.slice(0, 8);
  const before = blocks.slice(0, -8);
  const chained = before.length === 0 ? iv : tdesCbcEncrypt(concatBytes(half, half), iv, before).slice(-8);
  return tdesCbcEncrypt(key.slice(0, 16), chained, blocks.slice(-8));
}
