import { z } from 'zod';

export const approvalState = z.enum(['open', 'given', 'refused', 'withdrawn', 'expired', 'used']);

/** An approval with the exact bytes to sign; the page renders from `statement` alone. */
export const approvalView = z.strictObject({
  approval: z.string(),
  act: z.string(),
  state: approvalState,
  /** RFC 8785 JSON text. */
  statement: z.string(),
  statementDigest: z.string(),
  issuer: z.string().nullable(),
  asker: z.string(),
  askerName: z.string(),
  requested: z.string(),
  expires: z.string(),
  approversNeeded: z.number().int(),
  signed: z.array(z.strictObject({ person: z.string(), displayName: z.string(), time: z.string() })),
  subjects: z.record(z.string(), z.string()),
});
export type ApprovalView = z.infer<typeof approvalView>;
