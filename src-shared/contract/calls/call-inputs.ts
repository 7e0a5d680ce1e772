import { z } from 'zod';

/** Input of a call about one batch. */
export const batch = z.strictObject({ batch: z.string().max(64) });
/** Input of a call about one attempt. */
export const attempt = z.strictObject({ attempt: z.string().max(64) });
/** Input members of a call that answers one page of a list. */
export const page = {
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(500).default(100),
};
export const nothing = z.strictObject({});
export const done = z.strictObject({ done: z.literal(true) });
export const password = z.string().min(1).max(200);
