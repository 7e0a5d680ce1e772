import { z } from 'zod';
import { row } from '../row.ts';
import { lotView } from '../views/evidence-views.ts';
import { nothing } from './call-inputs.ts';

/** Blanks, ribbons and where they are. */
export const stockCalls = {
  lots: row('see-stock', { kind: 'none' })
    .input(nothing)
    .output(z.strictObject({ lots: z.array(lotView) })),
  load: row('load-stock', { kind: 'none' })
    .input(z.strictObject({ lot: z.string().max(64), line: z.string().max(40) }))
    .output(lotView),
} as const;
