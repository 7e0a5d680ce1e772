import { execFileSync } from 'node:child_process';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { toHex } from '../bytes/bytes.ts';
import { aesCmac } from './globalplatform/aes-cmac.ts';
import type { Ciphers } from './globalplatform/ciphers.ts';

type Direction = typeof createCipheriv | typeof createDecipheriv;

function run(
  make: Direction,
  mode: 'ecb' | 'cbc',
  key: Uint8Array,
  iv: Uint8Array | null,
  data: Uint8Array,
): Uint8Array {
  const cipher = make(`aes-${key.length * 8}-${mode}`, key, iv);
  cipher.setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}

const block = {
  aesCbcEncrypt: (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => run(createCipheriv, 'cbc', key, iv, data),
  aesEcbEncryptBlock: (key: Uint8Array, data: Uint8Array) => run(createCipheriv, 'ecb', key, null, data),
};

/** AES of node:crypto for tests. */
export const aesOfTests: Ciphers = {
  ...block,
  aesCbcDecrypt: (key, iv, data) => run(createDecipheriv, 'cbc', key, iv, data),
  aesCmac: (key, data) => aesCmac(block, key, data),
};

/** CMAC by the openssl command line, sharing nothing with the code under test. */
export function opensslCmac(key: Uint8Array, data: Uint8Array): string {
  const args = ['mac', '-cipher', `AES-${key.length * 8}-CBC`, '-macopt', `hexkey:${toHex(key)}`, 'CMAC'];
  return execFileSync('openssl', args, { input: data }).toString().trim().toLowerCase();
}

/** Blocks enciphered one by one by the openssl command line. */
export function opensslEcb(key: Uint8Array, data: Uint8Array): string {
  const args = ['enc', '-e', `-aes-${key.length * 8}-ecb`, '-K', toHex(key), '-nopad'];
  return toHex(execFileSync('openssl', args, { input: data }));
}
