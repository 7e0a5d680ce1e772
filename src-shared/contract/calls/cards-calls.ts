import { z } from 'zod';
import { row } from '../row.ts';
import { passView, quarantinedCardView } from '../views/card-views.ts';
import { attempt, page } from './call-inputs.ts';

/** Finished cards by their certificates, and chip cards that may not be used again. */
export const cardsCalls = {
  pass: row('see-batches', { kind: 'attempt', field: 'attempt' }).input(attempt).output(passView),
  quarantine: row('see-stock', { kind: 'filtered' })
    .input(z.strictObject({ show: z.enum(['existing', 'all']).default('existing'), ...page }))
    .output(z.strictObject({ cards: z.array(quarantinedCardView), total: z.number().int() })),
} as const;
