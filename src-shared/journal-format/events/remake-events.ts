import { z } from 'zod';
import { rejectReason, remakeReason } from '../../domain/reject-reason.ts';

/** Cards that are made again, and good cards turned to rejected. Subjects carry batch, order, attempt. */
export const remakeEvents = {
  /** A person found a good card not good after the fact; the `attempt.ended` that follows changes its disposition. */
  'attempt.recalled': z.strictObject({ reasonCode: rejectReason, remark: z.string() }),
  /** Asked for, waits for the second person. Subject `attempt` is the card to be replaced. */
  'order.remake-requested': z.strictObject({ approval: z.string(), reasonCode: remakeReason, remark: z.string() }),
  /** Two people have signed: one more blank may be used for this order. */
  'order.remake-released': z.strictObject({ approval: z.string() }),
} as const satisfies Record<string, z.ZodType>;
