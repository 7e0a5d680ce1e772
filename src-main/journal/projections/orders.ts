import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { z } from 'zod';
import type { SignedRecord } from '#shared/domain/content-digest.ts';
import type { finding } from '#shared/journal-format/events/batch-events.ts';
import { sqliteCode } from '../sqlite-faults.ts';
import type { AttemptsProjection } from './attempts.ts';
import { impossible, subject, type AppliedEvent, type Projection } from './projection.ts';

/**
 * held: intake or a person took it out. ready: never tried. in-production: a blank is in a machine for it, or its good card is not yet
 * recorded as made. made: it has its good card. unmade: tried without a good card; it may be tried again until the batch closes.
 */
export type OrderState = 'held' | 'ready' | 'in-production' | 'made' | 'unmade';
export const orderStates: readonly OrderState[] = ['held', 'ready', 'in-production', 'made', 'unmade'];

export type OrderCounts = Readonly<Record<OrderState, number>>;

/** One order as the journal knows it: no name, no full PAN. */
export interface OrderRow {
  readonly batch: string;
  readonly index: number;
  readonly order: string;
  readonly issuer: string;
  readonly maskedPan: string | null;
  readonly cardDigest: string | null;
  readonly sealedDigest: string;
  readonly findings: readonly z.infer<typeof finding>[];
  readonly state: OrderState;
  /** How many blanks were started for it. */
  readonly attempts: number;
  /** The attempt in the machine, or the one that made it. */
  readonly attempt: string | null;
  readonly heldReason: string | null;
}

/** What to list: a state or whatever intake found something about, and a piece of order id or masked PAN. */
export interface OrderFilter {
  readonly state?: OrderState | 'with-findings';
  readonly text?: string;
}

/** Batch, state three times, pattern twice. */
type TextQuery = [string, string | null, string | null, string | null, string, string];

type StoredOrder = Omit<OrderRow, 'findings'> & { readonly findings: string };

const select = `SELECT batch, idx AS "index", order_id AS "order", issuer, masked_pan AS maskedPan, card_digest AS cardDigest,
  sealed_digest AS sealedDigest, findings, state, attempts, attempt, held_reason AS heldReason FROM orders`;

function read(row: StoredOrder): OrderRow {
  return { ...row, findings: JSON.parse(row.findings) as OrderRow['findings'] };
}

/** A LIKE pattern that finds the text anywhere, its own wildcards taken as they are. */
function anywhere(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
}

/** Orders of all batches, with counts by state kept beside them so that a page of a large batch needs no counting. */
export class OrdersProjection implements Projection {
  static readonly schema = `
    CREATE TABLE orders (
      batch TEXT NOT NULL, idx INTEGER NOT NULL, order_id TEXT NOT NULL, issuer TEXT NOT NULL, masked_pan TEXT, card_digest TEXT,
      sealed_digest TEXT NOT NULL, findings TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, attempt TEXT,
      held_reason TEXT, PRIMARY KEY (batch, idx)
    ) STRICT;
    CREATE INDEX orders_by_state ON orders (batch, state, idx);
    CREATE INDEX orders_with_findings ON orders (batch, idx) WHERE findings <> '[]';
    CREATE INDEX orders_by_id ON orders (order_id);
    CREATE INDEX orders_by_card ON orders (substr(card_digest, 1, 12)) WHERE card_digest IS NOT NULL;
    CREATE TABLE order_counts (batch TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (batch, state)) STRICT;`;
  readonly tables = ['orders', 'order_counts'];

  readonly #attempts: AttemptsProjection;
  readonly #insert: Statement;
  readonly #adjust: Statement;
  readonly #change: Statement;
  readonly #hold: Statement;
  readonly #forgetReason: Statement;
  readonly #leave: Statement;
  readonly #holdFrom: Statement;
  readonly #dropOrders: Statement;
  readonly #dropCounts: Statement;
  readonly #byId: Statement<[string, string], StoredOrder>;
  readonly #byIndex: Statement<[string, number], StoredOrder>;
  readonly #byIssuer: Statement<[string, string], StoredOrder>;
  readonly #byCard: Statement<[string, string, string], StoredOrder>;
  readonly #page: Statement<[string, number, number], StoredOrder>;
  readonly #pageInState: Statement<[string, string, number, number], StoredOrder>;
  readonly #pageWithFindings: Statement<[string, number, number], StoredOrder>;
  readonly #countWithFindings: Statement<[string], number>;
  readonly #pageWithText: Statement<[...TextQuery, number, number], StoredOrder>;
  readonly #countWithText: Statement<TextQuery, number>;
  readonly #startable: Statement<[string, string, number, number, number], StoredOrder>;
  readonly #readyBelow: Statement<[string, number], number>;
  readonly #begun: Statement<[string], number>;
  readonly #counts: Statement<[string], { state: OrderState; count: number }>;
  readonly #signed: Statement<[string, number, number], SignedRecord>;

