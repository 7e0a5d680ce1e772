import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { concatBytes } from '#shared/bytes/bytes.ts';
import type { EcPublicJwk } from '../port.ts';

/** An uncompressed P-256 point (04 | x | y, 65 bytes) as JWK. SEC 1 v2.0 §2.3.3. */
export function jwkOfPoint(point: Uint8Array): EcPublicJwk {
  if (point.length !== 65 || point[0] !== 4) throw new RangeError('not an uncompressed point of P-256');
  const text = (from: number): string => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  return { kty: 'EC', crv: 'P-256', x: text(1), y: text(33) };
}

/** A JWK as uncompressed point; throws when a coordinate is not 32 bytes. */
export function pointOfJwk(jwk: { readonly x?: string; readonly y?: string }): Uint8Array {
  const point = concatBytes(
    Uint8Array.of(4),
    Buffer.from(jwk.x ?? '', 'base64url'),
    Buffer.from(jwk.y ?? '', 'base64url'),
  );
  if (point.length !== 65) throw new RangeError('coordinates of a wrong length');
  return point;
}

/** A point as public key; throws when it does not lie on the curve (agreeing with such a point would leak the private key). */
export function publicKeyOfPoint(point: Uint8Array): KeyObject {
  return createPublicKey({ key: { ...jwkOfPoint(point) }, format: 'jwk' });
}
