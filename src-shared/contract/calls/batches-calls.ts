import { z } from 'zod';
import { row } from '../row.ts';
import { approvalView } from '../views/approval-views.ts';
import {
  attemptView,
  availableBatchView,
  balanceView,
  batchState,
  batchView,
  recordFilter,
  recordView,
} from '../views/batch-views.ts';
import { batch, page, nothing } from './call-inputs.ts';

/** Batches from the pull to the report. */
export const batchesCalls = {
  available: row('see-batches', { kind: 'filtered' })
    .input(nothing)
    .output(z.strictObject({ batches: z.array(availableBatchView) })),
  pull: row('pull-batch', { kind: 'available-batch', field: 'batch' }).input(batch).output(batchView),
  list: row('see-batches', { kind: 'filtered' })
    .input(z.strictObject({ state: z.union([batchState, z.enum(['open', 'all'])]).default('open'), ...page }))
    .output(z.strictObject({ batches: z.array(batchView), total: z.number().int() })),
  get: row('see-batches', { kind: 'batch', field: 'batch' }).input(batch).output(batchView),
  records: row('see-batches', { kind: 'batch', field: 'batch' })
    .input(z.strictObject({ batch: z.string().max(64), filter: recordFilter, ...page }))
    .output(z.strictObject({ records: z.array(recordView), total: z.number().int() })),
  attempts: row('see-batches', { kind: 'batch', field: 'batch' })
    .input(z.strictObject({ batch: z.string().max(64), ...page }))
    .output(z.strictObject({ attempts: z.array(attemptView), total: z.number().int() })),
  requestRelease: row('request-release', { kind: 'batch', field: 'batch' }).input(batch).output(approvalView),
  balance: row('see-balance', { kind: 'batch', field: 'batch' }).input(batch).output(balanceView),
  requestClose: row('request-close', { kind: 'batch', field: 'batch' }).input(batch).output(approvalView),
  /** The batch report as PDF; there is one once the batch is closed. */
  report: row('see-balance', { kind: 'batch', field: 'batch' })
    .input(batch)
    .output(z.strictObject({ fileName: z.string(), pdfBase64: z.string() })),
} as const;
