import { z } from 'zod';
import { row } from '../row.ts';
import { approvalView } from '../views/approval-views.ts';
import { nothing, password, reason } from './call-inputs.ts';

/** Statements that wait for a second person. */
export const approvalsCalls = {
  open: row('own-session', { kind: 'filtered' })
    .input(nothing)
    .output(z.strictObject({ approvals: z.array(approvalView) })),
  get: row('own-session', { kind: 'approval', field: 'approval' })
    .input(z.strictObject({ approval: z.string().max(64) }))
    .output(approvalView),
  /** The second person signs in place: own name and password, whoever's window it is. */
  decide: row('own-session', { kind: 'approval', field: 'approval' })
    .input(
      z.strictObject({
        approval: z.string().max(64),
        approver: z.string().min(1).max(40),
        password,
        statementDigest: z.string().max(64),
        verdict: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('approve') }),
          z.strictObject({ kind: z.literal('refuse'), reason }),
        ]),
      }),
    )
    .output(approvalView),
  withdraw: row('own-session', { kind: 'approval', field: 'approval' })
    .input(z.strictObject({ approval: z.string().max(64) }))
    .output(approvalView),
} as const;
