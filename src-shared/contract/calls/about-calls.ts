import { z } from 'zod';
import { row } from '../row.ts';
import { nothing } from './call-inputs.ts';

/** What runs here. */
export const aboutCalls = {
  get: row('see-home', { kind: 'none' })
    .input(nothing)
    .output(
      z.strictObject({
        version: z.string(),
        station: z.string(),
        mode: z.string(),
        node: z.string(),
        dataFolder: z.string(),
        hsm: z.string(),
        cms: z.string(),
        shell: z.string(),
        licences: z.array(z.strictObject({ name: z.string(), version: z.string(), licence: z.string() })),
      }),
    ),
} as const;
