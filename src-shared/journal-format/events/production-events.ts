import { z } from 'zod';
import { sha256Hex } from '../../domain/identifiers.ts';
import { passPartName, signedPass } from '../pass-certificate.ts';

/** The steps of a job, in the order in which they may occur. */
export const stepName = z.enum([
  'feed',
  'connect-chip',
  'preflight',
  'personalise',
  'verify-chip',
  'release-chip',
  'write-stripe',
  'verify-stripe',
  'print',
  'eject',
  'reject',
]);
export type StepName = z.infer<typeof stepName>;

/** Where a blank ended (DESIGN 6.7). */
export const disposition = z.enum(['good', 'rejected', 'spoiled', 'test', 'returned', 'missing']);
export type Disposition = z.infer<typeof disposition>;

/** One comparison of what the card bears with what the plan says. */
export const proofFinding = z.strictObject({ code: z.string(), item: z.string(), text: z.string() });

/** One thing that a proof says of one application of a chip, by one clause. */
const proofCheck = z.strictObject({
  application: z.string(),
  name: z.string(),
  clause: z.string(),
  outcome: z.enum(['right', 'wrong', 'not-done']),
});

/** A card that was lost and is replaced by another of the same order. */
export const replacedCard = z.strictObject({
  attempt: z.string(),
  chipSerial: z.string().nullable(),
  disposition,
  reason: z.string(),
});
export type ReplacedCard = z.infer<typeof replacedCard>;

/** Attempts, blanks and looks. Subjects carry batch, order, attempt, line, lot. */
export const productionEvents = {
  'attempt.started': z.strictObject({
    number: z.number().int().positive(),
    lot: z.string(),
    grant: z.string(),
    planDigest: sha256Hex,
    /** The attempt of the same order whose blank was lost before; absent for the first card of an order. */
    replaces: z.string().exactOptional(),
    /** The card can end as good only with a signed pass certificate, and these parts proven; absent in journals from before there were any. */
    certificate: z
      .strictObject({ parts: z.array(passPartName), lookEvery: z.number().int().positive() })
      .exactOptional(),
  }),
  'attempt.intent': z.strictObject({
    step: stepName,
    effect: z.enum(['none', 'repeatable', 'irreversible']),
    /** The printer's counters just before the step's first try, where a probe will need them. */
    counters: z.strictObject({ cards: z.number().int(), panels: z.number().int() }).nullable(),
  }),
  'attempt.mark': z.strictObject({ name: z.string() }),
  'attempt.chip-identified': z.strictObject({ chipSerial: z.string(), atr: z.string() }),
  'attempt.outcome': z.strictObject({
    step: stepName,
    outcome: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('done') }),
      z.strictObject({
        kind: z.literal('failed'),
        code: z.string(),
        details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      }),
    ]),
  }),
  /** After a crash: what the probe (or the operator) found about an intent without outcome. */
  'attempt.settled': z.strictObject({
    step: stepName,
    by: z.enum(['probe', 'operator']),
    found: z.enum(['happened', 'did-not-happen', 'unknown']),
    evidence: z.string(),
  }),
  'attempt.verified': z.strictObject({
    part: z.enum(['chip', 'stripe', 'print']),
    verdict: z.enum(['same', 'differs']),
    findings: z.array(proofFinding),
    readDigest: sha256Hex,
    /** The chip's transaction counter after the proof; absent where the chip was not asked. */
    transactionCounter: z.number().int().min(0).max(0xffff).exactOptional(),
    /** What was proven of the chip, clause by clause; absent of a stripe. */
    checks: z.array(proofCheck).min(1).exactOptional(),
  }),
  /** The certificate of a card that is about to end as good, in the same transaction. */
  'attempt.passed': signedPass,
  'attempt.ended': z.strictObject({
    disposition,
    decidedBy: z.enum(['engine', 'operator', 'look', 'recovery']),
    reason: z.string(),
    /** Set for a good card: SHA-256 of its pass certificate. */
    passDigest: sha256Hex.nullable(),
  }),
  /** A test card of the order of the subjects was tried; the order itself was not touched. No step holds a PIN or an account. */
  'card.exercised': z.strictObject({
    product: z.string(),
    steps: z.array(
      z.strictObject({ name: z.string(), clause: z.string(), outcome: z.enum(['right', 'wrong']), text: z.string() }),
    ),
  }),
  'order.made': z.strictObject({
    attempt: z.string(),
    /** Serial of the chip; absent for a card without one. */
    chipSerial: z.string().exactOptional(),
    /** Every card of the order that was lost before, oldest first: the CMS must know which serial replaces which. */
    replaces: z.array(replacedCard).exactOptional(),
  }),
  'line.fault': z.strictObject({
    code: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    decision: z.string(),
  }),
  'line.resumed': z.strictObject({ choice: z.string() }),
  'look.asked': z.strictObject({ reason: z.enum(['first', 'every-nth', 'last', 'asked']) }),
  'look.decided': z.strictObject({ result: z.enum(['good', 'bad']), reasonCode: z.string(), remark: z.string() }),
} as const satisfies Record<string, z.ZodType>;
