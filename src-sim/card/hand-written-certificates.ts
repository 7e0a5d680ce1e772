import { constants, createPublicKey, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { lengthByte, recovered, sha1 } from './hand-written-issuer.ts';

/** An RSA key pair of a test, its numbers as hexadecimal. */
export interface TestKeyPair {
  readonly privateKey: KeyObject;
  readonly modulus: string;
  readonly exponent: string;
  /** Groupings x201 to x205 in order. */
  readonly parts: readonly [string, string, string, string, string];
}

const hex = (text: string | undefined): string =>
  Buffer.from(text ?? '', 'base64url')
    .toString('hex')
    .toUpperCase();

/** Makes a key pair. */
export function makeKeyPair(bits: number, publicExponent: 3 | 65537): TestKeyPair {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent });
  const { n, e, p, q, dp, dq, qi } = privateKey.export({ format: 'jwk' });
  const half = (text: string | undefined): string => hex(text).padStart(bits / 8, '0');
  return {
    privateKey,
    modulus: hex(n),
    exponent: hex(e),
    parts: [half(qi), half(dq), half(dp), half(q), half(p)],
  };
}

/** A public key as PEM from its numbers. */
export function publicKeyPem(modulus: string, exponent: string): string {
  const url = (digits: string): string => Buffer.from(digits, 'hex').toString('base64url');
  return createPublicKey({ key: { kty: 'RSA', n: url(modulus), e: url(exponent) }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}

function signed(signer: TestKeyPair, block: string): string {
  const key = { key: signer.privateKey, padding: constants.RSA_NO_PADDING };
  return privateDecrypt(key, Buffer.from(block, 'hex')).toString('hex').toUpperCase();
}

/** A certificate over a public key, and the part of the modulus that did not fit. EMV Book 2 v4.4 §5.1 Table 2, §6.1 Table 13. */
export function certify(
  signer: TestKeyPair,
  subject: { readonly format: '02' | '04'; readonly name: string; readonly key: TestKeyPair },
): { readonly certificate: string; readonly remainder: string } {
  const { modulus, exponent } = subject.key;
  const head = `${subject.format}${subject.name}1230000001${'0101'}${lengthByte(modulus)}${lengthByte(exponent)}`;
  const room = signer.modulus.length - head.length - 2 * 22;
  const left = modulus.slice(0, room).padEnd(room, 'B');
  const remainder = modulus.slice(room);
  return { certificate: signed(signer, `6A${head}${left}${sha1(head + left + remainder + exponent)}BC`), remainder };
}

/** The modulus that a certificate certifies, recovered by the openssl command line and checked. Throws where the hash is wrong. */
export function certifiedModulus(
  signer: { readonly modulus: string; readonly exponent: string },
  certificate: { readonly certificate: string; readonly remainder: string; readonly exponent: string },
): string {
  const block = recovered(publicKeyPem(signer.modulus, signer.exponent), certificate.certificate);
  const body = block.slice(2, -42);
  const hash = sha1(body + certificate.remainder + certificate.exponent);
  if (!block.startsWith('6A') || !block.endsWith(`${hash}BC`)) throw new Error('the certificate is not of this signer');
  const headLength = (block.startsWith('6A02') ? 14 : 20) * 2;
  const length = Number.parseInt(body.slice(headLength - 4, headLength - 2), 16) * 2;
  return (body.slice(headLength) + certificate.remainder).slice(0, length);
}
