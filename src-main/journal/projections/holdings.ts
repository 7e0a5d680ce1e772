import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { placeOfLine } from '#shared/domain/stock-place.ts';
import type { Disposition } from '#shared/journal-format/events/production-events.ts';
import type { AttemptsProjection } from './attempts.ts';
import type { CountRow } from './counts.ts';
import { impossible, subject, type AppliedEvent, type Projection } from './projection.ts';

/** How much of one thing is at one place, and when it was last counted there. */
export interface HoldingRow {
  readonly place: string;
  readonly item: string;
  readonly count: number;
  /** Sequence of the last entry by which anything came or went. */
  readonly changed: number;
  /** Sequence of the figure that was last agreed or booked; null before the first count. */
  readonly counted: number | null;
  readonly countedAt: string | null;
  readonly countedBy: string | null;
}

/** What others need to know of the holdings while they apply an event. */
export interface Holdings {
  at(place: string, item: string): number;
}

const select = `SELECT place, item, count, changed, counted, counted_at AS countedAt, counted_by AS countedBy FROM holdings`;
const goodCards = { place: 'good-cards', item: 'cards' } as const;
const rejectedCards = { place: 'rejects', item: 'cards' } as const;
const usedRibbons = { place: 'used-ribbons', item: 'ribbons' } as const;

/** The container in which a card ends; null where the blank goes elsewhere. */
function containerOf(disposition: Disposition): { readonly place: string; readonly item: string } | null {
  switch (disposition) {
    case 'good':
      return goodCards;
    case 'rejected':
    case 'spoiled':
    case 'test':
      return rejectedCards;
    case 'returned':
    case 'missing':
      return null;
  }
}

/** Custody: every counted thing at exactly one place. */
export class HoldingsProjection implements Projection, Holdings {
  static readonly schema = `
    CREATE TABLE holdings (
      place TEXT NOT NULL, item TEXT NOT NULL, count INTEGER NOT NULL, changed INTEGER NOT NULL, counted INTEGER, counted_at TEXT,
      counted_by TEXT, PRIMARY KEY (place, item)
    ) STRICT;
    CREATE INDEX holdings_by_item ON holdings (item);`;
  readonly tables = ['holdings'];

  readonly #attempts: AttemptsProjection;
  readonly #countOf: (count: string) => CountRow | null;
  /** Whether a lot was booked in before custody was kept: it could stand at two lines at once. */
  readonly #beforeCustody: (lot: string) => boolean;
  readonly #change: Statement;
  readonly #book: Statement;
  readonly #counted: Statement;
  readonly #count: Statement<[string, string], number>;
  readonly #all: Statement<[], HoldingRow>;
  readonly #ofItem: Statement<[string], HoldingRow>;

