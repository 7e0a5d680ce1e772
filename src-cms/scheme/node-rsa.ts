import { constants, createHash, createPublicKey, privateDecrypt, publicEncrypt, type KeyObject } from 'node:crypto';
import type { RsaCiphers, RsaSigner } from '#shared/protocols/rsa-ciphers.ts';

const padding = constants.RSA_NO_PADDING;

/** The public RSA operation and SHA-1 by OpenSSL. EMV 4.4 Book 2 Annex B2.1, B3.1. */
export const nodeRsa: RsaCiphers = {
  rsaRaw: (modulus, exponent, block) => {
    const [n, e] = [modulus, exponent].map((part) => Buffer.from(part).toString('base64url'));
    const key = createPublicKey({ key: { kty: 'RSA', n: n ?? '', e: e ?? '' }, format: 'jwk' });
    return new Uint8Array(publicEncrypt({ key, padding }, block));
  },
  sha1: (data) => new Uint8Array(createHash('sha1').update(data).digest()),
};

/** A private key as a signer of certificates. */
export function rsaSigner(privateKey: KeyObject): RsaSigner {
  const { n = '', e = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    modulus: new Uint8Array(Buffer.from(n, 'base64url')),
    exponent: new Uint8Array(Buffer.from(e, 'base64url')),
    signRaw: (block) => new Uint8Array(privateDecrypt({ key: privateKey, padding }, block)),
  };
}
