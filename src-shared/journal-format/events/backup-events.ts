import type { z } from 'zod';

/** Backups, restores and what was resolved with the copy of the CMS. */
export const backupEvents = {} as const satisfies Record<string, z.ZodType>;
