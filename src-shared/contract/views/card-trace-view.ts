import { z } from 'zod';

/** One exchange with a chip: hexadecimal digits, `**` for each byte that is withheld. */
export const cardTraceView = z.strictObject({
  command: z.string(),
  /** Data and status word; null where a fault came instead. */
  answer: z.string().nullable(),
  fault: z.string().nullable(),
  milliseconds: z.number(),
});
