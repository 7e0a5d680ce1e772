import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Environment } from '#shared/domain/identifiers.ts';
import type { StockKind } from '#shared/domain/stock-place.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Disposition } from '#shared/journal-format/events/production-events.ts';
import type { AttemptsProjection } from './attempts.ts';
import type { CountsProjection } from './counts.ts';
import { impossible, subject, type AppliedEvent, type Projection } from './projection.ts';

/** Where the blanks that were fed are: every one in a machine or in exactly one disposition. */
export interface BlankBalance extends Readonly<Record<Disposition, number>> {
  /** Blanks taken from a lot: the sum of all the others. */
  readonly fed: number;
  readonly inMachine: number;
}

/** What became of the things of a lot that were never fed. */
export interface LotLosses {
  /** Booked by two people after counts: fewer than expected, more than expected. */
  readonly missing: number;
  readonly found: number;
  readonly out: number;
  readonly destroyed: number;
  /** Ribbons put into a printer. */
  readonly fitted: number;
}

/** A counted lot of blanks or ribbons. */
export interface LotRow extends LotLosses {
  readonly lot: string;
  readonly kind: StockKind;
  readonly blankType: string;
  readonly environment: Environment;
  readonly received: number;
  /** In the vault and at lines; a returned blank never left the feeder. */
  readonly remaining: number;
  readonly receivedAt: string;
  readonly supplier: string | null;
  readonly supplierReference: string | null;
  /** Who booked it in was signed for by a second person; null for entries of before custody was kept. */
  readonly approval: string | null;
  readonly balance: BlankBalance;
}

/** A balance of one lot, batch and line. */
export interface BlankUse extends BlankBalance {
  readonly lot: string;
  readonly batch: string;
  readonly line: string;
}

type StoredLot = Omit<LotRow, 'remaining' | 'balance'>;

/** Batch of the blanks that were used without an order: tests of the machines. */
const noBatch = '';

const sums = `coalesce(sum(fed), 0) AS fed, coalesce(sum(in_machine), 0) AS inMachine, coalesce(sum(good), 0) AS good,
  coalesce(sum(rejected), 0) AS rejected, coalesce(sum(spoiled), 0) AS spoiled, coalesce(sum(test), 0) AS test,
  coalesce(sum(returned), 0) AS returned, coalesce(sum(missing), 0) AS missing`;
const lots = `SELECT lot, kind, blank_type AS blankType, environment, received, received_at AS receivedAt, supplier,
  supplier_reference AS supplierReference, approval, missing, found, gone AS out, destroyed, fitted FROM lots`;
const emptyBalance: BlankBalance = {
  fed: 0,
  inMachine: 0,
  good: 0,
  rejected: 0,
  spoiled: 0,
  test: 0,
  returned: 0,
  missing: 0,
};

/** Blanks in and out: lots as counted in, and where each blank that was fed has ended. */
export class StockProjection implements Projection {
  static readonly schema = `
    CREATE TABLE lots (
      lot TEXT PRIMARY KEY, kind TEXT NOT NULL, blank_type TEXT NOT NULL, environment TEXT NOT NULL, received INTEGER NOT NULL,
      received_at TEXT NOT NULL, supplier TEXT, supplier_reference TEXT, approval TEXT, missing INTEGER NOT NULL DEFAULT 0,
      found INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0, destroyed INTEGER NOT NULL DEFAULT 0,
      fitted INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE blanks (
      lot TEXT NOT NULL, batch TEXT NOT NULL, line TEXT NOT NULL, fed INTEGER NOT NULL DEFAULT 0, in_machine INTEGER NOT NULL DEFAULT 0,
      good INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0, spoiled INTEGER NOT NULL DEFAULT 0,
      test INTEGER NOT NULL DEFAULT 0, returned INTEGER NOT NULL DEFAULT 0, missing INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (lot, batch, line),
      CHECK (in_machine >= 0 AND good >= 0 AND rejected >= 0),
      CHECK (fed = in_machine + good + rejected + spoiled + test + returned + missing)
    ) STRICT;
    CREATE INDEX blanks_by_batch ON blanks (batch);`;
  readonly tables = ['lots', 'blanks'];

