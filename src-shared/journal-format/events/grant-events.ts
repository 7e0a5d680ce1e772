import type { z } from 'zod';

/** Start grants after the release and what the CMS took back. Subjects carry batch. */
export const grantEvents = {} as const satisfies Record<string, z.ZodType>;
