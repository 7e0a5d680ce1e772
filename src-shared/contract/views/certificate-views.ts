import { z } from 'zod';

/** A public key of a scheme's certification authority. Bytes are lower-case hexadecimal, months YYYY-MM. */
export const authorityKeyView = z.strictObject({
  rid: z.string(),
  index: z.number().int(),
  bits: z.number().int(),
  expires: z.string(),
  /** SHA-1 of EMV 4.4 Book 2 §11.2.2. */
  hash: z.string(),
  environment: z.enum(['test', 'live']),
});
export type AuthorityKeyView = z.infer<typeof authorityKeyView>;

/** A request for an issuer certificate: its readable fields, and the bytes to send. */
export const certificateRequestView = z.strictObject({
  key: z.string(),
  issuerIdentifier: z.string(),
  expires: z.string(),
  trackingNumber: z.string(),
  serial: z.string(),
  modulus: z.string(),
  exponent: z.string(),
  /** SHA-1 of the request, to be read out over another channel. */
  hash: z.string(),
  hex: z.string(),
  base64: z.string(),
});
export type CertificateRequestView = z.infer<typeof certificateRequestView>;
