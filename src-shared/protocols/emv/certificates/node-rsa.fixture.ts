import {
  constants,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { RsaCiphers, RsaSigner } from '../../rsa-ciphers.ts';

/** The acts of the port from node:crypto, for tests. */
export const nodeRsa: RsaCiphers = {
  rsaRaw: (modulus, exponent, block) => {
    const jwk = { kty: 'RSA', n: base64(modulus), e: base64(exponent) };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block));
  },
  sha1: (data) => new Uint8Array(createHash('sha1').update(data).digest()),
};

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** Makes a key pair; the private operation is the raw one that an HSM does. */
export function makeRsaSigner(bits: number, publicExponent: 3 | 65537): RsaSigner & { readonly publicKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return {
    publicKey,
    modulus: new Uint8Array(Buffer.from(n, 'base64url')),
    exponent: new Uint8Array(Buffer.from(e, 'base64url')),
    signRaw: (block) =>
      Promise.resolve(new Uint8Array(privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block))),
  };
}
