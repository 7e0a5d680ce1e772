import { z } from 'zod';
import type { CmsOrderState } from '#shared/contract/cms/batches.ts';

/** One event of a batch, as far as it moves orders. */
export interface BatchEvent {
  readonly kind: string;
  readonly sequence: number;
  readonly time: string;
  readonly order: string | undefined;
  readonly attempt: string | undefined;
  readonly payload: unknown;
}

/** The card that an order was begun with: the attempt, and the start grant that it named. */
export interface BegunCard {
  readonly attempt: string;
  readonly grant: string | null;
}

/** An order that one event moves: to a state, from any of some states. */
export interface OrderMove {
  readonly order: string;
  readonly to: CmsOrderState;
  readonly from: readonly CmsOrderState[];
  readonly begun?: BegunCard;
}

const acceptedRecords = z.looseObject({
  records: z.array(z.looseObject({ order: z.string(), findings: z.array(z.unknown()) })),
});
const startedAttempt = z.looseObject({ grant: z.string().max(200) });
const ending = z.looseObject({ disposition: z.string() });

/** Kinds that move a batch or its orders; all others are kept and mean nothing here. */
export const movingKinds: ReadonlySet<string> = new Set([
  'batch.records-accepted',
  'batch.started',
  'batch.closed',
  'order.held',
  'order.made',
  'attempt.started',
  'attempt.ended',
]);

/** What one event of the batch's own station means for its orders. A withheld payload moves nothing. */
export function orderMoves({ kind, order, attempt, payload }: BatchEvent): readonly OrderMove[] {
  if (kind === 'batch.records-accepted') {
    const accepted = acceptedRecords.safeParse(payload);
    if (!accepted.success) return [];
    return accepted.data.records
      .filter(({ findings }) => findings.length > 0)
      .map((record) => ({ order: record.order, to: 'held', from: ['waiting'] }));
  }
  if (order === undefined) return [];
  switch (kind) {
    case 'order.held':
      return [{ order, to: 'held', from: ['waiting', 'begun', 'failed'] }];
    case 'attempt.started': {
      if (attempt === undefined) return [];
      const grant = startedAttempt.safeParse(payload).data?.grant ?? null;
      return [{ order, to: 'begun', from: ['waiting', 'failed', 'held'], begun: { attempt, grant } }];
    }
    case 'attempt.ended': {
      // A look may find a card bad that was reported as made: then the order has none.
      const ended = ending.safeParse(payload);
      const spoilt = ended.success && ended.data.disposition !== 'good';
      return spoilt ? [{ order, to: 'failed', from: ['begun', 'produced'] }] : [];
    }
    case 'order.made':
      return [{ order, to: 'produced', from: ['waiting', 'begun', 'failed', 'held'] }];
    default:
      return [];
  }
}
