import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { AttemptsProjection } from './attempts.ts';
import type { CountsProjection } from './counts.ts';
import { actorText, impossible, subject, type AppliedEvent, type Projection } from './projection.ts';
import type { StockProjection } from './stock.ts';

/** A business day of the station. */
export interface DayRow {
  readonly day: string;
  readonly openedAt: string;
  readonly openedBy: string;
  /** Sequence of the entry that opened it. */
  readonly opened: number;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly reason: string | null;
  readonly approval: string | null;
}

/** What came and went of a lot on a day; what came before its opening, with no day open, is the opening's first. */
export interface DayFlows {
  readonly received: number;
  readonly found: number;
  readonly fed: number;
  readonly good: number;
  readonly rejected: number;
  readonly spoiled: number;
  readonly test: number;
  readonly returned: number;
  readonly missing: number;
  readonly out: number;
  readonly destroyed: number;
  readonly fitted: number;
}

export interface DayLotRow extends DayFlows {
  readonly day: string;
  readonly lot: string;
  readonly opening: number;
  /** In the vault, at lines and in machines after it all: opening and what came, less what went. */
  readonly level: number;
}

type Flow = keyof DayFlows;

const flows: readonly Flow[] = [
  'received',
  'found',
  'fed',
  'good',
  'rejected',
  'spoiled',
  'test',
  'returned',
  'missing',
  'out',
  'destroyed',
  'fitted',
];
/** What each flow does to the number of things that are still stock: fed and returned ones stay in the station's hands. */
const effect: Readonly<Record<Flow, -1 | 0 | 1>> = {
  received: 1,
  found: 1,
  fed: 0,
  returned: 0,
  good: -1,
  rejected: -1,
  spoiled: -1,
  test: -1,
  missing: -1,
  out: -1,
  destroyed: -1,
  fitted: -1,
};
const column = (flow: Flow): string => (flow === 'out' ? 'gone' : flow);
/** What happens while no day is open waits under this name for the next one. */
const noDay = '';

const selectDay = `SELECT day, opened_at AS openedAt, opened_by AS openedBy, opened, closed_at AS closedAt, closed_by AS closedBy, reason,
  approval FROM days`;
const level = `opening ${flows
  .filter((flow) => effect[flow] !== 0)
  .map((flow) => `${effect[flow] === 1 ? '+' : '-'} ${column(flow)}`)
  .join(' ')}`;
const selectLot = `SELECT day, lot, opening, ${flows.map((flow) => `${column(flow)} AS "${flow}"`).join(', ')}, ${level} AS level FROM day_lots`;

/** Days and what each lot did on them: a second book beside the holdings, kept by flows alone. */
export class DaysProjection implements Projection {
  static readonly schema = `
    CREATE TABLE days (
      day TEXT PRIMARY KEY, opened_at TEXT NOT NULL, opened_by TEXT NOT NULL, opened INTEGER NOT NULL, closed_at TEXT, closed_by TEXT,
      reason TEXT, approval TEXT
    ) STRICT;
    CREATE UNIQUE INDEX days_open ON days (closed_at IS NULL) WHERE closed_at IS NULL;
    CREATE INDEX days_by_opening ON days (opened);
    CREATE TABLE day_lots (
      day TEXT NOT NULL, lot TEXT NOT NULL, opening INTEGER NOT NULL,
      ${flows.map((flow) => `${column(flow)} INTEGER NOT NULL DEFAULT 0`).join(', ')}, PRIMARY KEY (day, lot)
    ) STRICT;
    CREATE TABLE lot_levels (lot TEXT PRIMARY KEY, level INTEGER NOT NULL) STRICT;
    CREATE TABLE day_tests (day TEXT NOT NULL, line TEXT NOT NULL, alone INTEGER NOT NULL, PRIMARY KEY (day, line)) STRICT;`;
  readonly tables = ['days', 'day_lots', 'lot_levels', 'day_tests'];

  readonly #attempts: AttemptsProjection;
  readonly #counts: CountsProjection;
  readonly #stock: StockProjection;
  readonly #open: Statement;
  readonly #close: Statement;
  readonly #adopt: Statement;
  readonly #carry: Statement;
  readonly #begin: Statement;
  readonly #add: ReadonlyMap<Flow, Statement>;
  readonly #level: Statement;
  readonly #testAlone: Statement;
  readonly #testsAlone: Statement<[string, string], number>;
  readonly #one: Statement<[string], DayRow>;
  readonly #current: Statement<[], DayRow>;
  readonly #page: Statement<[number, number], DayRow>;
  readonly #number: Statement<[], number>;
  readonly #lots: Statement<[string], DayLotRow>;

