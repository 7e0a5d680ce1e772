import { z } from 'zod';
import { batchId, sha256Hex, stationId } from '../../domain/identifiers.ts';
import { maximumBatchRecords } from './manifest.ts';
import { grantId, instant, jwsCompact, keyId, leaseId } from './wire-text.ts';

/** Longest that a grant may hold: what would keep a lost station working for longer is no grant. */
export const maximumGrantSeconds = 30 * 86_400;

/**
 * Body of `POST /v1/leases/:lease/grant`: SHA-256 of the release statement's bytes, so the grant names what two people signed.
 *
 * The first call is the release; each further one a refill: orders and time as far as the issuer's terms allow now. Harmless when
 * repeated: only orders of which the CMS has heard that a card was begun make room for further ones.
 */
export const grantRequest = z.strictObject({ releaseDigest: sha256Hex });
export type GrantRequest = z.infer<typeof grantRequest>;

/** Answer: the grant as JWS compact; 409 `GRANT-DIFFERS` for another release than the first. */
export const grantAnswer = z.strictObject({ grant: jwsCompact.max(8_192) });
export type GrantAnswer = z.infer<typeof grantAnswer>;

/** Claims of a signed start grant: without one that holds no card of the batch may be begun. */
export const grantClaims = z
  .strictObject({
    version: z.literal(2),
    id: grantId,
    batch: batchId,
    lease: leaseId,
    station: stationId,
    /** Counts the grants of a lease from 1: an older one that comes again is known by it. */
    number: z.int().min(1),
    /** Most orders of the batch of which a card may have been begun, those of all earlier grants counted in. */
    count: z.int().min(1).max(maximumBatchRecords),
    /** Every order that was ever granted: all whose index lies below this one, cumulative. */
    orders: z.strictObject({ kind: z.literal('below-index'), index: z.int().min(1).max(maximumBatchRecords) }),
    releaseDigest: sha256Hex,
    /** Seconds from the moment that the station asked, by its monotonic clock. */
    validForSeconds: z.int().min(1).max(maximumGrantSeconds),
    /** When the station should ask again: with at most so many orders left, or after so many seconds. */
    refill: z.strictObject({ below: z.int().min(0), afterSeconds: z.int().min(1) }),
    /** The lease ran out: orders from this index on went back to the CMS, and this batch will never have them. */
    returnedFrom: z.int().min(1).max(maximumBatchRecords).nullable(),
    issuedAt: instant,
  })
  .refine(({ count, orders }) => count <= orders.index, 'more orders than are named');
export type GrantClaims = z.infer<typeof grantClaims>;

/** The one protected header that a grant may bear. */
export const grantHeader = z.strictObject({
  alg: z.literal('ES256'),
  typ: z.literal('cardwright-grant+jwt'),
  kid: keyId,
});
export type GrantHeader = z.infer<typeof grantHeader>;
