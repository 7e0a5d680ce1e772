import { z } from 'zod';
import { utf8 } from '../bytes/bytes.ts';
import { environment, sha256Hex } from '../domain/identifiers.ts';
import { canonicalJson } from './entry.ts';

/** One check of a proof: what was looked at, by which clause, and how it came out. */
export const passCheck = z.strictObject({
  /** The chip's application that it is about; null for stripe and print. */
  application: z.string().nullable(),
  name: z.string(),
  clause: z.string(),
  outcome: z.enum(['right', 'wrong', 'not-done']),
});
export type PassCheck = z.infer<typeof passCheck>;

export const passPartName = z.enum(['print', 'chip', 'stripe']);
export type PassPartName = z.infer<typeof passPartName>;

/** What was proven of one part of a card. */
export const passPart = z.strictObject({
  part: passPartName,
  verdict: z.literal('same'),
  /** HMAC-SHA-256 under a key that only the holder of the sealed record can make, over all that was read. */
  readDigest: sha256Hex,
  /** The chip's transaction counter after the proof; null where it was not asked for. */
  transactionCounter: z.number().int().min(0).max(0xffff).nullable(),
  checks: z.array(passCheck).min(1),
});
export type PassPart = z.infer<typeof passPart>;

/**
 * What the station states of one good card. It follows from the journal's entries about the attempt alone, so that it is the same whenever it is
 * made. It holds no name and no more of a PAN than first six and last four digits.
 */
export const passCertificate = z.strictObject({
  purpose: z.literal('cardwright-pass'),
  version: z.literal(1),
  station: z.string(),
  environment,
  issuer: z.string(),
  batch: z.string(),
  order: z.string(),
  attempt: z.string(),
  /** Which attempt for its order, from 1. */
  number: z.number().int().positive(),
  line: z.string(),
  lot: z.string(),
  product: z.string(),
  productDigest: sha256Hex,
  planDigest: sha256Hex,
  maskedPan: z.string().nullable(),
  chipSerial: z.string().nullable(),
  atr: z.string().nullable(),
  parts: z.array(passPart),
  /** The steps that were done, in order, each with the time of its outcome; `settled` where a probe or a person found that it had been done. */
  steps: z.array(z.strictObject({ step: z.string(), outcome: z.enum(['done', 'settled']), time: z.string() })).min(1),
  /** Keys that two people signed for the batch, by name and check value. */
  keys: z.array(z.strictObject({ name: z.string(), kcv: z.string() })),
  /** The release that the card was made under. */
  release: z.string().nullable(),
  /** People look at the first card of the batch, at each whose number this divides, and at the last; a look is an event of its own. */
  lookEvery: z.number().int().positive().nullable(),
  /** Time of the last entry about the attempt, which the certificate stands on. */
  time: z.string(),
  /** That entry: its place in the station's journal, and its hash. */
  entry: z.strictObject({ sequence: z.number().int().positive(), hash: sha256Hex }),
  /** RFC 7638 thumbprint of the signing key, base64url. */
  signedBy: z.string(),
});
export type PassCertificate = z.infer<typeof passCertificate>;

/** A certificate's RFC 8785 text and the station's ES256 signature over it: 64 bytes r|s as base64url. */
export const signedPass = z.strictObject({
  certificate: z.string().max(60_000),
  signature: z.string().regex(/^[\w-]{86}$/),
});
export type SignedPass = z.infer<typeof signedPass>;

/** The text that is signed: RFC 8785 form of the certificate. */
export function passText(certificate: PassCertificate): string {
  return canonicalJson(certificate);
}

/** The bytes that the signature covers. */
export function passBytes(text: string): Uint8Array<ArrayBuffer> {
  return utf8(text);
}

/** The certificate in a text; null when it is none, or not in its one canonical form. */
export function readPass(text: string): PassCertificate | null {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = passCertificate.safeParse(content);
  return parsed.success && canonicalJson(parsed.data) === text ? parsed.data : null;
}

/** RFC 7638: the text whose SHA-256 names a P-256 public key. */
export function thumbprintText({ x, y }: { readonly x: string; readonly y: string }): string {
  return canonicalJson({ crv: 'P-256', kty: 'EC', x, y });
}
