import { z } from 'zod';
import { finding } from '../../journal-format/events/batch-events.ts';

export const batchState = z.enum([
  'leased',
  'receiving',
  'ready',
  'refused',
  'release-requested',
  'released',
  'running',
  'paused',
  'stopped',
  'made',
  'lost',
  'close-requested',
  'closed',
]);
export type BatchState = z.infer<typeof batchState>;

export const batchCounts = z.strictObject({
  total: z.number().int(),
  ready: z.number().int(),
  held: z.number().int(),
  made: z.number().int(),
  inMachine: z.number().int(),
  rejected: z.number().int(),
  looksOutstanding: z.number().int(),
});

/** What the CMS's newest start grant still allows of a batch in production. */
export const grantView = z.strictObject({ cardsLeft: z.number().int(), secondsLeft: z.number().int() });
export type GrantView = z.infer<typeof grantView>;

/** One batch as lists and headers show it. */
export const batchView = z.strictObject({
  batch: z.string(),
  issuer: z.string(),
  issuerTitle: z.string(),
  product: z.string(),
  productTitle: z.string(),
  state: batchState,
  priority: z.enum(['normal', 'urgent']),
  due: z.string(),
  environment: z.enum(['test', 'live']),
  counts: batchCounts,
  /** The approval that waits or was given for release or close. */
  approval: z.string().nullable(),
  /** Commands that this person may give now, from the table that the engine reads too. */
  commands: z.array(z.enum(['request-release', 'start', 'pause', 'resume', 'request-close', 'report'])),
  /** Why it was refused or stopped, and what to do. */
  trouble: z.strictObject({ code: z.string(), text: z.string(), next: z.string() }).nullable(),
  /** Null where no card may be begun under any grant. */
  grant: grantView.nullable(),
  updated: z.string(),
});
export type BatchView = z.infer<typeof batchView>;

/** A batch that waits at the CMS. */
export const availableBatchView = z.strictObject({
  batch: z.string(),
  issuer: z.string(),
  issuerTitle: z.string(),
  product: z.string(),
  productTitle: z.string(),
  count: z.number().int(),
  due: z.string(),
  priority: z.enum(['normal', 'urgent']),
  environment: z.enum(['test', 'live']),
});
export type AvailableBatchView = z.infer<typeof availableBatchView>;

export const orderState = z.enum(['held', 'ready', 'in-production', 'made', 'not-made']);
export type OrderState = z.infer<typeof orderState>;

/** One record of a batch, masked. */
export const recordView = z.strictObject({
  index: z.number().int(),
  order: z.string(),
  maskedPan: z.string().nullable(),
  state: orderState,
  attempts: z.number().int(),
  findings: z.array(finding),
});
export type RecordView = z.infer<typeof recordView>;

export const recordFilter = z.strictObject({
  state: z.union([orderState, z.literal('any'), z.literal('with-findings')]).default('any'),
  /** Part of the order id or of the last four digits. */
  text: z.string().max(40).default(''),
});

/** In = out: what came from the feeder and where it ended. */
export const balanceView = z.strictObject({
  batch: z.string(),
  fed: z.number().int(),
  good: z.number().int(),
  rejected: z.number().int(),
  spoiled: z.number().int(),
  test: z.number().int(),
  returned: z.number().int(),
  missing: z.number().int(),
  inMachine: z.number().int(),
  difference: z.number().int(),
  orders: z.number().int(),
  ordersMade: z.number().int(),
  ordersHeld: z.number().int(),
  ordersNotMade: z.number().int(),
  byLot: z.array(
    z.strictObject({
      lot: z.string(),
      blankType: z.string(),
      used: z.number().int(),
      good: z.number().int(),
      rejected: z.number().int(),
    }),
  ),
  byPrinter: z.array(z.strictObject({ printer: z.string(), fed: z.number().int() })),
  looksOutstanding: z.number().int(),
  /** What stands in the way of closing, in plain words; empty when it can be closed. */
  obstacles: z.array(z.strictObject({ code: z.string(), text: z.string(), next: z.string() })),
});
export type BalanceView = z.infer<typeof balanceView>;

/** A finished or rejected card of a batch. */
export const attemptView = z.strictObject({
  attempt: z.string(),
  order: z.string(),
  batch: z.string(),
  number: z.number().int(),
  line: z.string(),
  maskedPan: z.string().nullable(),
  chipSerial: z.string().nullable(),
  step: z.string(),
  disposition: z.string().nullable(),
  reason: z.string().nullable(),
  /** The lost card of the same order that this one replaces. */
  replaces: z.string().nullable(),
  started: z.string(),
  ended: z.string().nullable(),
});
export type AttemptView = z.infer<typeof attemptView>;
