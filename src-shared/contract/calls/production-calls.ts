import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { row } from '../row.ts';
import { cardTraceView } from '../views/card-trace-view.ts';
import { batchView } from '../views/batch-views.ts';
import { productionView } from '../views/line-views.ts';
import { batch, nothing, done } from './call-inputs.ts';

/** Lines and the cards in them. */
export const productionCalls = {
  start: row('run-production', { kind: 'batch', field: 'batch' })
    .input(z.strictObject({ batch: z.string().max(64), lines: z.array(z.string().max(40)).max(16).optional() }))
    .output(batchView),
  pause: row('run-production', { kind: 'batch', field: 'batch' }).input(batch).output(batchView),
  resume: row('run-production', { kind: 'batch', field: 'batch' }).input(batch).output(batchView),
  lines: row('see-batches', { kind: 'filtered' }).input(nothing).output(productionView),
  watch: row('see-batches', { kind: 'filtered' }).input(nothing).output(eventIterator(productionView)),
  /** The operator's answer to a line that asks. */
  resolve: row('run-production', { kind: 'line', field: 'line' })
    .input(
      z.strictObject({
        line: z.string().max(40),
        choice: z.enum(['retry', 'reject-card', 'stop-batch', 'continue', 'card-removed', 'card-missing']),
      }),
    )
    .output(done),
  /** The card as it was sent to the printer, PNG; only while the batch is open. */
  picture: row('decide-look', { kind: 'attempt', field: 'attempt' })
    .input(z.strictObject({ attempt: z.string().max(64), side: z.enum(['front', 'back']) }))
    .output(z.strictObject({ pngBase64: z.string() })),
  /** What was said to the chip of a card of the last hours, secrets and personal data withheld; null when it is no longer remembered. */
  trace: row('see-batches', { kind: 'attempt', field: 'attempt' })
    .input(z.strictObject({ attempt: z.string().max(64) }))
    .output(z.strictObject({ exchanges: z.array(cardTraceView).nullable() })),
} as const;
