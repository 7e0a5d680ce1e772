import type { z } from 'zod';

/** Lots, custody, counts, days and destruction. Subjects carry lot, line, day. */
export const stockEvents = {} as const satisfies Record<string, z.ZodType>;
