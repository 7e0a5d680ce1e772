import { z } from 'zod';
import { rejectReason, remakeReason } from '../../domain/reject-reason.ts';
import { row } from '../row.ts';
import { approvalView } from '../views/approval-views.ts';
import { attemptView } from '../views/batch-views.ts';
import { remakeView } from '../views/remake-views.ts';
import { attempt, batch, remark } from './call-inputs.ts';

/** Cards that are made again. */
export const remakeCalls = {
  /** Orders of a batch that wait for two people before another blank is used for them. */
  list: row('see-batches', { kind: 'batch', field: 'batch' })
    .input(batch)
    .output(z.strictObject({ remakes: z.array(remakeView) })),
  /** Asks for one more blank for an order; a second person signs. */
  request: row('request-remake', { kind: 'batch', field: 'batch' })
    .input(
      z.strictObject({
        ...batch.shape,
        order: z.string().max(64),
        reasonCode: remakeReason,
        remark: remark.default(''),
      }),
    )
    .output(approvalView),
  /** Turns a good card to rejected after the fact; its order then waits for two people. */
  recall: row('request-remake', { kind: 'attempt', field: 'attempt' })
    .input(z.strictObject({ ...attempt.shape, reasonCode: rejectReason, remark: remark.default('') }))
    .output(attemptView),
} as const;
