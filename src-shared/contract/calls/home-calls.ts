import { z } from 'zod';
import { row } from '../row.ts';
import { nothing } from './call-inputs.ts';

/** What waits for a person. */
export const homeCalls = {
  /** What waits for this person, most urgent first. */
  waiting: row('see-home', { kind: 'filtered' })
    .input(nothing)
    .output(
      z.strictObject({
        tasks: z.array(
          z.strictObject({
            kind: z.enum([
              'approval',
              'look',
              'line-fault',
              /** A card whose work was broken off: it is, or may be, in a machine. */
              'unknown-card',
              'batch-ready',
              'batch-made',
              'batch-available',
              'batch-running',
              'day',
              'count',
              'destruction',
              'batch-lost',
              'sync-trouble',
              'backup-failed',
              'key-alarm',
              'key-not-made',
              /** A key ceremony in which it is this person's turn. */
              'ceremony',
            ]),
            title: z.string(),
            detail: z.string(),
            /** Where the page goes: a route of the renderer. */
            route: z.string(),
            urgent: z.enum(['yes', 'no']),
          }),
        ),
        today: z.strictObject({
          good: z.number().int(),
          rejected: z.number().int(),
          batchesClosed: z.number().int(),
        }),
      }),
    ),
} as const;
