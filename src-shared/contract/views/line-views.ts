import { z } from 'zod';
import { machinePlaces } from '../../domain/machine-place.ts';
import { grantView } from './batch-views.ts';
import { stepName } from '../../journal-format/events/production-events.ts';

/** What the person must do or can do now at a line. */
export const lineState = z.enum(['disconnected', 'idle', 'working', 'waiting-for-operator', 'paused', 'finishing']);

export const lineChoice = z.strictObject({
  choice: z.enum(['retry', 'reject-card', 'stop-batch', 'continue', 'card-removed', 'card-missing']),
  label: z.string(),
  primary: z.boolean(),
});
export type LineChoice = z.infer<typeof lineChoice>;

/** What a person at a line that asks is told: from the recovery policy's own row, and what the line knows of its card. */
export const recoveryGuideView = z.strictObject({
  /** Name of the policy's row (docs/faults.md). */
  rule: z.string(),
  /** What happened, in plain words. */
  happened: z.string(),
  certain: z.array(z.string()),
  uncertain: z.array(z.string()),
  /** The one next step; the choice that is `primary` says that it is done. */
  next: z.string(),
  /** The place to mark in a drawing of the machine. */
  place: z.enum(machinePlaces),
  /** This attempt's card; `other-card`: one that belongs to no order is inside; `out`: it left the machine and is to be found. */
  card: z.strictObject({
    kind: z.enum(['no-card', 'in-machine', 'unknown', 'out', 'other-card']),
    order: z.string().nullable(),
    attempt: z.string().nullable(),
  }),
});
export type RecoveryGuideView = z.infer<typeof recoveryGuideView>;

/** One line, live. */
export const lineView = z.strictObject({
  line: z.string(),
  title: z.string(),
  printer: z.strictObject({ serial: z.string(), model: z.string(), link: z.string(), connected: z.boolean() }),
  reader: z.strictObject({ serial: z.string(), name: z.string(), state: z.string() }).nullable(),
  supplies: z
    .strictObject({
      ribbon: z.string(),
      ribbonRemaining: z.number().int().nullable(),
      feeder: z.enum(['has-cards', 'empty', 'unknown']),
      lot: z.string().nullable(),
      /** Null while the lot is being counted. */
      blanksLeft: z.number().int().nullable(),
    })
    .nullable(),
  state: lineState,
  batch: z.string().nullable(),
  /** The card in the machine. */
  card: z
    .strictObject({
      attempt: z.string(),
      order: z.string(),
      maskedPan: z.string().nullable(),
      step: stepName,
      /** 0 to 1 where bytes or blocks are counted; null where nothing can be measured. */
      stepProgress: z.number().nullable(),
      stepSince: z.string(),
      hasPicture: z.boolean(),
    })
    .nullable(),
  fault: z
    .strictObject({
      code: z.string(),
      text: z.string(),
      next: z.string(),
      since: z.string(),
      choices: z.array(lineChoice),
      guide: recoveryGuideView,
    })
    .nullable(),
  made: z.number().int(),
  rejected: z.number().int(),
  /** Median of the last cards, milliseconds; null before the third card. */
  millisecondsPerCard: z.number().nullable(),
});
export type LineView = z.infer<typeof lineView>;

/** All lines and the batch they work on. */
export const productionView = z.strictObject({
  revision: z.number().int(),
  lines: z.array(lineView),
  batch: z
    .strictObject({
      batch: z.string(),
      state: z.string(),
      total: z.number().int(),
      made: z.number().int(),
      rejected: z.number().int(),
      held: z.number().int(),
      remaining: z.number().int(),
      /** Measured from the cards made so far; null until it can be known. */
      finishes: z.string().nullable(),
      grant: grantView.nullable(),
      /** Why no further card may be begun before the key store is ready or the CMS was reached: a wait, not a fault of a line. */
      waits: z.strictObject({ code: z.string(), text: z.string(), next: z.string() }).nullable(),
    })
    .nullable(),
});
export type ProductionView = z.infer<typeof productionView>;

export const lookView = z.strictObject({
  attempt: z.string(),
  batch: z.string(),
  order: z.string(),
  maskedPan: z.string().nullable(),
  line: z.string(),
  reason: z.enum(['first', 'every-nth', 'last', 'asked']),
  asked: z.string(),
  decided: z
    .strictObject({
      result: z.enum(['good', 'bad']),
      reasonCode: z.string(),
      remark: z.string(),
      by: z.string(),
      time: z.string(),
    })
    .nullable(),
});
export type LookView = z.infer<typeof lookView>;
