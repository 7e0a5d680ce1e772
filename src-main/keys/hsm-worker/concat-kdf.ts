import { createHash } from 'node:crypto';
import { concatBytes, utf8 } from '#shared/bytes/bytes.ts';

function withLength(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatBytes(length, bytes);
}

/**
 * Derives a key of up to 32 bytes from a shared secret by one round of SHA-256: counter 1 | Z | AlgorithmID | PartyUInfo | PartyVInfo | bits.
 * `algorithm` is the JWE `alg` for key agreement with key wrapping, else the `enc`. The caller wipes `shared` and the result.
 * RFC 7518 §4.6.2, NIST SP 800-56A rev. 3 §5.8.2.1.
 */
export function concatKdf(
  shared: Uint8Array,
  algorithm: string,
  partyU: Uint8Array,
  partyV: Uint8Array,
  length: 16 | 24 | 32,
): Uint8Array {
  const numbers = new DataView(new ArrayBuffer(8));
  numbers.setUint32(0, 1);
  numbers.setUint32(4, length * 8);
  const digest = createHash('sha256')
    .update(new Uint8Array(numbers.buffer, 0, 4))
    .update(shared)
    .update(withLength(utf8(algorithm)))
    .update(withLength(partyU))
    .update(withLength(partyV))
    .update(new Uint8Array(numbers.buffer, 4, 4))
    .digest();
  const key = new Uint8Array(digest.subarray(0, length));
  digest.fill(0);
  return key;
}
