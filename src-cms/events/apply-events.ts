import type { Transaction } from 'kysely';
import type { CmsOrderState } from '#shared/contract/cms/batches.ts';
import type { CmsTables, StationRow } from '../store/tables.ts';
import { movingKinds, orderMoves, type BatchEvent } from './order-moves.ts';

/** Parameters of one statement at most; SQLite takes 32,766, PostgreSQL 65,535. */
const perStatement = 1_000;

/**
 * Brings a batch and its orders forward by events of one station, in sequence.
 *
 * Only the station that holds the batch's lease moves it; events about any other batch are kept and change nothing. Orders are read and
 * written once for all events between two that concern the batch as a whole.
 */
export async function applyEvents(
  transaction: Transaction<CmsTables>,
  station: StationRow,
  batch: string,
  events: readonly BatchEvent[],
): Promise<void> {
  const moving = events.filter(({ kind }) => movingKinds.has(kind));
  if (moving.length === 0) return;
  const lease = await transaction
    .selectFrom('lease')
    .select('id')
    .where('batch', '=', batch)
    .where('station', '=', station.id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (lease === undefined) return;
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
  await moveOrders(transaction, batch, standing);
  const closing = moving[closed];
  if (closing === undefined) return;
  await transaction.updateTable('batch').set({ state: 'closed' }).where('id', '=', batch).execute();
  await transaction
    .updateTable('batch_order')
    .set({ state: 'withdrawn' })
    .where('batch', '=', batch)
    .where('state', 'in', ['waiting', 'begun', 'failed'])
    .execute();
  await transaction.updateTable('lease').set({ ended_at: closing.time }).where('id', '=', lease.id).execute();
}

async function moveOrders(
  transaction: Transaction<CmsTables>,
  batch: string,
  events: readonly BatchEvent[],
): Promise<void> {
  const moves = events.flatMap(orderMoves);
  const before = await statesOf(transaction, batch, new Set(moves.map(({ order }) => order)));
  const after = new Map(before);
  for (const { order, to, from } of moves) {
    const state = after.get(order);
    if (state !== undefined && from.includes(state)) after.set(order, to);
  }
  const changed = Map.groupBy(
    [...after].filter(([order, state]) => before.get(order) !== state),
    ([, state]) => state,
  );
  for (const [state, orders] of changed) {
    for (let at = 0; at < orders.length; at += perStatement) {
      await transaction
        .updateTable('batch_order')
        .set({ state })
        .where('batch', '=', batch)
        .where(
          'order_id',
          'in',
          orders.slice(at, at + perStatement).map(([order]) => order),
        )
        .execute();
    }
  }
}

async function statesOf(
  transaction: Transaction<CmsTables>,
  batch: string,
  orders: ReadonlySet<string>,
): Promise<ReadonlyMap<string, CmsOrderState>> {
  const wanted = [...orders];
  const states = new Map<string, CmsOrderState>();
  for (let at = 0; at < wanted.length; at += perStatement) {
    const rows = await transaction
      .selectFrom('batch_order')
      .select(['order_id', 'state'])
      .where('batch', '=', batch)
      .where('order_id', 'in', wanted.slice(at, at + perStatement))
      .execute();
    for (const { order_id, state } of rows) states.set(order_id, state);
  }
  return states;
}
