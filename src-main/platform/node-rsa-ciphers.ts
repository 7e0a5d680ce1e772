import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto';
import type { RsaCiphers } from '#shared/protocols/rsa-ciphers.ts';

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** The public acts that certificates need. EMV 4.4 Book 2 Annex B2.1, B3.1. */
export const nodeRsaCiphers: RsaCiphers = {
  rsaRaw: (modulus, exponent, block) => {
    const key = createPublicKey({
      key: { kty: 'RSA', n: base64url(modulus), e: base64url(exponent) },
      format: 'jwk',
    });
    return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block));
  },
  sha1: (data) => new Uint8Array(createHash('sha1').update(data).digest()),
};
