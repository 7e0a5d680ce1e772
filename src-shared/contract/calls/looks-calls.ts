import { z } from 'zod';
import { rejectReasons } from '../../domain/reject-reason.ts';
import { row } from '../row.ts';
import { lookView } from '../views/line-views.ts';
import { attempt, remark } from './call-inputs.ts';

/** A person's look at finished cards. */
export const looksCalls = {
  list: row('decide-look', { kind: 'filtered' })
    .input(
      z.strictObject({
        batch: z.string().max(64).optional(),
        show: z.enum(['outstanding', 'all']).default('outstanding'),
      }),
    )
    .output(z.strictObject({ looks: z.array(lookView) })),
  decide: row('decide-look', { kind: 'attempt', field: 'attempt' })
    .input(
      z.strictObject({
        ...attempt.shape,
        result: z.enum(['good', 'bad']),
        reasonCode: z.enum(['as-proof', ...rejectReasons]),
        remark: remark.default(''),
      }),
    )
    .output(lookView),
} as const;