  constructor(database: Database, attempts: AttemptsProjection) {
    this.#attempts = attempts;
    this.#insert = database.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, NULL)');
    this.#adjust = database.prepare(
      'INSERT INTO order_counts VALUES (?, ?, ?) ON CONFLICT (batch, state) DO UPDATE SET count = count + excluded.count',
    );
    this.#change = database.prepare(
      'UPDATE orders SET state = ?, attempt = ?, attempts = attempts + ? WHERE batch = ? AND idx = ?',
    );
    this.#hold = database.prepare("UPDATE orders SET state = 'held', held_reason = ? WHERE batch = ? AND idx = ?");
    this.#forgetReason = database.prepare('UPDATE orders SET held_reason = NULL WHERE batch = ? AND idx = ?');
    this.#leave = database.prepare("UPDATE orders SET state = 'unmade' WHERE batch = ? AND state = 'ready'");
    this.#holdFrom = database.prepare(
      "UPDATE orders SET state = 'held', held_reason = ? WHERE batch = ? AND state = ? AND idx >= ?",
    );
    this.#dropOrders = database.prepare('DELETE FROM orders WHERE batch = ?');
    this.#dropCounts = database.prepare('DELETE FROM order_counts WHERE batch = ?');
    // A held record may claim the id of a good one; the one that can be made comes first.
    // The unary plus keeps SQLite on the index of order ids.
    this.#byId = database.prepare(`${select} WHERE +batch = ? AND order_id = ? ORDER BY state = 'held', idx LIMIT 1`);
    this.#byIndex = database.prepare(`${select} WHERE batch = ? AND idx = ?`);
    this.#byIssuer = database.prepare(`${select} WHERE issuer = ? AND order_id = ? ORDER BY batch, idx`);
    this.#byCard = database.prepare(
      `${select} WHERE issuer = ? AND card_digest = ? AND substr(card_digest, 1, 12) = substr(?, 1, 12) ORDER BY batch, idx`,
    );
    this.#page = database.prepare(`${select} WHERE batch = ? ORDER BY idx LIMIT ? OFFSET ?`);
    this.#pageInState = database.prepare(`${select} WHERE batch = ? AND state = ? ORDER BY idx LIMIT ? OFFSET ?`);
    const found = "WHERE batch = ? AND findings <> '[]'";
    this.#pageWithFindings = database.prepare(`${select} ${found} ORDER BY idx LIMIT ? OFFSET ?`);
    this.#countWithFindings = database.prepare<[string], number>(`SELECT count(*) FROM orders ${found}`).pluck();
    const matches = `WHERE batch = ? AND iif(? IS NULL, 1, CASE ? WHEN 'with-findings' THEN findings <> '[]' ELSE state = ? END)
      AND (order_id LIKE ? ESCAPE '\\' OR masked_pan LIKE ? ESCAPE '\\')`;
    this.#pageWithText = database.prepare(`${select} ${matches} ORDER BY idx LIMIT ? OFFSET ?`);
    this.#countWithText = database.prepare<TextQuery, number>(`SELECT count(*) FROM orders ${matches}`).pluck();
    this.#startable = database.prepare(
      `${select} WHERE batch = ? AND state = ? AND attempts < ? AND idx < ? ORDER BY idx LIMIT ?`,
    );
    this.#readyBelow = database
      .prepare<[string, number], number>("SELECT count(*) FROM orders WHERE batch = ? AND state = 'ready' AND idx < ?")
      .pluck();
    this.#begun = database
      .prepare<[string], number>('SELECT count(*) FROM orders WHERE batch = ? AND attempts > 0')
      .pluck();
    this.#counts = database.prepare('SELECT state, count FROM order_counts WHERE batch = ?');
    this.#signed = database.prepare(
      `SELECT idx AS "index", order_id AS "order", sealed_digest AS sealedDigest,
         CASE WHEN findings = '[]' THEN 'ready' ELSE 'held' END AS state FROM orders WHERE batch = ? AND idx >= ? ORDER BY idx LIMIT ?`,
    );
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'batch.records-accepted':
        this.#accept(event);
        return;
      case 'batch.intake-abandoned':
        this.#dropOrders.run(subject(event, 'batch'));
        this.#dropCounts.run(subject(event, 'batch'));
        return;
      case 'batch.closed': {
        const batch = subject(event, 'batch');
        const { changes } = this.#leave.run(batch);
        if (changes > 0) this.#count(batch, { ready: -changes, unmade: changes });
        return;
      }
      case 'batch.orders-returned':
        this.#holdAll(subject(event, 'batch'), event.payload.from, event.payload.reason);
        return;
      case 'batch.lost':
        this.#holdAll(subject(event, 'batch'), 0, event.payload.code);
        return;
      case 'order.held': {
        const order = this.#named(event);
        if (order.state !== 'ready' && order.state !== 'unmade')
          impossible(event, `order ${order.order} is ${order.state}`);
        this.#hold.run(event.payload.reason, order.batch, order.index);
        this.#count(order.batch, { [order.state]: -1, held: 1 });
        return;
      }
      case 'order.remake-released': {
        const order = this.#named(event);
        // Whether an attempt may still be good, the state tells: with one in a machine it is in production, with a good one made.
        if (order.state !== 'held' || order.attempts === 0) impossible(event, `order ${order.order} is ${order.state}`);
        this.#move(order, 'unmade', null, 0);
        this.#forgetReason.run(order.batch, order.index);
        return;
      }
      case 'attempt.started': {
        const order = this.#named(event);
        if (order.state !== 'ready' && order.state !== 'unmade')
          impossible(event, `order ${order.order} is ${order.state}`);
        this.#move(order, 'in-production', subject(event, 'attempt'), 1);
        return;
      }
      case 'order.made':
        this.#made(event);
        return;
      case 'attempt.ended': {
        const { batch, order: id, attempt } = this.#attempts.expect(event);
        const order = this.find(batch, id);
        if (event.payload.disposition === 'good' || order?.attempt !== attempt) return;
        this.#move(order, 'unmade', null, 0);
        return;
      }
      default:
    }
  }

  /** Holds back every order from an index on of which no card is in a machine or made. */
  #holdAll(batch: string, from: number, reason: string): void {
    for (const state of ['ready', 'unmade'] as const) {
      const { changes } = this.#holdFrom.run(reason, batch, state, from);
      if (changes > 0) this.#count(batch, { [state]: -changes, held: changes });
    }
  }

  #accept(event: Extract<AppliedEvent, { kind: 'batch.records-accepted' }>): void {
    const batch = subject(event, 'batch');
    const issuer = event.issuer ?? impossible(event, 'it names no issuer');
    let held = 0;
    for (const record of event.payload.records) {
      const state: OrderState = record.findings.length > 0 ? 'held' : 'ready';
      if (state === 'held') held++;
      const { index, order, maskedPan, cardDigest, sealedDigest } = record;
      const findings = JSON.stringify(record.findings);
      try {
        this.#insert.run(batch, index, order, issuer, maskedPan, cardDigest, sealedDigest, findings, state);
      } catch (thrown) {
        if (sqliteCode(thrown) !== 'SQLITE_CONSTRAINT_PRIMARYKEY') throw thrown;
        impossible(event, `record ${index} was accepted already`);
      }
    }
    this.#count(batch, { held, ready: event.payload.records.length - held });
  }

  #made(event: Extract<AppliedEvent, { kind: 'order.made' }>): void {
    const made = this.#attempts.find(event.payload.attempt);
    const order = this.#named(event);
    if (made === null || made.batch !== order.batch || made.order !== order.order || made.disposition !== 'good') {
      impossible(event, `attempt ${event.payload.attempt} is no good card of order ${order.order}`);
    }
    if (order.state !== 'in-production') impossible(event, `order ${order.order} is ${order.state}`);
    this.#move(order, 'made', made.attempt, 0);
  }

  #named(event: AppliedEvent): OrderRow {
    const id = subject(event, 'order');
    return this.find(subject(event, 'batch'), id) ?? impossible(event, `the batch has no order ${id}`);
  }

  #move(order: OrderRow, state: OrderState, attempt: string | null, started: number): void {
    this.#change.run(state, attempt, started, order.batch, order.index);
    this.#count(order.batch, { [order.state]: -1, [state]: 1 });
  }

  #count(batch: string, changes: Partial<Record<OrderState, number>>): void {
    for (const [state, by] of Object.entries(changes)) if (by !== 0) this.#adjust.run(batch, state, by);
  }

  /** The order of a batch by its id, or null. */
  find(batch: string, order: string): OrderRow | null {
    const row = this.#byId.get(batch, order);
    return row === undefined ? null : read(row);
  }

  /** The order at an index of a batch, or null. */
  at(batch: string, index: number): OrderRow | null {
    const row = this.#byIndex.get(batch, index);
    return row === undefined ? null : read(row);
  }

  /** Every order of the issuer with this id, in any batch. */
  ofIssuer(issuer: string, order: string): readonly OrderRow[] {
    return this.#byIssuer.all(issuer, order).map(read);
  }

  /** Every order of the issuer for the same card (PAN, sequence number, expiry), in any batch. */
  findCard(issuer: string, cardDigest: string): readonly OrderRow[] {
    return this.#byCard.all(issuer, cardDigest, cardDigest).map(read);
  }

  counts(batch: string): OrderCounts {
    const counts: Record<OrderState, number> = { held: 0, ready: 0, 'in-production': 0, made: 0, unmade: 0 };
    for (const { state, count } of this.#counts.all(batch)) counts[state] = count;
    return counts;
  }

  /** One page in the order of the index, and how many there are in all. */
  page(
    batch: string,
    filter: OrderFilter,
    page: { readonly limit: number; readonly offset: number },
  ): { readonly rows: readonly OrderRow[]; readonly total: number } {
    const { state, text } = filter;
    if (text !== undefined && text !== '') {
      const [wanted, pattern] = [state ?? null, anywhere(text)];
      const bound: TextQuery = [batch, wanted, wanted, wanted, pattern, pattern];
      const rows = this.#pageWithText.all(...bound, page.limit, page.offset).map(read);
      return { rows, total: this.#countWithText.get(...bound) ?? 0 };
    }
    if (state === 'with-findings') {
      const rows = this.#pageWithFindings.all(batch, page.limit, page.offset).map(read);
      return { rows, total: this.#countWithFindings.get(batch) ?? 0 };
    }
    const counts = this.counts(batch);
    if (state !== undefined) {
      return { rows: this.#pageInState.all(batch, state, page.limit, page.offset).map(read), total: counts[state] };
    }
    const total = orderStates.reduce((sum, each) => sum + counts[each], 0);
    return { rows: this.#page.all(batch, page.limit, page.offset).map(read), total };
  }

  /** Orders that may be started now, in the order of the index: those never tried first, then those with fewer than `maxAttempts` blanks used; only those below an index where one is given. */
  startable(batch: string, limit: number, maxAttempts: number, below = Number.MAX_SAFE_INTEGER): readonly OrderRow[] {
    const ready = this.#startable.all(batch, 'ready', maxAttempts, below, limit);
    const again = this.#startable.all(batch, 'unmade', maxAttempts, below, limit - ready.length);
    return [...ready, ...again].map(read);
  }

  /** How many orders below an index were never tried. */
  readyBelow(batch: string, index: number): number {
    return this.#readyBelow.get(batch, index) ?? 0;
  }

  /** Of how many orders a card was ever begun. */
  begun(batch: string): number {
    return this.#begun.get(batch) ?? 0;
  }

  /** Records as the release signs them (see `contentDigest`), from an index on: held means held by intake. */
  signedRecords(batch: string, from: number, limit: number): readonly SignedRecord[] {
    return this.#signed.all(batch, from, limit);
  }
}
