import { z } from 'zod';

const milliseconds = z.number().int().nonnegative();

/** Start grants after the release, their time, and what the CMS took back. Subjects carry batch, but for the station's own loss. */
export const grantEvents = {
  /** A refill: orders and time anew. The compact JWS is kept whole. */
  'grant.received': z.strictObject({
    grant: z.string(),
    id: z.string(),
    number: z.number().int().positive(),
    count: z.number().int().positive(),
    index: z.number().int().positive(),
    validForSeconds: z.number().int().positive(),
  }),
  /** How much of the newest grant's time was used up when this was written, so that a restart goes on counting from here. */
  'grant.time-counted': z.strictObject({ grant: z.string(), used: milliseconds }),
  /** The lease ran out: orders from an index on, never granted, are held back here and made elsewhere. */
  'batch.orders-returned': z.strictObject({ from: z.number().int().positive(), reason: z.string() }),
  /** The batch is no longer this station's: none of its cards may be begun any more. */
  'batch.lost': z.strictObject({ code: z.string(), why: z.string() }),
  /** Two people at the CMS declared this station lost. */
  'station.declared-lost': z.strictObject({ text: z.string() }),
} as const satisfies Record<string, z.ZodType>;
