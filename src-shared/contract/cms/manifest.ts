import { z } from 'zod';
import { batchId, environment, issuerId, productReference, sha256Hex, stationId } from '../../domain/identifiers.ts';
import { base64url, day, ecPublicJwk, instant, keyId, leaseId } from './wire-text.ts';

/** Most records one batch may hold. */
export const maximumBatchRecords = 200_000;
/** Most characters of a manifest's compact form: 200,000 digests of 64 digits in base64url, and room for the rest. */
export const maximumManifestLength = 20 * 1024 * 1024;

export const batchPriority = z.enum(['normal', 'urgent']);
export type BatchPriority = z.infer<typeof batchPriority>;

/**
 * How the batch's content key is wrapped for the station's record decryption key: RFC 7518 §4.6, key agreement over P-256, Concat KDF to
 * 32 bytes with AlgorithmID `ECDH-ES+A256KW`, then AES key wrap. `apu` is the batch id, `apv` the text `station/lease`, both UTF-8 in
 * base64url: the key opens for this batch, station and lease only.
 */
export const contentKey = z.strictObject({
  alg: z.literal('ECDH-ES+A256KW'),
  encryptedKey: base64url.min(54).max(54),
  epk: ecPublicJwk,
  apu: base64url.min(1).max(200),
  apv: base64url.min(1).max(300),
});
export type ContentKey = z.infer<typeof contentKey>;

/** Claims of the signed manifest of a batch: everything the station must know before it opens one record. */
export const manifestClaims = z.strictObject({
  version: z.literal(1),
  batch: batchId,
  issuer: issuerId,
  product: productReference,
  /** SHA-256 of the product's canonical JSON, where the CMS knows the profile itself; absent where it names product and version only. */
  productDigest: sha256Hex.exactOptional(),
  count: z.int().min(1).max(maximumBatchRecords),
  /** SHA-256 of each record's JWE compact text (ASCII), in order of index from 0. */
  recordDigests: z.array(sha256Hex).min(1).max(maximumBatchRecords),
  due: day,
  priority: batchPriority,
  environment,
  audience: z.strictObject({ station: stationId, lease: leaseId }),
  contentKey,
  issuedAt: instant,
});
export type ManifestClaims = z.infer<typeof manifestClaims>;

/** Reads the version alone, so that a manifest of the future is told apart from a malformed one. */
export const manifestVersion = z.looseObject({ version: z.number() });

/** The one protected header that a manifest may bear; anything more or else is refused. */
export const manifestHeader = z.strictObject({
  alg: z.literal('ES256'),
  typ: z.literal('cardwright-manifest+jwt'),
  kid: keyId,
});
export type ManifestHeader = z.infer<typeof manifestHeader>;
