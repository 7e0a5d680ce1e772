import type {
  BatchList,
  BatchStateView,
  CmsBatch,
  CmsBatchState,
  CmsOrderState,
} from '#shared/contract/cms/batches.ts';
import type { BatchPriority } from '#shared/contract/cms/manifest.ts';
import { batchId, issuerId, productReference, stationId, type Environment } from '#shared/domain/identifiers.ts';
import { CmsFault } from '../http/cms-fault.ts';
import { breathe, freshId, type Surroundings } from '../platform/surroundings.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { OrderStore, PlainOrder } from '../store/order-store.ts';
import type { BatchRow, StoredBatchState } from '../store/tables.ts';

/** What a new batch is made of; its orders come one by one and are never all in memory. */
export interface NewBatch {
  readonly id?: string;
  readonly issuer: string;
  readonly product: string;
  readonly count: number;
  readonly due: string;
  readonly priority: BatchPriority;
  readonly hostile: string | null;
  readonly orders: Iterable<PlainOrder>;
}

/** A batch that holds all its orders. */
export type OfferedBatch = BatchRow & { readonly state: CmsBatchState };

/** One batch as the CMS's own people see it. */
export interface BatchOverview {
  readonly id: string;
  readonly issuer: string;
  readonly product: string;
  readonly count: number;
  readonly due: string;
  readonly priority: BatchPriority;
  readonly state: StoredBatchState;
  readonly orders: Readonly<Record<CmsOrderState, number>>;
}

/** One order as the CMS's own people see it. */
export interface OrderOverview {
  readonly index: number;
  readonly order: string;
  readonly state: CmsOrderState;
  /** The station that holds its batch, or held it last; null once the order went back. */
  readonly station: string | null;
  readonly attempt: string | null;
  readonly grant: string | null;
}

const ordersPerTransaction = 500;

/** The batches that this CMS has: making, listing, following. */
export class BatchRegister {
  readonly #database: CmsDatabase;
  readonly #orders: OrderStore;
  readonly #environment: Environment;
  readonly #surroundings: Surroundings;

  constructor(database: CmsDatabase, orders: OrderStore, environment: Environment, surroundings: Surroundings) {
    this.#database = database;
    this.#orders = orders;
    this.#environment = environment;
    this.#surroundings = surroundings;
  }

