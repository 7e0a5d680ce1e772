import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { actorText, impossible, subject, type AppliedEvent, type Projection } from './projection.ts';
import type { Holdings } from './holdings.ts';

/** What a count waits for, or how it ended. */
export type CountState = 'first' | 'second' | 'differs' | 'same' | 'booked' | 'abandoned';

/** A blind count: two figures at most, each beside what was expected at that moment. */
export interface CountRow {
  readonly count: string;
  readonly place: string;
  readonly item: string;
  readonly state: CountState;
  readonly openedAt: string;
  readonly openedBy: string;
  readonly firstBy: string | null;
  readonly firstAt: string | null;
  readonly firstFigure: number | null;
  readonly firstExpected: number | null;
  readonly secondBy: string | null;
  readonly secondAt: string | null;
  readonly secondFigure: number | null;
  readonly secondExpected: number | null;
  /** Sequence of the entry with the last figure. */
  readonly figureSequence: number | null;
  readonly difference: number | null;
  readonly reason: string | null;
  readonly approval: string | null;
  readonly settledAt: string | null;
}

const select = `SELECT count, place, item, state, opened_at AS openedAt, opened_by AS openedBy, first_by AS firstBy, first_at AS firstAt,
  first_figure AS firstFigure, first_expected AS firstExpected, second_by AS secondBy, second_at AS secondAt,
  second_figure AS secondFigure, second_expected AS secondExpected, figure_sequence AS figureSequence, difference, reason, approval,
  settled_at AS settledAt FROM counts`;
const running = "state IN ('first', 'second', 'differs')";

/** Counts: who counted what, and what came of it. What is expected is taken from the holdings as they stand at the figure. */
export class CountsProjection implements Projection {
  static readonly schema = `
    CREATE TABLE counts (
      count TEXT PRIMARY KEY, place TEXT NOT NULL, item TEXT NOT NULL, state TEXT NOT NULL, opened_at TEXT NOT NULL, opened_by TEXT NOT NULL,
      first_by TEXT, first_at TEXT, first_figure INTEGER, first_expected INTEGER,
      second_by TEXT, second_at TEXT, second_figure INTEGER, second_expected INTEGER,
      figure_sequence INTEGER, difference INTEGER, reason TEXT, approval TEXT, settled_at TEXT
    ) STRICT;
    CREATE UNIQUE INDEX counts_running ON counts (place, item) WHERE ${running};
    CREATE INDEX counts_by_opening ON counts (opened_at);`;
  readonly tables = ['counts'];

  readonly #holdings: Holdings;
  readonly #open: Statement;
  readonly #first: Statement;
  readonly #second: Statement;
  readonly #settle: Statement;
  readonly #one: Statement<[string], CountRow>;
  readonly #running: Statement<[], CountRow>;
  readonly #runningAt: Statement<[string, string], CountRow>;
  readonly #latest: Statement<[number, number], CountRow>;
  readonly #number: Statement<[], number>;
  readonly #since: Statement<[string], CountRow>;

