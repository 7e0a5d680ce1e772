import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { row } from './row.ts';
import { approvalView } from './views/approval-views.ts';
import {
  attemptView,
  availableBatchView,
  balanceView,
  batchState,
  batchView,
  recordFilter,
  recordView,
} from './views/batch-views.ts';
import {
  chainView,
  deviceView,
  journalEntryView,
  keyView,
  lotView,
  syncView,
  verificationView,
} from './views/evidence-views.ts';
import { lookView, productionView } from './views/line-views.ts';
import { helloView, personView } from './views/session-views.ts';

const batch = z.strictObject({ batch: z.string().max(64) });
const attempt = z.strictObject({ attempt: z.string().max(64) });
const page = { offset: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(500).default(100) };
const nothing = z.strictObject({});
const done = z.strictObject({ done: z.literal(true) });
const password = z.string().min(1).max(200);

/** Areas of state whose views must be asked for again. */
export const topic = z.enum(['batches', 'approvals', 'looks', 'journal', 'sync', 'devices', 'stock', 'session']);
export type Topic = z.infer<typeof topic>;

/** The one table of calls (DESIGN 3): input, output, the act that each needs, and how its issuer is found. */
export const contract = {
  session: {
    hello: row('public', { kind: 'none' }).input(nothing).output(helloView),
    logIn: row('public', { kind: 'none' })
      .input(
        z.strictObject({ person: z.string().min(1).max(40), password, takeOver: z.enum(['no', 'yes']).default('no') }),
      )
      .output(personView),
    logOut: row('own-session', { kind: 'none' }).input(nothing).output(done),
    /** A hand was at this window: the session stays awake. Views that refresh by themselves do not keep it so. */
    touch: row('own-session', { kind: 'none' }).input(nothing).output(done),
    /** Revisions of each topic: a snapshot first, then whenever one changes. A gap means: ask again. */
    watch: row('own-session', { kind: 'none' })
      .input(nothing)
      .output(eventIterator(z.strictObject({ revision: z.number().int(), topics: z.array(topic) }))),
  },
  home: {
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
                'batch-ready',
                'batch-made',
                'batch-available',
                'batch-running',
                'sync-trouble',
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
  },
  batches: {
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
  },
  approvals: {
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
            z.strictObject({ kind: z.literal('refuse'), reason: z.string().min(1).max(400) }),
          ]),
        }),
      )
      .output(approvalView),
    withdraw: row('own-session', { kind: 'approval', field: 'approval' })
      .input(z.strictObject({ approval: z.string().max(64) }))
      .output(approvalView),
  },
  production: {
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
          choice: z.enum(['retry', 'reject-card', 'stop-batch', 'continue', 'card-removed']),
        }),
      )
      .output(done),
    /** The card as it was sent to the printer, PNG; only while the batch is open. */
    picture: row('decide-look', { kind: 'attempt', field: 'attempt' })
      .input(z.strictObject({ attempt: z.string().max(64), side: z.enum(['front', 'back']) }))
      .output(z.strictObject({ pngBase64: z.string() })),
  },
  looks: {
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
          reasonCode: z.enum([
            'as-proof',
            'print-faint',
            'print-lines',
            'print-offset',
            'wrong-data',
            'surface-damage',
            'stripe-damage',
            'chip-damage',
            'other',
          ]),
          remark: z.string().max(400).default(''),
        }),
      )
      .output(lookView),
  },
  stock: {
    lots: row('see-stock', { kind: 'none' })
      .input(nothing)
      .output(z.strictObject({ lots: z.array(lotView) })),
    load: row('load-stock', { kind: 'none' })
      .input(z.strictObject({ lot: z.string().max(64), line: z.string().max(40) }))
      .output(lotView),
  },
  journal: {
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
    /** JSON lines, one entry each, with payloads. */
    export: row('export-journal', { kind: 'every-issuer' })
      .input(z.strictObject({ from: z.number().int().min(1).default(1) }))
      .output(eventIterator(z.strictObject({ lines: z.array(z.string()) }))),
  },
  devices: {
    list: row('see-devices', { kind: 'filtered' })
      .input(nothing)
      .output(z.strictObject({ devices: z.array(deviceView), keys: z.array(keyView) })),
    /** Asks for a device to be enrolled; a second person approves. */
    requestEnrolment: row('request-enrolment', { kind: 'none' })
      .input(z.strictObject({ device: z.string().max(40) }))
      .output(approvalView),
  },
  sync: {
    state: row('see-sync', { kind: 'none' }).input(nothing).output(syncView),
    now: row('run-sync', { kind: 'none' }).input(nothing).output(syncView),
  },
  about: {
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
  },
} as const;

export type Contract = typeof contract;
