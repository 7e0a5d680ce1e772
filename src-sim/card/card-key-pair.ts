import { fromHex, toHex } from '#shared/bytes/bytes.ts';

/** The five parts of an RSA private key in Chinese remainder form, and its modulus. */
export interface CardKeyPair {
  readonly p: bigint;
  readonly q: bigint;
  readonly dp: bigint;
  readonly dq: bigint;
  /** The inverse of q modulo p. */
  readonly qInverse: bigint;
  readonly modulus: bigint;
  /** Length of the modulus in bytes. */
  readonly length: number;
}

/** Groupings of the two key pairs: 82 signs (and deciphers PINs where there is no other), 83 deciphers PINs. EMV CPS v1.1 Annex A. */
export type KeyPairGroup = '82' | '83';

/** Reads a key pair from its groupings x201 to x205 (q^-1 mod p, d mod q-1, d mod p-1, q, p); undefined where one is missing or a prime is none. */
export function keyPairOf(groupings: Readonly<Record<string, string>>, group: KeyPairGroup): CardKeyPair | undefined {
  const parts = [1, 2, 3, 4, 5].map((part) => groupings[`${group}0${String(part)}`]);
  const [qInverse, dq, dp, q, p] = parts.map((part) => (part === undefined ? undefined : numberOf(fromHex(part))));
  if (qInverse === undefined || dq === undefined || dp === undefined || q === undefined || p === undefined) {
    return undefined;
  }
  if (p < 3n || q < 3n) return undefined;
  const modulus = p * q;
  return { p, q, dp, dq, qInverse, modulus, length: Math.ceil(modulus.toString(16).length / 2) };
}

/** Applies the private key to a block as long as the modulus; undefined where its number is not below it. EMV Book 2 v4.4 Annex B2.1. */
export function applyPrivateKey(key: CardKeyPair, block: Uint8Array): Uint8Array | undefined {
  const number = numberOf(block);
  if (number >= key.modulus) return undefined;
  const byQ = power(number % key.q, key.dq, key.q);
  const byP = power(number % key.p, key.dp, key.p);
  const difference = (((byP - byQ) % key.p) + key.p) % key.p;
  const result = byQ + ((key.qInverse * difference) % key.p) * key.q;
  return fromHex(result.toString(16).padStart(key.length * 2, '0'));
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const digit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (digit === '1') result = (result * base) % modulus;
  }
  return result;
}
