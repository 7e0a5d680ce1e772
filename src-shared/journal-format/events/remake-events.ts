import type { z } from 'zod';

/** Cards that are made again, and good cards turned to rejected. Subjects carry batch, order, attempt. */
export const remakeEvents = {} as const satisfies Record<string, z.ZodType>;
