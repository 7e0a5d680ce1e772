import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Environment } from '#shared/domain/identifiers.ts';
import type { BatchState } from './batch-transitions.ts';
import { batchTransitions, producing } from './batch-transitions.ts';
import type { LooksProjection } from './looks.ts';
import type { OrderCounts, OrdersProjection } from './orders.ts';
import { impossible, subject, type AppliedEvent, type Projection } from './projection.ts';
import type { BlankBalance, StockProjection } from './stock.ts';

/** One batch. Fields of the manifest are null until it was received. */
export interface BatchRow {
  readonly batch: string;
  readonly issuer: string | null;
  readonly state: BatchState;
  readonly lease: string | null;
  readonly leaseExpires: string | null;
  readonly product: string | null;
  readonly productDigest: string | null;
  readonly count: number | null;
  readonly due: string | null;
  readonly priority: 'normal' | 'urgent' | null;
  readonly environment: Environment | null;
  readonly manifestDigest: string | null;
  readonly signer: string | null;
  readonly wrappingKey: string | null;
  readonly wrappingKeyKcv: string | null;
  readonly panDigestKeyVersion: number | null;
  /** Digest over the sealed records: what the release signs. */
  readonly contentDigest: string | null;
  readonly releaseApproval: string | null;
  readonly grant: string | null;
  readonly grantCount: number | null;
  readonly grantValidForSeconds: number | null;
  /** Orders below this index were granted, by all grants so far. */
  readonly grantIndex: number | null;
  /** Milliseconds of the newest grant's time that were used up at the entry `grantCountedAt`. */
  readonly grantUsed: number | null;
  readonly grantCountedAt: number | null;
  /** Orders from this index on went back to the CMS. */
  readonly returnedFrom: number | null;
  readonly releasedAt: string | null;
  readonly closeApproval: string | null;
  /** Where it goes back to when the close that was asked for is not signed. */
  readonly stateBeforeClose: BatchState | null;
  readonly reportDigest: string | null;
  readonly closedAt: string | null;
  readonly erasedAt: string | null;
  /** Why it was refused, abandoned, paused or stopped: a code or words. */
  readonly reason: string | null;
  readonly firstSeenAt: string;
  readonly changedAt: string;
}

/** A batch with what its orders, blanks and looks say now. */
export interface BatchView extends BatchRow {
  readonly orders: OrderCounts;
  readonly blanks: BlankBalance;
  readonly looksOutstanding: number;
}

/** Whose batches, in which states. */
export interface BatchFilter {
  readonly issuers: 'all' | readonly string[];
  readonly states?: readonly BatchState[];
}

/** Issuers twice, states twice: JSON arrays, or null for all. */
type BatchQuery = [string | null, string | null, string | null, string | null];

const select = `SELECT batch, issuer, state, lease, lease_expires AS leaseExpires, product, product_digest AS productDigest, count, due, priority,
  environment, manifest_digest AS manifestDigest, signer, wrapping_key AS wrappingKey, wrapping_key_kcv AS wrappingKeyKcv,
  pan_digest_key_version AS panDigestKeyVersion, content_digest AS contentDigest, release_approval AS releaseApproval, grant_id AS "grant",
  grant_count AS grantCount, grant_seconds AS grantValidForSeconds, grant_index AS grantIndex,
  grant_used AS grantUsed, grant_counted_at AS grantCountedAt, returned_from AS returnedFrom, released_at AS releasedAt, close_approval AS closeApproval, state_before_close AS stateBeforeClose,
  report_digest AS reportDigest, closed_at AS closedAt, erased_at AS erasedAt, reason, first_seen_at AS firstSeenAt, changed_at AS changedAt
  FROM batches`;

/** Batches from the lease to the close: their state, and the guards that no service may forget. */
export class BatchesProjection implements Projection {
  static readonly schema = `
    CREATE TABLE batches (
      batch TEXT PRIMARY KEY, issuer TEXT, state TEXT NOT NULL, lease TEXT, lease_expires TEXT, product TEXT, product_digest TEXT,
      count INTEGER, due TEXT, priority TEXT, environment TEXT, manifest_digest TEXT, signer TEXT, wrapping_key TEXT,
      wrapping_key_kcv TEXT, pan_digest_key_version INTEGER, content_digest TEXT, release_approval TEXT, grant_id TEXT,
      grant_count INTEGER, grant_seconds INTEGER, grant_index INTEGER, grant_used INTEGER, grant_counted_at INTEGER,
      returned_from INTEGER, released_at TEXT, close_approval TEXT, state_before_close TEXT,
      report_digest TEXT, closed_at TEXT, erased_at TEXT, reason TEXT, first_seen_at TEXT NOT NULL, changed_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX batches_by_state ON batches (state);`;
  readonly tables = ['batches'];

