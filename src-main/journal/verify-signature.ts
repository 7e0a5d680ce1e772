import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { checkpointBytes } from '#shared/journal-format/checkpoint.ts';
import { passBytes, type SignedPass } from '#shared/journal-format/pass-certificate.ts';

/** A P-256 public key by its coordinates, base64url. */
export interface SigningKey {
  readonly x: string;
  readonly y: string;
}

/** Whether a pass certificate bears the signature (ES256, r|s as base64url) of this key, over exactly its text. Throws node:crypto's error on a key that is none. */
export function passHolds(key: SigningKey, { certificate, signature }: SignedPass): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  if (bytes.length !== 64 || bytes.toString('base64url') !== signature) return false;
  const under = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: key.x, y: key.y }, format: 'jwk' });
  return verify('sha256', passBytes(certificate), { key: under, dsaEncoding: 'ieee-p1363' }, bytes);
}

/** Checks checkpoint signatures (ES256, r|s as base64url) under one key of one station. */
export class CheckpointSignatures {
  readonly #key: KeyObject;
  readonly #station: string;

  /** Throws node:crypto's error when the coordinates are no point of P-256. */
  constructor(key: SigningKey, station: string) {
    this.#key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: key.x, y: key.y }, format: 'jwk' });
    this.#station = station;
  }

  holds(head: ChainHead, signature: string): boolean {
    const bytes = Buffer.from(signature, 'base64url');
    if (bytes.length !== 64 || bytes.toString('base64url') !== signature) return false;
    return verify('sha256', checkpointBytes(this.#station, head), { key: this.#key, dsaEncoding: 'ieee-p1363' }, bytes);
  }
}
