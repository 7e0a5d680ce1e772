import { z } from 'zod';

/** One card of an order that was lost, oldest first. */
export const lostCardView = z.strictObject({
  attempt: z.string(),
  number: z.number().int(),
  disposition: z.enum(['rejected', 'spoiled', 'missing']),
  /** What ended it, in plain words. */
  why: z.string(),
  chipSerial: z.string().nullable(),
  ended: z.string(),
});

/** An order that is made again only when two people want it. */
export const remakeView = z.strictObject({
  batch: z.string(),
  order: z.string(),
  maskedPan: z.string().nullable(),
  /** Why it waits: code of the catalogue, plain words, next step. */
  waits: z.strictObject({ code: z.string(), text: z.string(), next: z.string() }),
  lost: z.array(lostCardView),
  /** The statement that waits for the second person; null before somebody asks. */
  approval: z.string().nullable(),
  /** Whether this person may ask now. */
  mayAsk: z.enum(['yes', 'no']),
});
export type RemakeView = z.infer<typeof remakeView>;
