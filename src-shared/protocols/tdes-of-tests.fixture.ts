import { execFileSync } from 'node:child_process';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { toHex } from '../bytes/bytes.ts';
import type { TdesCiphers } from './tdes-ciphers.ts';

function transform(decrypt: 'encrypt' | 'decrypt', key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const whole = key.length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key;
  const cipher =
    decrypt === 'encrypt' ? createCipheriv('des-ede3-cbc', whole, iv) : createDecipheriv('des-ede3-cbc', whole, iv);
  cipher.setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}

function blockwise(direction: 'encrypt' | 'decrypt', key: Uint8Array, data: Uint8Array): Uint8Array {
  const result = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 8)
    result.set(transform(direction, key, new Uint8Array(8), data.subarray(at, at + 8)), at);
  return result;
}

/** TDES of node:crypto for tests. */
export const tdesOfTests: TdesCiphers = {
  tdesCbcEncrypt: (key, iv, data) => transform('encrypt', key, iv, data),
  tdesCbcDecrypt: (key, iv, data) => transform('decrypt', key, iv, data),
  tdesEcbEncrypt: (key, blocks) => blockwise('encrypt', key, blocks),
  tdesEcbDecrypt: (key, blocks) => blockwise('decrypt', key, blocks),
};

function openssl(cipher: readonly string[], key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const args = ['enc', '-e', ...cipher, '-K', toHex(key), '-iv', toHex(iv), '-nopad'];
  return new Uint8Array(execFileSync('openssl', args, { input: data }));
}

/** TDES-CBC by the openssl command line, sharing nothing with the code under test. */
export function opensslTdesCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  return openssl(['-des-ede-cbc'], key, iv, data);
}

/** Single DES-CBC by the openssl command line. */
export function opensslDesCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  return openssl(['-des-cbc', '-provider', 'legacy', '-provider', 'default'], key, iv, data);
}
