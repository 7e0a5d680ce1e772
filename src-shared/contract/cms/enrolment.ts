import { z } from 'zod';
import { environment, issuerId, stationId } from '../../domain/identifiers.ts';
import { ecPublicJwk, jweCompact, keyId } from './wire-text.ts';

const pem = z
  .string()
  .max(16_384)
  .regex(/^-----BEGIN [A-Z ]+-----\r?\n[A-Za-z0-9+/=\r\n]+-----END [A-Z ]+-----\s*$/);

/** The one-time code that a person carries from the CMS to the station: 20 characters of Crockford's base 32 in groups of five. */
export const enrolmentCode = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$/);

/**
 * Body of `POST /v1/enrol`, the only call without a client certificate.
 *
 * `csr` is PKCS#10 in PEM for the station's TLS key (EC P-256, transport only); its subject is ignored, the CMS names the station.
 */
export const enrolmentRequest = z.strictObject({
  code: enrolmentCode,
  station: stationId,
  csr: pem,
  recordKey: ecPublicJwk,
  signingKey: ecPublicJwk,
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequest>;

/** A public key by which the CMS signs manifests and grants; `kid` is its RFC 7638 thumbprint. */
export const cmsSigningKey = z.strictObject({ kid: keyId, jwk: ecPublicJwk });
export type CmsSigningKey = z.infer<typeof cmsSigningKey>;

/**
 * A DGI transport key for the station's HSM: JWE compact (`ECDH-ES+A256KW`, `A256GCM`) to the record decryption key, whose plaintext is the
 * 32 key bytes. `kcv` is the first 3 bytes of the AES-CMAC of a zero block.
 */
export const transportKey = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9./-]{0,79}$/),
  issuer: issuerId,
  environment,
  kcv: z.string().regex(/^[0-9a-f]{6}$/),
  jwe: jweCompact.max(4_096),
});
export type TransportKey = z.infer<typeof transportKey>;

/** Answer of `POST /v1/enrol`: all that the station needs to speak to this CMS from now on. */
export const enrolmentAnswer = z.strictObject({
  station: stationId,
  environment,
  certificate: pem,
  authority: pem,
  signingKeys: z.array(cmsSigningKey).min(1).max(8),
  transportKeys: z.array(transportKey).max(64),
  issuers: z.array(z.strictObject({ id: issuerId, name: z.string().min(1).max(80) })).max(64),
});
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswer>;

/** The protected header of a transport key's JWE: the ephemeral key, and the party information as base64url (station, key name). */
export const transportKeyHeader = z.strictObject({
  alg: z.literal('ECDH-ES+A256KW'),
  enc: z.literal('A256GCM'),
  typ: z.literal('cardwright-transport-key'),
  epk: ecPublicJwk,
  apu: z.string().max(200),
  apv: z.string().max(200),
});
export type TransportKeyHeader = z.infer<typeof transportKeyHeader>;
