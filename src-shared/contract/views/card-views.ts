import { z } from 'zod';
import { passCertificate, signedPass } from '../../journal-format/pass-certificate.ts';
import { disposition } from '../../journal-format/events/production-events.ts';

/** The pass certificate of one card: as signed, what it says, and what became of the card since. */
export const passView = z.strictObject({
  attempt: z.string(),
  /** The station's text and signature, byte for byte. */
  signed: signedPass,
  /** What the text says. */
  certificate: passCertificate,
  /** SHA-256 of the text, as the end of the attempt and the CMS name it. */
  digest: z.string(),
  /** The station's signing key, P-256, base64url coordinates: anybody can check the signature with it. */
  signingKey: z.strictObject({ x: z.string(), y: z.string() }),
  /** Checked now under that key. */
  signature: z.enum(['right', 'wrong']),
  issuerTitle: z.string(),
  productTitle: z.string(),
  /** A good card may be recalled later: its certificate stays what it was. */
  disposition,
  looks: z.array(
    z.strictObject({
      reason: z.string(),
      asked: z.string(),
      result: z.enum(['good', 'bad']).nullable(),
      by: z.string().nullable(),
    }),
  ),
});
export type PassView = z.infer<typeof passView>;

/**
 * What is known of a chip that was rejected: `untouched`: no key was tried on it; `tried`: an authentication was begun and not proven, which may have cost
 * a try; `opened`: its channel was open, what was done then is not known in full; `half-made`: personalisation was begun and not finished;
 * `made`: personalisation was finished.
 */
export const chipTruth = z.enum(['untouched', 'tried', 'opened', 'half-made', 'made']);
export type ChipTruth = z.infer<typeof chipTruth>;

/** One chip card that may not be used again. */
export const quarantinedCardView = z.strictObject({
  chipSerial: z.string(),
  atr: z.string().nullable(),
  attempt: z.string(),
  batch: z.string(),
  order: z.string(),
  issuer: z.string(),
  lot: z.string(),
  line: z.string(),
  disposition: z.enum(['rejected', 'spoiled', 'missing']),
  decidedBy: z.string(),
  /** Code of the fault, and what it says; null where a person or a look decided. */
  fault: z.strictObject({ code: z.string(), text: z.string() }),
  /** The last step that was begun. */
  step: z.string().nullable(),
  /** The last point of the dialogue with the chip that the journal holds. */
  lastMark: z.string().nullable(),
  since: z.string(),
  truth: chipTruth,
  /** What the blank showed before any key was tried; null where this station no longer has the product. */
  blank: z.strictObject({ application: z.string(), lifeCycle: z.string(), keyVersion: z.number().int() }).nullable(),
  place: z.enum(['reject-box', 'taken-out', 'missing', 'destroyed']),
  /** How often it was fed again since, and refused. */
  metAgain: z.number().int().nonnegative(),
});
export type QuarantinedCardView = z.infer<typeof quarantinedCardView>;