  /** Makes a batch; stations see it only when its last order is stored. Rejects with a RangeError when the orders are not `count`. */
  async create(batch: NewBatch): Promise<string> {
    const id = batch.id ?? freshId('b', this.#surroundings);
    await this.#database
      .insertInto('batch')
      .values({
        id,
        issuer: batch.issuer,
        product: batch.product,
        count: batch.count,
        due: batch.due,
        priority: batch.priority,
        environment: this.#environment,
        state: 'filling',
        created_at: this.#surroundings.now().toISOString(),
        hostile: batch.hostile,
        origin: null,
      })
      .execute();
    let position = 0;
    let page: PlainOrder[] = [];
    for (const order of batch.orders) {
      page.push(order);
      if (page.length === ordersPerTransaction) {
        position = await this.#orders.append(id, position, page);
        page = [];
        await breathe();
      }
    }
    if (page.length > 0) position = await this.#orders.append(id, position, page);
    if (position !== batch.count) throw new RangeError(`batch ${id} has ${position} orders, not ${batch.count}`);
    await this.#database.updateTable('batch').set({ state: 'available' }).where('id', '=', id).execute();
    return id;
  }

  /** Finds a batch; BATCH-UNKNOWN when there is none. */
  async find(id: string): Promise<OfferedBatch> {
    const batch = await this.#database.selectFrom('batch').selectAll().where('id', '=', id).executeTakeFirst();
    if (batch === undefined || !isOffered(batch)) throw new CmsFault('BATCH-UNKNOWN');
    return batch;
  }

  /** Removes what a program that died left half filled. */
  async removeUnfinished(): Promise<void> {
    const unfinished = await this.#database.selectFrom('batch').select('id').where('state', '=', 'filling').execute();
    for (const { id } of unfinished) {
      await this.#database.deleteFrom('batch_order').where('batch', '=', id).execute();
      await this.#database.deleteFrom('batch').where('id', '=', id).execute();
    }
  }

  /** Says whether there is a batch of this id, finished or not. */
  async exists(id: string): Promise<boolean> {
    return (
      (await this.#database.selectFrom('batch').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
    );
  }

  /** The list as one station sees it: urgent first, then by due day, then by age; without closed batches. */
  async listFor(station: string): Promise<BatchList> {
    const rows = await this.#database
      .selectFrom('batch')
      .leftJoin('lease', (join) => join.onRef('lease.batch', '=', 'batch.id').on('lease.ended_at', 'is', null))
      .selectAll('batch')
      .select('lease.station as holder')
      .where('batch.state', 'in', ['available', 'leased', 'granted', 'producing'])
      .orderBy((order) => order.case().when('batch.priority', '=', 'urgent').then(0).else(1).end())
      .orderBy('batch.due')
      .orderBy('batch.created_at')
      .limit(10_000)
      .execute();
    return { batches: rows.filter(isOffered).map((row) => describe(row, row.holder, station)) };
  }

  /** How far the reported events have brought a batch. */
  async stateOf(id: string): Promise<BatchStateView> {
    const batch = await this.find(id);
    const lease = await this.#database
      .selectFrom('lease')
      .select('station')
      .where('batch', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    const events = await this.#database
      .selectFrom('event')
      .select(['station', 'sequence', 'kind', 'time'])
      .where('batch', '=', id)
      .orderBy('sequence', 'desc')
      .limit(50)
      .execute();
    return {
      batch: batchId.parse(batch.id),
      state: batch.state,
      station: lease === undefined ? null : stationId.parse(lease.station),
      count: batch.count,
      orders: await this.#orders.countByState(id),
      events: events.reverse().map((event) => ({ ...event, station: stationId.parse(event.station) })),
    };
  }

  /** Orders of a batch one by one, in order of position: state, who holds it, its attempt and the grant that it was begun under. */
  async orders(page: {
    readonly batch: string;
    readonly from: number;
    readonly count: number;
  }): Promise<readonly OrderOverview[]> {
    const { batch, from, count } = page;
    await this.find(batch);
    const lease = await this.#database
      .selectFrom('lease')
      .select('station')
      .where('batch', '=', batch)
      .orderBy('created_at', 'desc')
      .executeTakeFirst();
    const rows = await this.#database
      .selectFrom('batch_order')
      .select(['position', 'order_id', 'state', 'attempt', 'start_grant'])
      .where('batch', '=', batch)
      .where('position', '>=', from)
      .orderBy('position')
      .limit(count)
      .execute();
    return rows.map(({ position, order_id, state, attempt, start_grant }) => ({
      index: position,
      order: order_id,
      state,
      station: state === 'returned' ? null : (lease?.station ?? null),
      attempt,
      grant: start_grant,
    }));
  }

  /** Every batch with its orders by state, oldest first: what `batches` prints. */
  async overview(): Promise<readonly BatchOverview[]> {
    const rows = await this.#database.selectFrom('batch').selectAll().orderBy('created_at').orderBy('id').execute();
    const overview: BatchOverview[] = [];
    for (const { id, issuer, product, count, due, priority, state } of rows) {
      overview.push({ id, issuer, product, count, due, priority, state, orders: await this.#orders.countByState(id) });
    }
    return overview;
  }

  /** Training only: spoils a batch on its way out, or mends it (null). BATCH-UNKNOWN when there is none. */
  async setHostile(id: string, hostile: string | null): Promise<void> {
    await this.find(id);
    await this.#database.updateTable('batch').set({ hostile }).where('id', '=', id).execute();
  }

  /** Training only: offers a batch once more under the same id, as a replaying CMS would. */
  async offerAgain(id: string): Promise<void> {
    await this.find(id);
    const ended_at = this.#surroundings.now().toISOString();
    await this.#database.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('lease')
        .set({ ended_at, end_reason: 'given-back' })
        .where('batch', '=', id)
        .where('ended_at', 'is', null)
        .execute();
      await transaction.updateTable('batch_order').set({ state: 'waiting' }).where('batch', '=', id).execute();
      await transaction.updateTable('batch').set({ state: 'available' }).where('id', '=', id).execute();
    });
  }
}

function isOffered<Row extends BatchRow>(row: Row): row is Row & OfferedBatch {
  return row.state !== 'filling';
}

function describe(row: OfferedBatch, holder: string | null, station: string): CmsBatch {
  return {
    id: batchId.parse(row.id),
    issuer: issuerId.parse(row.issuer),
    product: productReference.parse(row.product),
    count: row.count,
    due: row.due,
    priority: row.priority,
    environment: row.environment,
    state: row.state,
    holder: holder === null ? 'nobody' : holder === station ? 'this-station' : 'another-station',
    createdAt: row.created_at,
  };
}
