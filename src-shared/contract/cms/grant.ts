import { z } from 'zod';
import { batchId, sha256Hex, stationId } from '../../domain/identifiers.ts';
import { grantId, instant, jwsCompact, keyId, leaseId } from './wire-text.ts';

/** Body of `POST /v1/leases/:lease/grant`: SHA-256 of the release statement's bytes, so the grant names what two people signed. */
export const grantRequest = z.strictObject({ releaseDigest: sha256Hex });
export type GrantRequest = z.infer<typeof grantRequest>;

/** Answer: the grant as JWS compact. Asking again with the same digest answers the same grant; with another 409 `GRANT-DIFFERS`. */
export const grantAnswer = z.strictObject({ grant: jwsCompact.max(8_192) });
export type GrantAnswer = z.infer<typeof grantAnswer>;

/** Claims of the signed start grant: without one no card of the batch may be begun. */
export const grantClaims = z.strictObject({
  version: z.literal(1),
  id: grantId,
  batch: batchId,
  lease: leaseId,
  station: stationId,
  count: z.int().min(1),
  orders: z.literal('all-of-batch'),
  releaseDigest: sha256Hex,
  validForSeconds: z.int().min(1),
  issuedAt: instant,
});
export type GrantClaims = z.infer<typeof grantClaims>;

/** The one protected header that a grant may bear. */
export const grantHeader = z.strictObject({
  alg: z.literal('ES256'),
  typ: z.literal('cardwright-grant+jwt'),
  kid: keyId,
});
export type GrantHeader = z.infer<typeof grantHeader>;
