import { z } from 'zod';

/** Lease, grant and other identifiers that the CMS makes. */
export const leaseId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .brand<'LeaseId'>();
export type LeaseId = z.infer<typeof leaseId>;

export const grantId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .brand<'GrantId'>();
export type GrantId = z.infer<typeof grantId>;

/** UTC, RFC 3339 with milliseconds, as `Date.prototype.toISOString` writes it. */
export const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
/** A calendar day, YYYY-MM-DD. */
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
/** A number from 0 on as a query holds it: digits, and none before that need not be. */
export const countText = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,14})$/)
  .transform(Number);

/** Base64url without padding (RFC 7515 §2). */
export const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);
/** Five-part JWE compact form (RFC 7516 §7.1). */
export const jweCompact = z
  .string()
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$/);
/** Three-part JWS compact form (RFC 7515 §7.1). */
export const jwsCompact = z.string().regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** A P-256 public key and nothing else (RFC 7518 §6.2.1); private members are refused. */
export const ecPublicJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
});
export type WireEcPublicJwk = z.infer<typeof ecPublicJwk>;

/** Identity of a signing key of the CMS: the RFC 7638 thumbprint of its public JWK. */
export const keyId = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
