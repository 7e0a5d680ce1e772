import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { row } from '../row.ts';
import { approvalView } from '../views/approval-views.ts';
import { chainView, journalEntryView, verificationView } from '../views/evidence-views.ts';
import { page, nothing } from './call-inputs.ts';

/** The journal: its chain, its entries, its proof. */
export const journalCalls = {
  chain: row('see-journal', { kind: 'none' }).input(nothing).output(chainView),
  search: row('see-journal', { kind: 'filtered' })
    .input(
      z.strictObject({
        text: z.string().max(100).default(''),
        kind: z.string().max(60).default(''),
        subject: z.string().max(64).default(''),
        ...page,
      }),
    )
    .output(z.strictObject({ entries: z.array(journalEntryView), total: z.number().int() })),
  verify: row('verify-journal', { kind: 'none' }).input(nothing).output(verificationView),
  rebuild: row('rebuild-journal', { kind: 'none' })
    .input(nothing)
    .output(
      z.strictObject({
        tables: z.array(
          z.strictObject({ table: z.string(), rows: z.number().int(), result: z.enum(['same', 'mended']) }),
        ),
      }),
    ),
  /** Asks for an export from an entry up to the present end; a supervisor signs what is exported. */
  requestExport: row('export-journal', { kind: 'every-issuer' })
    .input(z.strictObject({ from: z.number().int().min(1).default(1) }))
    .output(approvalView),
  /** JSON lines, one entry each, with payloads: once, by who asked, under the given approval. */
  export: row('export-journal', { kind: 'every-issuer' })
    .input(z.strictObject({ approval: z.string().max(64) }))
    .output(eventIterator(z.strictObject({ lines: z.array(z.string()) }))),
} as const;
