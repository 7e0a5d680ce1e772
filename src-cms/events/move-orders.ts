import type { Transaction } from 'kysely';
import type { CmsOrderState } from '#shared/contract/cms/batches.ts';
import type { CmsTables, LeaseRow } from '../store/tables.ts';
import { orderMoves, type BatchEvent, type BegunCard } from './order-moves.ts';

/** Parameters of one statement at most; SQLite takes 32,766, PostgreSQL 65,535. */
const perStatement = 1_000;

/** An order on its way through the events. */
interface MovingOrder {
  readonly position: number;
  readonly before: CmsOrderState;
  state: CmsOrderState;
  begun: BegunCard | null;
}

/**
 * Moves the orders of a lease's batch by events in sequence, reading and writing each order once. Returns the events that begun a card
 * which was not to be begun: its order was not granted, or has a card.
 */
export async function moveOrders(
  transaction: Transaction<CmsTables>,
  lease: Pick<LeaseRow, 'batch' | 'granted_index'>,
  events: readonly BatchEvent[],
): Promise<readonly BatchEvent[]> {
  const moves = events.flatMap((event) => orderMoves(event).map((move) => ({ event, move })));
  const orders = await ordersOf(transaction, lease.batch, new Set(moves.map(({ move }) => move.order)));
  const wrong: BatchEvent[] = [];
  for (const { event, move } of moves) {
    const order = orders.get(move.order);
    const moved = order !== undefined && move.from.includes(order.state);
    if (moved) {
      order.state = move.to;
      order.begun = move.begun ?? order.begun;
    }
    if (move.begun !== undefined && (!moved || order.position >= lease.granted_index)) wrong.push(event);
  }
  const changed = [...orders].filter(([, { begun, before, state }]) => begun === null && before !== state);
  for (const [state, group] of Map.groupBy(changed, ([, order]) => order.state)) {
    for (let at = 0; at < group.length; at += perStatement) {
      const names = group.slice(at, at + perStatement).map(([name]) => name);
      await write(transaction, lease.batch, names, { state });
    }
  }
  for (const [name, { begun, state }] of orders) {
    if (begun === null) continue;
    await write(transaction, lease.batch, [name], { state, attempt: begun.attempt, start_grant: begun.grant });
  }
  return wrong;
}

async function write(
  transaction: Transaction<CmsTables>,
  batch: string,
  orders: readonly string[],
  values: { readonly state: CmsOrderState; readonly attempt?: string; readonly start_grant?: string | null },
): Promise<void> {
  const update = transaction.updateTable('batch_order').set(values).where('batch', '=', batch);
  await update.where('order_id', 'in', orders).execute();
}

async function ordersOf(
  transaction: Transaction<CmsTables>,
  batch: string,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, MovingOrder>> {
  const wanted = [...names];
  const orders = new Map<string, MovingOrder>();
  for (let at = 0; at < wanted.length; at += perStatement) {
    const rows = await transaction
      .selectFrom('batch_order')
      .select(['order_id', 'state', 'position'])
      .where('batch', '=', batch)
      .where('order_id', 'in', wanted.slice(at, at + perStatement))
      .execute();
    for (const { order_id, state, position } of rows) {
      orders.set(order_id, { position, before: state, state, begun: null });
    }
  }
  return orders;
}
