import { createCipheriv, createDecipheriv } from 'node:crypto';
import { aesCmac } from '#shared/protocols/globalplatform/aes-cmac.ts';
import type { Ciphers } from '#shared/protocols/globalplatform/ciphers.ts';
import { viewBytes } from './view-bytes.ts';

function transform(
  direction: 'encrypt' | 'decrypt',
  key: Uint8Array,
  initialValue: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const name = `aes-${key.length * 8}-cbc`;
  const cipher =
    direction === 'encrypt' ? createCipheriv(name, key, initialValue) : createDecipheriv(name, key, initialValue);
  cipher.setAutoPadding(false);
  const body = viewBytes(cipher.update(data));
  cipher.final();
  return body;
}

const zeroBlock = new Uint8Array(16);

const blockCiphers = {
  aesCbcEncrypt: (key: Uint8Array, initialValue: Uint8Array, data: Uint8Array) =>
    transform('encrypt', key, initialValue, data),
  aesCbcDecrypt: (key: Uint8Array, initialValue: Uint8Array, data: Uint8Array) =>
    transform('decrypt', key, initialValue, data),
  aesEcbEncryptBlock: (key: Uint8Array, block: Uint8Array) => transform('encrypt', key, zeroBlock, block),
};

/** The block ciphers of secure channels by node:crypto; throws node's own errors on wrong lengths. */
export const nodeCiphers: Ciphers = {
  ...blockCiphers,
  aesCmac: (key, data) => aesCmac(blockCiphers, key, data),
};