  constructor(database: Database, holdings: Holdings) {
    this.#holdings = holdings;
    this.#open = database.prepare(
      "INSERT INTO counts (count, place, item, state, opened_at, opened_by) VALUES (?, ?, ?, 'first', ?, ?)",
    );
    this.#first = database.prepare(
      `UPDATE counts SET state = 'second', first_by = ?, first_at = ?, first_figure = ?, first_expected = ?, figure_sequence = ? WHERE count = ?`,
    );
    this.#second = database.prepare(
      `UPDATE counts SET state = 'differs', second_by = ?, second_at = ?, second_figure = ?, second_expected = ?, figure_sequence = ?
       WHERE count = ?`,
    );
    this.#settle = database.prepare(
      'UPDATE counts SET state = ?, difference = ?, reason = ?, approval = ?, settled_at = ? WHERE count = ?',
    );
    this.#one = database.prepare(`${select} WHERE count = ?`);
    this.#running = database.prepare(`${select} WHERE ${running} ORDER BY opened_at, count`);
    this.#runningAt = database.prepare(`${select} WHERE ${running} AND place = ? AND item = ?`);
    this.#latest = database.prepare(`${select} ORDER BY opened_at DESC, count LIMIT ? OFFSET ?`);
    this.#number = database.prepare<[], number>('SELECT count(*) FROM counts').pluck();
    this.#since = database.prepare(`${select} WHERE state = 'booked' AND settled_at >= ? ORDER BY settled_at, count`);
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'count.opened': {
        const { place, item } = event.payload;
        const count = subject(event, 'count');
        if (this.find(count) !== null) impossible(event, `count ${count} already exists`);
        if (this.runningAt(place, item) !== null) impossible(event, `${item} at ${place} is being counted`);
        this.#open.run(count, place, item, event.time, actorText(event.actor));
        return;
      }
      case 'count.figure':
        this.#figure(event);
        return;
      case 'count.settled':
        this.#settled(event);
        return;
      case 'count.abandoned': {
        const row = this.expect(event);
        if (row.state !== 'first' && !this.#unbookable(row)) impossible(event, `count ${row.count} is ${row.state}`);
        this.#settle.run('abandoned', null, event.payload.reason, null, event.time, row.count);
        return;
      }
      default:
    }
  }

  /** Both have counted, and what would be booked as missing is no longer there to be taken. */
  #unbookable({ state, place, item, secondFigure, secondExpected }: CountRow): boolean {
    const difference = (secondFigure ?? 0) - (secondExpected ?? 0);
    return state === 'differs' && this.#holdings.at(place, item) + difference < 0;
  }

  #figure(event: Extract<AppliedEvent, { kind: 'count.figure' }>): void {
    const row = this.expect(event);
    const { round, figure } = event.payload;
    if (row.state !== round) impossible(event, `count ${row.count} is ${row.state}`);
    const who = actorText(event.actor);
    if (who === row.firstBy) impossible(event, `${who} has counted already`);
    const expected = this.#holdings.at(row.place, row.item);
    const write = round === 'first' ? this.#first : this.#second;
    write.run(who, event.time, figure, expected, event.sequence, row.count);
  }

  #settled(event: Extract<AppliedEvent, { kind: 'count.settled' }>): void {
    const row = this.expect(event);
    const { result, difference, reason, approval } = event.payload;
    const found =
      row.state === 'differs'
        ? (row.secondFigure ?? 0) - (row.secondExpected ?? 0)
        : (row.firstFigure ?? 0) - (row.firstExpected ?? 0);
    const fits =
      result === 'same'
        ? (row.state === 'second' || row.state === 'differs') && difference === 0
        : row.state === 'differs' && approval !== null;
    if (!fits || found !== difference)
      impossible(event, `count ${row.count} is ${row.state} with a difference of ${found}`);
    this.#settle.run(result, difference, reason, approval, event.time, row.count);
  }

  /** The count that an event names; JOURNAL-IMPOSSIBLE when there is none. */
  expect(event: AppliedEvent): CountRow {
    const count = subject(event, 'count');
    return this.find(count) ?? impossible(event, `there is no count ${count}`);
  }

  find(count: string): CountRow | null {
    return this.#one.get(count) ?? null;
  }

  running(): readonly CountRow[] {
    return this.#running.all();
  }

  /** Sequences of the entries whose figure a second counter must not know yet. */
  blind(): readonly number[] {
    return this.running().flatMap(({ state, figureSequence }) =>
      state === 'second' && figureSequence !== null ? [figureSequence] : [],
    );
  }

  runningAt(place: string, item: string): CountRow | null {
    return this.#runningAt.get(place, item) ?? null;
  }

  /** Newest first. */
  page(limit: number, offset: number): readonly CountRow[] {
    return this.#latest.all(limit, offset);
  }

  total(): number {
    return this.#number.get() ?? 0;
  }

  /** Counts whose difference was booked since a time (RFC 3339). */
  bookedSince(time: string): readonly CountRow[] {
    return this.#since.all(time);
  }
}
