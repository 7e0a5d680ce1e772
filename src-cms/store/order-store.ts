import type { CmsOrderState } from '#shared/contract/cms/batches.ts';
import { breathe } from '../platform/surroundings.ts';
import type { Vault } from '../sealing/vault.ts';
import type { CmsDatabase } from './database.ts';

/** An order before it is sealed: its id and the bytes that the record will hold. */
export interface PlainOrder {
  readonly orderId: string;
  readonly record: Uint8Array;
}

const pageLength = 250;
const rowsPerInsert = 100;

/** The orders of batches, sealed one by one; read and written in pages, so that memory stays level whatever a batch's length. */
export class OrderStore {
  readonly #database: CmsDatabase;
  readonly #vault: Vault;

  constructor(database: CmsDatabase, vault: Vault) {
    this.#database = database;
    this.#vault = vault;
  }

  /** Adds orders from `position` on, in one transaction; returns the next position. */
  async append(batch: string, position: number, orders: readonly PlainOrder[]): Promise<number> {
    const rows = orders.map((order, at) => ({
      batch,
      position: position + at,
      order_id: order.orderId,
      state: 'waiting' as const,
      sealed_record: this.#vault.seal(order.record, `order/${batch}/${position + at}`),
      sealed_as: `order/${batch}/${position + at}`,
    }));
    await this.#database.transaction().execute(async (transaction) => {
      for (let at = 0; at < rows.length; at += rowsPerInsert) {
        await transaction
          .insertInto('batch_order')
          .values(rows.slice(at, at + rowsPerInsert))
          .execute();
      }
    });
    return position + orders.length;
  }

  /** Opens the records from `from` (inclusive) to `to` (exclusive) in order, a page at a time, giving way to other requests between pages. */
  async *open(
    batch: string,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly position: number; readonly record: Buffer }> {
    for (let start = from; start < to; start += pageLength) {
      const rows = await this.#database
        .selectFrom('batch_order')
        .select(['position', 'sealed_record', 'sealed_as'])
        .where('batch', '=', batch)
        .where('position', '>=', start)
        .where('position', '<', Math.min(start + pageLength, to))
        .orderBy('position')
        .execute();
      for (const row of rows) {
        yield {
          position: row.position,
          record: this.#vault.open(row.sealed_record, row.sealed_as),
        };
      }
      if (rows.length === 0) return;
      await breathe(signal);
    }
  }

  /** Counts a batch's orders by state. */
  async countByState(batch: string): Promise<Record<CmsOrderState, number>> {
    const counts: Record<CmsOrderState, number> = {
      waiting: 0,
      begun: 0,
      produced: 0,
      failed: 0,
      held: 0,
      withdrawn: 0,
      returned: 0,
      blocked: 0,
    };
    const rows = await this.#database
      .selectFrom('batch_order')
      .select((build) => ['state', build.fn.countAll<number>().as('orders')])
      .where('batch', '=', batch)
      .groupBy('state')
      .execute();
    for (const row of rows) counts[row.state] = row.orders;
    return counts;
  }
}