  constructor(
    database: Database,
    attempts: AttemptsProjection,
    around: { countOf(count: string): CountRow | null; beforeCustody(lot: string): boolean },
  ) {
    this.#attempts = attempts;
    this.#countOf = (count) => around.countOf(count);
    this.#beforeCustody = (lot) => around.beforeCustody(lot);
    this.#change = database.prepare(
      `INSERT INTO holdings (place, item, count, changed) VALUES (?, ?, ?, ?)
       ON CONFLICT (place, item) DO UPDATE SET count = count + excluded.count, changed = excluded.changed`,
    );
    this.#book = database.prepare('UPDATE holdings SET count = count + ? WHERE place = ? AND item = ?');
    this.#counted = database.prepare(
      'UPDATE holdings SET counted = ?, counted_at = ?, counted_by = ? WHERE place = ? AND item = ?',
    );
    this.#count = database
      .prepare<[string, string], number>('SELECT count FROM holdings WHERE place = ? AND item = ?')
      .pluck();
    this.#all = database.prepare(`${select} ORDER BY place, item`);
    this.#ofItem = database.prepare(`${select} WHERE item = ? ORDER BY place`);
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'lot.received':
        this.#put(event, 'vault', subject(event, 'lot'), event.payload.count);
        return;
      case 'lot.moved': {
        const lot = subject(event, 'lot');
        const { from, to, count } = event.payload;
        this.#take(event, from, lot, count);
        if (to !== 'out') this.#put(event, to, lot, count);
        return;
      }
      case 'lot.loaded':
        this.#loaded(event);
        return;
      case 'attempt.started':
        this.#take(event, this.#feederOf(event.payload.lot, subject(event, 'line')), event.payload.lot, 1);
        return;
      case 'attempt.ended':
        this.#ended(event);
        return;
      case 'blank.used-for-test':
        this.#take(
          event,
          this.#feederOf(subject(event, 'lot'), subject(event, 'line')),
          subject(event, 'lot'),
          event.payload.count,
        );
        this.#put(event, rejectedCards.place, rejectedCards.item, event.payload.count);
        return;
      case 'ribbon.fitted':
        if (event.payload.lot !== null) this.#take(event, placeOfLine(subject(event, 'line')), event.payload.lot, 1);
        return;
      case 'ribbon.recognised': {
        const { lot, instead } = event.payload;
        const feeder = placeOfLine(subject(event, 'line'));
        if (lot === instead) return;
        if (instead !== null) this.#put(event, feeder, instead, 1);
        if (lot !== null) this.#take(event, feeder, lot, 1);
        return;
      }
      case 'ribbon.taken-out':
        this.#put(event, usedRibbons.place, usedRibbons.item, 1);
        return;
      case 'count.settled':
        this.#settled(event);
        return;
      case 'destruction.done': {
        const { attempts, testCards, lots, ribbons } = event.payload.content;
        for (const { lot, place, count } of lots) this.#take(event, place, lot, count);
        const cards = attempts.length + testCards;
        if (cards > 0) this.#take(event, rejectedCards.place, rejectedCards.item, cards);
        if (ribbons.length > 0) this.#take(event, usedRibbons.place, usedRibbons.item, ribbons.length);
        return;
      }
      default:
    }
  }

  /** Before custody was kept, loading a lot at a line was all that was written of its way there. */
  #loaded(event: Extract<AppliedEvent, { kind: 'lot.loaded' }>): void {
    const lot = subject(event, 'lot');
    const left = this.at('vault', lot);
    if (!this.#beforeCustody(lot) || left < 1) return;
    this.#take(event, 'vault', lot, left);
    this.#put(event, placeOfLine(event.payload.line), lot, left);
  }

  #feederOf(lot: string, line: string): string {
    const feeder = placeOfLine(line);
    if (this.at(feeder, lot) > 0 || !this.#beforeCustody(lot)) return feeder;
    return this.ofItem(lot).find(({ count }) => count > 0)?.place ?? feeder;
  }

  /** `attempts` still says how the blank stood before this event. */
  #ended(event: Extract<AppliedEvent, { kind: 'attempt.ended' }>): void {
    const { lot, line, disposition: before } = this.#attempts.expect(event);
    const { disposition } = event.payload;
    const from = before === null ? null : containerOf(before);
    // A good card that was counted as missing and turns up to be rejected leaves one too few behind: the next count finds it.
    if (from !== null) this.#put(event, from.place, from.item, -1);
    const to = containerOf(disposition);
    if (to !== null) this.#put(event, to.place, to.item, 1);
    else if (disposition === 'returned') this.#put(event, placeOfLine(line), lot, 1);
  }

  #settled(event: Extract<AppliedEvent, { kind: 'count.settled' }>): void {
    const row = this.#countOf(subject(event, 'count'));
    if (row === null) return;
    const { difference } = event.payload;
    if (this.at(row.place, row.item) + difference < 0)
      impossible(event, `${row.item} at ${row.place} would be below zero`);
    // Booking what was counted is no coming or going: the place stays counted.
    if (difference !== 0) this.#book.run(difference, row.place, row.item);
    const by = [row.firstBy, row.secondBy].filter((person) => person !== null).join(', ');
    this.#counted.run(row.figureSequence, event.time, by, row.place, row.item);
  }

  #put(event: AppliedEvent, place: string, item: string, count: number): void {
    this.#change.run(place, item, count, event.sequence);
  }

  #take(event: AppliedEvent, place: string, item: string, count: number): void {
    if (this.at(place, item) < count) impossible(event, `there are not ${count} of ${item} at ${place}`);
    this.#change.run(place, item, -count, event.sequence);
  }

  at(place: string, item: string): number {
    return this.#count.get(place, item) ?? 0;
  }

  /** How many blanks of a lot a line may feed. */
  feedable(lot: string, line: string): number {
    const there = this.at(placeOfLine(line), lot);
    return this.#beforeCustody(lot) ? this.ofItem(lot).reduce((sum, { count }) => sum + count, 0) : there;
  }

  /** Everything that is or was somewhere, by place. */
  all(): readonly HoldingRow[] {
    return this.#all.all();
  }

  /** Where a lot is. */
  ofItem(item: string): readonly HoldingRow[] {
    return this.#ofItem.all(item);
  }
}
