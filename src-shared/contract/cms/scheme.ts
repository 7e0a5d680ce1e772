import { z } from 'zod';
import { environment, issuerId } from '../../domain/identifiers.ts';

/** Whole bytes in lower-case hexadecimal. */
const bytes = (fewest: number, most: number) =>
  z.string().regex(new RegExp(`^(?:[0-9a-f]{2}){${String(fewest)},${String(most)}}$`));
/** RID and index of an authority's key. */
const authority = { rid: bytes(5, 5), index: z.int().min(0).max(255) } as const;

/**
 * Answer of `GET /v1/scheme/authority`: the public key of the scheme's test authority, with its check sum (SHA-1 over RID, index, modulus and
 * exponent, EMV 4.4 Book 2 §11.2.2). A live CMS plays no scheme and answers 404.
 */
export const schemeAuthority = z.strictObject({
  ...authority,
  modulus: bytes(64, 248),
  exponent: bytes(1, 3),
  /** Last month in which it holds, YYYY-MM. */
  expires: z.string().regex(/^20\d{2}-(?:0[1-9]|1[0-2])$/),
  checkSum: bytes(20, 20),
  environment,
});
export type SchemeAuthorityAnswer = z.infer<typeof schemeAuthority>;

/** Longest request: 18 bytes, modulus, exponent, signature. */
const longestRequest = 18 + 248 + 3 + 248;

/**
 * Body of `POST /v1/scheme/issuer-certificates`: an issuer key request of our own form (`signIssuerRequest`), which its key has signed.
 * 422 `ISSUER-REQUEST-INVALID` when it is not, 404 `ISSUER-UNKNOWN` for an issuer without payment cards. The same request gets the same answer.
 */
export const issuerKeyRequest = z.strictObject({ issuer: issuerId, request: bytes(147, longestRequest) });
export type IssuerKeyRequest = z.infer<typeof issuerKeyRequest>;

/** Answer: tags 90, 92 (empty where the certificate holds the whole modulus) and 9F32. */
export const issuerKeyCertificate = z.strictObject({
  ...authority,
  certificate: bytes(64, 248),
  remainder: bytes(0, 248),
  exponent: bytes(1, 3),
});
export type IssuerKeyCertificate = z.infer<typeof issuerKeyCertificate>;
