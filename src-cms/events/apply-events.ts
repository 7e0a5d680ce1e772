import type { Transaction } from 'kysely';
import type { CmsTables, LeaseRow, StationRow } from '../store/tables.ts';
import { keepFinding } from './keep-finding.ts';
import { keepReplacements } from './keep-replacements.ts';
import { moveOrders } from './move-orders.ts';
import { movingKinds, type BatchEvent } from './order-moves.ts';

/** Whether what is found wrong on the way is kept: not when events are gone through once more. */
export type Findings = 'keep' | 'known';

/**
 * Brings a batch and its orders forward by events of the station that holds its lease, in sequence. A blocked or returned order never moves
 * again. Orders are read and written once for all events.
 */
export async function applyEvents(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  lease: LeaseRow,
  events: readonly BatchEvent[],
  findings: Findings,
): Promise<void> {
  const moving = events.filter(({ kind }) => movingKinds.has(kind));
  if (moving.length === 0) return;
  const { batch } = lease;
  const closed = moving.findIndex(({ kind }) => kind === 'batch.closed');
  // What comes after the close has no lease to stand on.
  const standing = closed === -1 ? moving : moving.slice(0, closed);
  if (standing.some(({ kind }) => kind === 'batch.started')) {
    await transaction
      .updateTable('batch')
      .set({ state: 'producing' })
      .where('id', '=', batch)
      .where('state', 'in', ['leased', 'granted'])
      .execute();
  }
  const wrong = await moveOrders(transaction, lease, standing);
  await keepReplacements(transaction, station, batch, standing);
  if (findings === 'keep') {
    for (const { sequence, time, order } of wrong) {
      const detail = `a card of order ${order ?? ''} was begun that was not to be begun`;
      await keepFinding(transaction, station, { sequence, code: 'BEGUN-WITHOUT-GRANT', detail, time });
    }
  }
  const closing = moving[closed];
  if (closing === undefined) return;
  await transaction.updateTable('batch').set({ state: 'closed' }).where('id', '=', batch).execute();
  await transaction
    .updateTable('batch_order')
    .set({ state: 'withdrawn' })
    .where('batch', '=', batch)
    .where('state', 'in', ['waiting', 'begun', 'failed'])
    .execute();
  await transaction
    .updateTable('lease')
    .set({ ended_at: closing.time, end_reason: 'closed' })
    .where('id', '=', lease.id)
    .execute();
}