  readonly #database: Database;
  readonly #orders: OrdersProjection;
  readonly #stock: StockProjection;
  readonly #looks: LooksProjection;
  readonly #see: Statement;
  readonly #one: Statement<[string], BatchRow>;
  readonly #list: Statement<[...BatchQuery, number, number], BatchRow>;
  readonly #countListed: Statement<BatchQuery, number>;
  readonly #closedSince: Statement<[string, string | null, string | null], number>;
  readonly #approvalLost: Statement;
  readonly #closeLost: Statement;
  readonly #setters = new Map<string, Statement>();

  constructor(database: Database, orders: OrdersProjection, stock: StockProjection, looks: LooksProjection) {
    this.#database = database;
    this.#orders = orders;
    this.#stock = stock;
    this.#looks = looks;
    this.#see = database.prepare(
      "INSERT INTO batches (batch, issuer, state, first_seen_at, changed_at) VALUES (?, ?, 'leased', ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#one = database.prepare(`${select} WHERE batch = ?`);
    const wanted = `WHERE iif(? IS NULL, 1, issuer IN (SELECT value FROM json_each(?)))
      AND iif(? IS NULL, 1, state IN (SELECT value FROM json_each(?)))`;
    this.#list = database.prepare(
      `${select} ${wanted} ORDER BY state IN ('closed', 'refused'), priority = 'urgent' DESC, due IS NULL, due, batch LIMIT ? OFFSET ?`,
    );
    this.#countListed = database.prepare<BatchQuery, number>(`SELECT count(*) FROM batches ${wanted}`).pluck();
    this.#closedSince = database
      .prepare<[string, string | null, string | null], number>(
        'SELECT count(*) FROM batches WHERE closed_at >= ? AND iif(? IS NULL, 1, issuer IN (SELECT value FROM json_each(?)))',
      )
      .pluck();
    this.#approvalLost = database.prepare(
      "UPDATE batches SET state = 'ready', release_approval = NULL, changed_at = ? WHERE release_approval = ? AND state = 'release-requested'",
    );
    this.#closeLost = database.prepare(
      `UPDATE batches SET state = state_before_close, state_before_close = NULL, close_approval = NULL, changed_at = ?
       WHERE close_approval = ? AND state = 'close-requested'`,
    );
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'batch.leased': {
        const { lease, expires } = event.payload;
        const known = this.#seen(event);
        const state = known.state === 'refused' ? 'leased' : known.state;
        this.#set(event, { state, lease, lease_expires: expires });
        return;
      }
      case 'batch.refused':
        this.#seen(event);
        this.#move(event, event.kind, { reason: `${event.payload.code}: ${event.payload.text}` });
        return;
      case 'batch.received': {
        const seen = this.#seen(event);
        if (seen.issuer !== event.issuer) impossible(event, 'it names another issuer than before');
        const received = event.payload;
        this.#move(event, event.kind, {
          lease: received.lease,
          product: received.product,
          product_digest: received.productDigest,
          count: received.count,
          due: received.due,
          priority: received.priority,
          environment: received.environment,
          manifest_digest: received.manifestDigest,
          signer: received.signer,
          wrapping_key: received.wrappingKey.name,
          wrapping_key_kcv: received.wrappingKey.kcv,
          pan_digest_key_version: received.panDigestKeyVersion,
          erased_at: null,
          reason: null,
        });
        return;
      }
      case 'batch.records-accepted': {
        const { state } = this.#known(event);
        if (state !== 'receiving') impossible(event, `the batch is ${state}`);
        return;
      }
      case 'batch.ready':
        this.#ready(event);
        return;
      case 'batch.intake-abandoned':
        this.#move(event, event.kind, { reason: event.payload.reason });
        return;
      case 'batch.release-requested':
        this.#sameContent(event, event.payload.contentDigest);
        this.#move(event, event.kind, { release_approval: event.payload.approval });
        return;
      case 'batch.released': {
        const { approval, contentDigest, grant, grantCount, grantValidForSeconds, grantIndex } = event.payload;
        if (this.#sameContent(event, contentDigest).releaseApproval !== approval) {
          impossible(event, 'the release was asked for under another approval');
        }
        this.#move(event, event.kind, {
          grant_id: grant,
          grant_count: grantCount,
          grant_seconds: grantValidForSeconds,
          grant_index: grantIndex ?? grantCount,
          grant_used: 0,
          grant_counted_at: event.sequence,
          released_at: event.time,
        });
        return;
      }
      case 'grant.received': {
        const { state, grantCount, grantIndex } = this.#known(event);
        const { grant, count, index, validForSeconds } = event.payload;
        if (!producing.includes(state)) impossible(event, `the batch is ${state}`);
        if (count < (grantCount ?? 0) || index < (grantIndex ?? 0)) impossible(event, 'it takes back what was granted');
        this.#set(event, {
          grant_id: grant,
          grant_count: count,
          grant_seconds: validForSeconds,
          grant_index: index,
          grant_used: 0,
          grant_counted_at: event.sequence,
        });
        return;
      }
      case 'grant.time-counted':
        this.#set(event, { grant_used: event.payload.used, grant_counted_at: event.sequence });
        return;
      case 'batch.orders-returned': {
        const { grantIndex } = this.#known(event);
        if (event.payload.from < (grantIndex ?? 0)) impossible(event, 'a granted order never goes back');
        this.#set(event, { returned_from: event.payload.from });
        return;
      }
      case 'batch.lost':
        this.#move(event, event.kind, { reason: event.payload.code });
        return;
      case 'batch.started':
        this.#move(event, event.kind, { reason: null });
        return;
      case 'batch.paused':
        this.#move(event, event.kind, { reason: event.payload.reason });
        return;
      case 'batch.stopped':
        this.#move(event, event.kind, { reason: event.payload.code });
        return;
      case 'batch.made':
        this.#move(event, event.kind, { reason: null });
        return;
      case 'batch.close-requested': {
        const { state } = this.#known(event);
        const before = state === 'close-requested' ? {} : { state_before_close: state };
        this.#move(event, event.kind, { close_approval: event.payload.approval, ...before });
        return;
      }
      case 'batch.closed':
        this.#close(event);
        return;
      case 'batch.crypto-erased':
        this.#set(event, { erased_at: event.time });
        return;
      case 'attempt.started': {
        const { batch, state, issuer, grantIndex } = this.#known(event);
        const index = this.#orders.find(batch, subject(event, 'order'))?.index;
        if (index !== undefined && index >= (grantIndex ?? 0)) impossible(event, 'its order was not granted');
        if (!producing.includes(state)) impossible(event, `the batch is ${state}`);
        if (issuer !== event.issuer) impossible(event, 'the batch is of another issuer');
        return;
      }
      case 'approval.refused':
      case 'approval.withdrawn':
      case 'approval.expired':
        this.#approvalLost.run(event.time, event.payload.approval);
        this.#closeLost.run(event.time, event.payload.approval);
        return;
      default:
    }
  }

  #ready(event: Extract<AppliedEvent, { kind: 'batch.ready' }>): void {
    const { ready, held, contentDigest } = event.payload;
    const batch = this.#known(event);
    const counts = this.#orders.counts(batch.batch);
    if (counts.ready !== ready || counts.held !== held || ready + held !== batch.count) {
      impossible(event, `${counts.ready} ready and ${counts.held} held of ${batch.count ?? 0} were accepted`);
    }
    this.#move(event, event.kind, { content_digest: contentDigest });
  }

  /** A batch closes only when every blank is accounted for, every look decided, and the figures are the journal's own. */
  #close(event: Extract<AppliedEvent, { kind: 'batch.closed' }>): void {
    const { batch, closeApproval } = this.#known(event);
    const claimed = event.payload;
    const blanks = this.#stock.balance(batch);
    const orders = this.#orders.counts(batch);
    const unbalanced = (why: string): never => {
      throw new StationFault('JOURNAL-UNBALANCED', { batch, why });
    };
    if (closeApproval !== claimed.approval) impossible(event, 'the close was asked for under another approval');
    if (blanks.inMachine > 0) unbalanced(`${blanks.inMachine} blanks are still in a machine`);
    if (this.#looks.outstandingOf(batch) > 0) unbalanced('a look is outstanding');
    if (orders['in-production'] > 0) unbalanced(`${orders['in-production']} orders are still in production`);
    if (orders.made !== blanks.good) unbalanced(`${blanks.good} good cards stand against ${orders.made} orders made`);
    for (const name of ['fed', 'good', 'rejected', 'spoiled'] as const) {
      if (claimed[name] !== blanks[name]) unbalanced(`${name} is ${blanks[name]}, not ${claimed[name]}`);
    }
    if (claimed.ordersMade !== orders.made) unbalanced(`${orders.made} orders are made, not ${claimed.ordersMade}`);
    this.#move(event, event.kind, { report_digest: claimed.reportDigest, closed_at: event.time });
  }

  #known(event: AppliedEvent): BatchRow {
    const id = subject(event, 'batch');
    return this.find(id) ?? impossible(event, `there is no batch ${id}`);
  }

  #seen(event: AppliedEvent): BatchRow {
    this.#see.run(subject(event, 'batch'), event.issuer, event.time, event.time);
    return this.#known(event);
  }

  #sameContent(event: AppliedEvent, contentDigest: string): BatchRow {
    const batch = this.#known(event);
    if (batch.contentDigest !== contentDigest) impossible(event, 'its content differs from what was taken in');
    return batch;
  }

  #move(event: AppliedEvent, kind: keyof typeof batchTransitions, values: Readonly<Record<string, unknown>>): void {
    const { from, to }: { readonly from: readonly BatchState[]; readonly to: BatchState } = batchTransitions[kind];
    const { state } = this.#known(event);
    if (!from.includes(state)) impossible(event, `the batch is ${state}`);
    this.#set(event, { state: to, ...values });
  }

  #set(event: AppliedEvent, values: Readonly<Record<string, unknown>>): void {
    const columns = Object.keys(values);
    const shape = columns.join(' ');
    let statement = this.#setters.get(shape);
    if (statement === undefined) {
      const assignments = columns.map((column) => `${column} = :${column}`).join(', ');
      statement = this.#database.prepare(`UPDATE batches SET ${assignments}, changed_at = :at WHERE batch = :batch`);
      this.#setters.set(shape, statement);
    }
    const { changes } = statement.run({ ...values, at: event.time, batch: subject(event, 'batch') });
    if (changes === 0) impossible(event, `there is no batch ${subject(event, 'batch')}`);
  }

  find(batch: string): BatchRow | null {
    return this.#one.get(batch) ?? null;
  }

  /** The batch with counts of orders and blanks, or null. */
  view(batch: string): BatchView | null {
    const row = this.find(batch);
    return row === null ? null : this.#view(row);
  }

  /** Batches of the given issuers in the given states: unfinished first, urgent first, then by due date. */
  list(filter: BatchFilter): readonly BatchView[] {
    return this.page(filter, { limit: -1, offset: 0 }).rows;
  }

  /** One page of `list`, and how many there are in all. */
  page(
    filter: BatchFilter,
    page: { readonly limit: number; readonly offset: number },
  ): { readonly rows: readonly BatchView[]; readonly total: number } {
    const issuers = filter.issuers === 'all' ? null : JSON.stringify(filter.issuers);
    const states = filter.states === undefined ? null : JSON.stringify(filter.states);
    const query: BatchQuery = [issuers, issuers, states, states];
    const rows = this.#list.all(...query, page.limit, page.offset).map((row) => this.#view(row));
    return { rows, total: this.#countListed.get(...query) ?? 0 };
  }

  /** How many batches of the issuers closed since a time (RFC 3339). */
  closedSince(time: string, issuers: 'all' | readonly string[]): number {
    const list = issuers === 'all' ? null : JSON.stringify(issuers);
    return this.#closedSince.get(time, list, list) ?? 0;
  }

  #view(row: BatchRow): BatchView {
    return {
      ...row,
      orders: this.#orders.counts(row.batch),
      blanks: this.#stock.balance(row.batch),
      looksOutstanding: this.#looks.outstandingOf(row.batch),
    };
  }
}