  readonly #attempts: AttemptsProjection;
  readonly #counts: CountsProjection;
  readonly #receive: Statement;
  readonly #feed: Statement;
  readonly #test: Statement;
  readonly #lose: ReadonlyMap<keyof LotLosses, Statement>;
  readonly #move: ReadonlyMap<string, Statement>;
  readonly #lot: Statement<[string], StoredLot>;
  readonly #lots: Statement<[], StoredLot>;
  readonly #ofBatch: Statement<[string], BlankBalance>;
  readonly #ofLot: Statement<[string], BlankBalance>;
  readonly #usesOfBatch: Statement<[string], BlankUse>;
  readonly #usesOfLot: Statement<[string], BlankUse>;

  constructor(database: Database, attempts: AttemptsProjection, counts: CountsProjection) {
    this.#attempts = attempts;
    this.#counts = counts;
    this.#receive = database.prepare(
      `INSERT INTO lots (lot, kind, blank_type, environment, received, received_at, supplier, supplier_reference, approval)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (lot) DO UPDATE SET received = received + excluded.received`,
    );
    this.#feed = database.prepare(
      `INSERT INTO blanks (lot, batch, line, fed, in_machine) VALUES (?, ?, ?, 1, 1)
       ON CONFLICT (lot, batch, line) DO UPDATE SET fed = fed + 1, in_machine = in_machine + 1`,
    );
    this.#test = database.prepare(
      `INSERT INTO blanks (lot, batch, line, fed, test) VALUES (?, '${noBatch}', ?, ?, ?)
       ON CONFLICT (lot, batch, line) DO UPDATE SET fed = fed + excluded.fed, test = test + excluded.test`,
    );
    const lose = (name: keyof LotLosses): [keyof LotLosses, Statement] => {
      const column = name === 'out' ? 'gone' : name;
      return [name, database.prepare(`UPDATE lots SET ${column} = ${column} + ? WHERE lot = ?`)];
    };
    this.#lose = new Map((['missing', 'found', 'out', 'destroyed', 'fitted'] as const).map(lose));
    const move = (from: string, to: Disposition): [string, Statement] => [
      `${from} ${to}`,
      database.prepare(
        `UPDATE blanks SET ${from} = ${from} - 1, ${to} = ${to} + 1 WHERE lot = ? AND batch = ? AND line = ?`,
      ),
    ];
    const ends: readonly Disposition[] = ['good', 'rejected', 'spoiled', 'test', 'returned', 'missing'];
    this.#move = new Map([...ends.map((end) => move('in_machine', end)), move('good', 'rejected')]);
    this.#lot = database.prepare(`${lots} WHERE lot = ?`);
    this.#lots = database.prepare(`${lots} ORDER BY received_at, lot`);
    this.#ofBatch = database.prepare(`SELECT ${sums} FROM blanks WHERE batch = ?`);
    this.#ofLot = database.prepare(`SELECT ${sums} FROM blanks WHERE lot = ?`);
    const uses = `SELECT lot, batch, line, fed, in_machine AS inMachine, good, rejected, spoiled, test, returned, missing FROM blanks`;
    this.#usesOfBatch = database.prepare(`${uses} WHERE batch = ? ORDER BY lot, line`);
    this.#usesOfLot = database.prepare(`${uses} WHERE lot = ? ORDER BY batch, line`);
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'lot.received':
        this.#received(event);
        return;
      case 'lot.moved':
        if (event.payload.to === 'out') this.#taken(event, subject(event, 'lot'), 'out', event.payload.count);
        return;
      case 'blank.used-for-test': {
        const { count } = event.payload;
        const lot = this.#expectLeft(event, subject(event, 'lot'), count);
        if (lot.kind !== 'blank') impossible(event, `lot ${lot.lot} holds no blanks`);
        this.#test.run(lot.lot, subject(event, 'line'), count, count);
        return;
      }
      case 'ribbon.fitted':
        if (event.payload.lot !== null) this.#taken(event, event.payload.lot, 'fitted', 1);
        return;
      case 'ribbon.recognised': {
        const { lot, instead } = event.payload;
        if (lot === instead) return;
        if (instead !== null) this.#lose.get('fitted')?.run(-1, instead);
        if (lot !== null) this.#taken(event, lot, 'fitted', 1);
        return;
      }
      case 'count.settled': {
        const { difference } = event.payload;
        const lot = this.findLot(this.#counts.expect(event).item);
        if (lot === null || difference === 0) return;
        if (difference > 0) this.#lose.get('found')?.run(difference, lot.lot);
        else this.#taken(event, lot.lot, 'missing', -difference);
        return;
      }
      case 'destruction.done':
        for (const { lot, count } of event.payload.content.lots) this.#taken(event, lot, 'destroyed', count);
        return;
      case 'attempt.started': {
        const { lot } = this.#expectLeft(event, event.payload.lot, 1);
        this.#feed.run(lot, subject(event, 'batch'), subject(event, 'line'));
        return;
      }
      case 'attempt.ended': {
        const { lot, batch, line, disposition } = this.#attempts.expect(event);
        const move = this.#move.get(`${disposition ?? 'in_machine'} ${event.payload.disposition}`);
        if (move === undefined) impossible(event, `its blank has ended as ${disposition ?? 'nothing'}`);
        move.run(lot, batch, line);
        return;
      }
      default:
    }
  }

  #received(event: Extract<AppliedEvent, { kind: 'lot.received' }>): void {
    const lot = subject(event, 'lot');
    const { kind = 'blank', blankType, count, environment, supplier, supplierReference, approval } = event.payload;
    const known = this.#lot.get(lot);
    if (known !== undefined && (known.blankType !== blankType || known.environment !== environment)) {
      impossible(event, `lot ${lot} holds other blanks`);
    }
    this.#receive.run(
      lot,
      kind,
      blankType,
      environment,
      count,
      event.time,
      supplier ?? null,
      supplierReference ?? null,
      approval ?? null,
    );
  }

  #expectLeft(event: AppliedEvent, lot: string, count: number): LotRow {
    const known = this.findLot(lot) ?? impossible(event, `there is no lot ${lot}`);
    if (known.remaining < count) throw new StationFault('JOURNAL-LOT-EMPTY', { lot });
    return known;
  }

  #taken(event: AppliedEvent, lot: string, how: keyof LotLosses, count: number): void {
    this.#lose.get(how)?.run(count, this.#expectLeft(event, lot, count).lot);
  }

  #read(row: StoredLot): LotRow {
    const balance = this.#ofLot.get(row.lot) ?? emptyBalance;
    const gone = row.missing + row.out + row.destroyed + row.fitted;
    return { ...row, remaining: row.received + row.found - gone - balance.fed + balance.returned, balance };
  }

  findLot(lot: string): LotRow | null {
    const row = this.#lot.get(lot);
    return row === undefined ? null : this.#read(row);
  }

  lots(): readonly LotRow[] {
    return this.#lots.all().map((row) => this.#read(row));
  }

  /** Where the blanks fed for a batch are. */
  balance(batch: string): BlankBalance {
    return this.#ofBatch.get(batch) ?? emptyBalance;
  }

  /** Blanks used without an order, of all lots. */
  testsWithoutOrder(): number {
    return this.#ofBatch.get(noBatch)?.test ?? 0;
  }

  /** The balance of a batch by lot and line. */
  usesOfBatch(batch: string): readonly BlankUse[] {
    return this.#usesOfBatch.all(batch);
  }

  /** The balance of a lot by batch and line. */
  usesOfLot(lot: string): readonly BlankUse[] {
    return this.#usesOfLot.all(lot);
  }
}
