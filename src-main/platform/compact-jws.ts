import { createPublicKey, verify } from 'node:crypto';
import type { WireEcPublicJwk } from '#shared/contract/cms/wire-text.ts';

/** The parts of a JWS in compact form, its signature not yet believed. RFC 7515 §7.1. */
export interface CompactJws {
  /** Header as JSON gives it, or undefined where it is none. */
  readonly header: unknown;
  readonly payload: Buffer;
  readonly signature: Buffer;
  /** What the signature covers: the first two parts as they came. */
  readonly signed: string;
}

/** Splits a compact JWS; null when it does not have three parts of base64url (the last may be empty). */
export function readCompactJws(text: string): CompactJws | null {
  const parts = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]*)$/.exec(text);
  if (parts === null) return null;
  const [, header = '', payload = '', signature = ''] = parts;
  return {
    header: readJson(Buffer.from(header, 'base64url')),
    payload: Buffer.from(payload, 'base64url'),
    signature: Buffer.from(signature, 'base64url'),
    signed: text.slice(0, text.lastIndexOf('.')),
  };
}

/** JSON of UTF-8 bytes, or undefined. */
export function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Says whether the signature is ES256 (64 bytes r|s) over the signed text by the key. RFC 7518 §3.4. */
export function isSignedBy(jws: CompactJws, jwk: WireEcPublicJwk): boolean {
  if (jws.signature.length !== 64) return false;
  const key = createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, format: 'jwk' });
  return verify('sha256', Buffer.from(jws.signed, 'ascii'), { key, dsaEncoding: 'ieee-p1363' }, jws.signature);
}
