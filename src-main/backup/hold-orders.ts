import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import type { BatchState } from '../journal/projections/batch-transitions.ts';
import type { BatchView } from '../journal/projections/batches.ts';
import type { CmsCopy } from './cms-copy.ts';

/** Batches that are taken in and not closed. */
const open: readonly BatchState[] = [
  'ready',
  'release-requested',
  'released',
  'running',
  'paused',
  'stopped',
  'made',
  'close-requested',
];
const unreleased: ReadonlySet<BatchState> = new Set<BatchState>(['ready', 'release-requested']);
const page = 1000;
const station = { kind: 'station' } as const;

export interface Holding {
  readonly events: readonly NewEvent[];
  /** How many orders they hold. */
  readonly orders: number;
}

/** Why the orders of a batch that were not made must not be begun any more; null when nothing speaks against it. */
async function reasonFor(
  batch: BatchView,
  journal: Journal,
  lost: number,
  cms: CmsCopy | null,
  signal: AbortSignal,
): Promise<'BACKUP-RECORDS-LOST' | 'BACKUP-CARD-MAY-EXIST' | null> {
  if (lost > 0) {
    // A card is begun only under a grant of the CMS: where it never gave one, none can exist.
    const ungranted = unreleased.has(batch.state) && cms !== null && (await cms.granted(batch.batch, signal)) === 'no';
    if (!ungranted) return 'BACKUP-CARD-MAY-EXIST';
  }
  return journal.sealedRecords.count(batch.batch) < (batch.count ?? 0) ? 'BACKUP-RECORDS-LOST' : null;
}

function* unmade(journal: Journal, batch: string): Generator<string> {
  for (const state of ['ready', 'unmade'] as const) {
    for (let offset = 0; ; offset += page) {
      const { rows } = journal.projections.orders.page(batch, { state }, { limit: page, offset });
      for (const { order } of rows) yield order;
      if (rows.length < page) break;
    }
  }
}

/**
 * The events that hold every order of which a card may exist that nobody recorded, and every order whose records the backup does not have.
 *
 * With entries lost, a card that was in a machine is missing: nobody knows how it ended. Its order is held too.
 */
export async function holdOrders(
  journal: Journal,
  lost: number,
  cms: CmsCopy | null,
  signal: AbortSignal,
): Promise<Holding> {
  const events: NewEvent[] = [];
  let orders = 0;
  for (const batch of journal.projections.batches.list({ issuers: 'all', states: open })) {
    const reason = await reasonFor(batch, journal, lost, cms, signal);
    if (reason === null) continue;
    const about = { actor: station, issuer: batch.issuer } as const;
    const hold = (order: string): void => {
      orders += 1;
      events.push({ ...about, kind: 'order.held', subjects: { batch: batch.batch, order }, payload: { reason } });
    };
    if (lost > 0) {
      for (const { attempt, order, batch: of, line, lot } of journal.projections.attempts.open()) {
        if (of !== batch.batch) continue;
        events.push({
          ...about,
          kind: 'attempt.ended',
          subjects: { batch: of, order, attempt, line, lot },
          payload: { disposition: 'missing', decidedBy: 'recovery', reason, passDigest: null },
        });
        hold(order);
      }
    }
    for (const order of unmade(journal, batch.batch)) hold(order);
  }
  return { events, orders };
}