  constructor(database: Database, attempts: AttemptsProjection, counts: CountsProjection, stock: StockProjection) {
    this.#attempts = attempts;
    this.#counts = counts;
    this.#stock = stock;
    this.#open = database.prepare('INSERT INTO days (day, opened_at, opened_by, opened) VALUES (?, ?, ?, ?)');
    this.#close = database.prepare(
      'UPDATE days SET closed_at = ?, closed_by = ?, reason = ?, approval = ? WHERE day = ?',
    );
    this.#adopt = database.prepare(`UPDATE day_lots SET day = ? WHERE day = '${noDay}'`);
    this.#carry = database.prepare(
      'INSERT OR IGNORE INTO day_lots (day, lot, opening) SELECT ?, lot, level FROM lot_levels WHERE level <> 0',
    );
    this.#begin = database.prepare(
      'INSERT OR IGNORE INTO day_lots (day, lot, opening) VALUES (?, ?, coalesce((SELECT level FROM lot_levels WHERE lot = ?), 0))',
    );
    this.#add = new Map(
      flows.map((flow) => [
        flow,
        database.prepare(`UPDATE day_lots SET ${column(flow)} = ${column(flow)} + ? WHERE day = ? AND lot = ?`),
      ]),
    );
    this.#level = database.prepare(
      'INSERT INTO lot_levels VALUES (?, ?) ON CONFLICT (lot) DO UPDATE SET level = level + excluded.level',
    );
    this.#testAlone = database.prepare(
      'INSERT INTO day_tests VALUES (?, ?, ?) ON CONFLICT (day, line) DO UPDATE SET alone = alone + excluded.alone',
    );
    this.#testsAlone = database
      .prepare<[string, string], number>('SELECT alone FROM day_tests WHERE day = ? AND line = ?')
      .pluck();
    this.#one = database.prepare(`${selectDay} WHERE day = ?`);
    this.#current = database.prepare(`${selectDay} WHERE closed_at IS NULL`);
    this.#page = database.prepare(`${selectDay} ORDER BY opened DESC LIMIT ? OFFSET ?`);
    this.#number = database.prepare<[], number>('SELECT count(*) FROM days').pluck();
    this.#lots = database.prepare(`${selectLot} WHERE day = ? ORDER BY lot`);
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'day.opened': {
        const day = subject(event, 'day');
        const open = this.current();
        if (open !== null || this.find(day) !== null) impossible(event, `day ${open?.day ?? day} was opened already`);
        this.#open.run(day, event.time, actorText(event.actor), event.sequence);
        this.#adopt.run(day);
        this.#carry.run(day);
        return;
      }
      case 'day.closed': {
        const day = subject(event, 'day');
        if (this.current()?.day !== day) impossible(event, `day ${day} is not open`);
        const { reason, approval } = event.payload;
        this.#close.run(event.time, actorText(event.actor), reason, approval, day);
        return;
      }
      case 'lot.received':
        this.#flow(subject(event, 'lot'), { received: event.payload.count });
        return;
      case 'lot.moved':
        if (event.payload.to === 'out') this.#flow(subject(event, 'lot'), { out: event.payload.count });
        return;
      case 'attempt.started':
        this.#flow(event.payload.lot, { fed: 1 });
        return;
      case 'attempt.ended': {
        const { lot, disposition: before } = this.#attempts.expect(event);
        const { disposition } = event.payload;
        this.#flow(lot, { [disposition]: 1, ...(before === null ? {} : { [before]: -1 }) });
        return;
      }
      case 'blank.used-for-test': {
        const { count, approval } = event.payload;
        if (approval === null) this.#testAlone.run(this.current()?.day ?? noDay, subject(event, 'line'), count);
        this.#flow(subject(event, 'lot'), { fed: count, test: count });
        return;
      }
      case 'ribbon.fitted':
        if (event.payload.lot !== null) this.#flow(event.payload.lot, { fitted: 1 });
        return;
      case 'ribbon.recognised': {
        const { lot, instead } = event.payload;
        if (lot === instead) return;
        if (instead !== null) this.#flow(instead, { fitted: -1 });
        if (lot !== null) this.#flow(lot, { fitted: 1 });
        return;
      }
      case 'count.settled': {
        const { difference } = event.payload;
        const { item } = this.#counts.expect(event);
        if (difference === 0 || this.#stock.findLot(item) === null) return;
        this.#flow(item, difference > 0 ? { found: difference } : { missing: -difference });
        return;
      }
      case 'destruction.done':
        for (const { lot, count } of event.payload.content.lots) this.#flow(lot, { destroyed: count });
        return;
      default:
    }
  }

  #flow(lot: string, changes: Partial<DayFlows>): void {
    const day = this.current()?.day ?? noDay;
    this.#begin.run(day, lot, lot);
    let change = 0;
    for (const flow of flows) {
      const by = changes[flow] ?? 0;
      if (by === 0) continue;
      this.#add.get(flow)?.run(by, day, lot);
      change += effect[flow] * by;
    }
    this.#level.run(lot, change);
  }

  find(day: string): DayRow | null {
    return this.#one.get(day) ?? null;
  }

  /** The open day, or null. */
  current(): DayRow | null {
    return this.#current.get() ?? null;
  }

  /** Newest first. */
  page(limit: number, offset: number): readonly DayRow[] {
    return this.#page.all(limit, offset);
  }

  total(): number {
    return this.#number.get() ?? 0;
  }

  /** Blanks of a line that single people booked as used for tests on a day, without a second one. */
  testsAlone(day: string, line: string): number {
    return this.#testsAlone.get(day, line) ?? 0;
  }

  /** What each lot did on a day; those that were there without a change too. */
  lotsOf(day: string): readonly DayLotRow[] {
    return this.#lots.all(day);
  }
}
