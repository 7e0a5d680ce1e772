import { sql, type Transaction } from 'kysely';
import { freshId, type Surroundings } from '../platform/surroundings.ts';
import type { CmsTables, LeaseRow } from '../store/tables.ts';

const longestId = 64;

/** What went back: the batch that holds it now, and how many orders. */
export interface ReturnedOrders {
  readonly batch: string;
  readonly orders: number;
}

/** The next name that no batch bears: one that is taken must never keep a lease from ending. */
async function freeName(
  transaction: Transaction<CmsTables>,
  origin: string,
  from: number,
  surroundings: Surroundings,
): Promise<string> {
  for (let number = from; ; number++) {
    const id = `${origin}.r${number}`;
    if (id.length > longestId) return freshId('b', surroundings);
    const taken = await transaction.selectFrom('batch').select('id').where('id', '=', id).executeTakeFirst();
    if (taken === undefined) return id;
  }
}

/**
 * Takes the orders that a lease's station was never granted out of its batch and offers them as a batch of their own (`<batch>.r1`, `.r2`);
 * null where there are none. Granted orders never move: a card of each may exist.
 */
export async function returnOrders(
  transaction: Transaction<CmsTables>,
  lease: Pick<LeaseRow, 'id' | 'batch' | 'granted_index'>,
  surroundings: Surroundings,
): Promise<ReturnedOrders | null> {
  const { orders } = await transaction
    .selectFrom('batch_order')
    .select((build) => build.fn.countAll<number>().as('orders'))
    .where('batch', '=', lease.batch)
    .where('state', '=', 'waiting')
    .where('position', '>=', lease.granted_index)
    .executeTakeFirstOrThrow();
  if (orders === 0) return null;
  const batch = await transaction
    .selectFrom('batch')
    .selectAll()
    .where('id', '=', lease.batch)
    .executeTakeFirstOrThrow();
  const origin = batch.origin ?? batch.id;
  const { earlier } = await transaction
    .selectFrom('batch')
    .select((build) => build.fn.countAll<number>().as('earlier'))
    .where('origin', '=', origin)
    .executeTakeFirstOrThrow();
  const id = await freeName(transaction, origin, earlier + 1, surroundings);
  const created_at = surroundings.now().toISOString();
  await transaction
    .insertInto('batch')
    .values({ ...batch, id, origin, count: orders, state: 'available', created_at })
    .execute();
  // The sealed records go as they are: what each is bound to goes with it.
  await sql`insert into batch_order (batch, position, order_id, state, sealed_record, sealed_as)
    select ${id}, row_number() over (order by position) - 1, order_id, 'waiting', sealed_record, sealed_as from batch_order
    where batch = ${lease.batch} and state = 'waiting' and position >= ${lease.granted_index}`.execute(transaction);
  await transaction
    .updateTable('batch_order')
    .set({ state: 'returned' })
    .where('batch', '=', lease.batch)
    .where('state', '=', 'waiting')
    .where('position', '>=', lease.granted_index)
    .execute();
  await transaction
    .updateTable('lease')
    .set({ returned_from: lease.granted_index })
    .where('id', '=', lease.id)
    .execute();
  return { batch: id, orders };
}
