import { createHash, createHmac } from 'node:crypto';
import { toHex } from '#shared/bytes/bytes.ts';
import type { KeyAlgorithm } from '#shared/domain/key-usage.ts';
import type { KcvMethod, RsaPublicKey } from '../port.ts';
import { nodeCiphers } from './node-ciphers.ts';
import { tdesCbcEncrypt } from './node-tdes.ts';

/** The method by which keys of an algorithm are checked. */
export function kcvMethodOf(algorithm: KeyAlgorithm): KcvMethod {
  switch (algorithm) {
    case 'TDES-2':
    case 'TDES-3':
      return 'tdes-zeros';
    case 'AES-128':
    case 'AES-192':
    case 'AES-256':
      return 'aes-cmac-zeros';
    case 'HMAC-SHA-256':
      return 'hmac-empty';
    case 'EC-P256':
    case 'RSA':
      return 'public-key-sha256';
  }
}

/** First three bytes in hexadecimal: every check value's form. */
export function shortenCheckValue(full: Uint8Array): string {
  return toHex(full.subarray(0, 3));
}

/** Check value of a symmetric key whose material is at hand. */
export function secretCheckValue(algorithm: KeyAlgorithm, value: Uint8Array): string {
  switch (kcvMethodOf(algorithm)) {
    case 'tdes-zeros':
      return shortenCheckValue(tdesCbcEncrypt(value, new Uint8Array(8)));
    case 'hmac-empty':
      return shortenCheckValue(createHmac('sha256', value).digest());
    default:
      return shortenCheckValue(nodeCiphers.aesCmac(value, new Uint8Array(16)));
  }
}

/** Check value of an EC key: SHA-256 of its uncompressed public point. */
export function pointCheckValue(point: Uint8Array): string {
  return shortenCheckValue(createHash('sha256').update(point).digest());
}

/** Check value of an RSA pair: SHA-256 of the modulus, then the exponent. */
export function rsaCheckValue({ modulus, exponent }: RsaPublicKey): string {
  return shortenCheckValue(createHash('sha256').update(modulus).update(exponent).digest());
}
