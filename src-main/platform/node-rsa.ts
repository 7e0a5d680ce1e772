import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto';
import type { RsaCiphers } from '#shared/protocols/rsa-ciphers.ts';

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** The public RSA operation and SHA-1 that payment certificates need, by OpenSSL. EMV 4.4 Book 2 Annex B2.1, B3.1. */
export const nodeRsa: RsaCiphers = {
  rsaRaw: (modulus, exponent, block) => {
    const jwk = { kty: 'RSA', n: base64url(modulus), e: base64url(exponent) };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block));
  },
  sha1: (data) => new Uint8Array(createHash('sha1').update(data).digest()),
};
