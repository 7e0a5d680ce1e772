import { z } from 'zod';
import { environment } from '../../domain/identifiers.ts';

const bytes = (fewest: number, most: number) =>
  z.string().regex(new RegExp(`^(?:[0-9a-f]{2}){${String(fewest)},${String(most)}}$`));
/** YYYY-MM. */
const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
const authority = { rid: bytes(5, 5), index: z.number().int().min(0).max(255) } as const;

/** Certificates of issuer keys: all of it is public, and bytes are lower-case hexadecimal. */
export const certificateEvents = {
  /** A public key of a scheme's certification authority, checked against its own check sum. */
  'scheme-authority.imported': z.strictObject({
    ...authority,
    modulus: bytes(64, 248),
    exponent: bytes(1, 3),
    expires: month,
    /** SHA-1 of EMV Book 2 §11.2.2. */
    checkSum: bytes(20, 20),
    environment,
  }),
  /** An issuer key asked for its certificate; the subject is the key. */
  'issuer-certificate.requested': z.strictObject({
    issuerIdentifier: z.string().regex(/^\d{3,8}$/),
    expires: month,
    trackingNumber: z.string().regex(/^\d{6}$/),
    serial: bytes(3, 3),
    /** SHA-1 of the request, to be read out over another channel. */
    hash: bytes(20, 20),
    environment,
  }),
  /** A certificate of an issuer key, opened with the authority's key and found to answer the request; the subject is the key. */
  'issuer-certificate.imported': z.strictObject({
    ...authority,
    issuerIdentifier: z.string().regex(/^\d{3,8}$/),
    /** Given by the authority. */
    serial: bytes(3, 3),
    expires: month,
    /** Tags 90, 92 and 9F32. */
    certificate: bytes(64, 248),
    remainder: bytes(0, 248),
    exponent: bytes(1, 3),
    modulus: bytes(64, 248),
    environment,
  }),
} as const satisfies Record<string, z.ZodType>;
