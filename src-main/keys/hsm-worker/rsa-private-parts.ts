import { StationFault } from '#shared/faults/station-fault.ts';
import type { RsaPublicKey } from '../port.ts';

/** An RSA private key as five numbers beside its public half. The secret members are views of the caller's buffer, which the caller wipes. */
export interface RsaPrivateParts {
  readonly publicKey: RsaPublicKey;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
  /** d mod (p-1). */
  readonly dp: Uint8Array;
  /** d mod (q-1). */
  readonly dq: Uint8Array;
  /** q^-1 mod p. */
  readonly qInverse: Uint8Array;
}

const sequence = 0x30;
const integer = 0x02;

function malformed(): never {
  throw new StationFault('KEYS-REFUSED', { reason: 'the private key is not in the form of RFC 8017' });
}

/** Content of one DER object and where the next begins; lengths up to 65535. X.690 §8.1.3, §10.1. */
function readObject(der: Uint8Array, at: number, tag: number): { readonly content: Uint8Array; readonly end: number } {
  if (der[at] !== tag) malformed();
  const first = der[at + 1] ?? malformed();
  const longer = first < 0x80 ? 0 : first - 0x80;
  if (longer > 2) malformed();
  let length = longer === 0 ? first : 0;
  for (let digit = 0; digit < longer; digit++) length = length * 256 + (der[at + 2 + digit] ?? malformed());
  const begin = at + 2 + longer;
  if (begin + length > der.length) malformed();
  return { content: der.subarray(begin, begin + length), end: begin + length };
}

/** Reads an RSAPrivateKey of two primes from its DER without copying a secret. KEYS-REFUSED on any other form. RFC 8017 appendix A.1.2. */
export function readRsaPrivateKey(der: Uint8Array): RsaPrivateParts {
  const { content, end } = readObject(der, 0, sequence);
  if (end !== der.length) malformed();
  let at = 0;
  const next = (): Uint8Array => {
    const read = readObject(content, at, integer);
    at = read.end;
    return read.content[0] === 0 ? read.content.subarray(1) : read.content;
  };
  if (next().length !== 0) malformed();
  // Copies: a Buffer's own slice would be a view of what is wiped.
  const publicKey = { modulus: new Uint8Array(next()), exponent: new Uint8Array(next()) };
  next();
  const [p, q, dp, dq, qInverse] = [next(), next(), next(), next(), next()];
  if (at !== content.length) malformed();
  return { publicKey, p, q, dp, dq, qInverse };
}
