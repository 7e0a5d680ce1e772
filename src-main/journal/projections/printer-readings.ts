import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { AttemptsProjection } from './attempts.ts';
import type { DaysProjection } from './days.ts';
import type { LinesProjection } from './lines.ts';
import { subject, type AppliedEvent, type Projection } from './projection.ts';

/** How many cards a line's printer counted, and how many the journal says it fed meanwhile. */
export interface PrinterUse {
  readonly line: string;
  readonly printer: string;
  readonly byPrinter: number;
  readonly byJournal: number;
  /** What of the difference two people have given a reason for, with the close of a day. */
  readonly explained: number;
}

interface Reading {
  readonly line: string;
  readonly printer: string;
  /** The printer's counter at the last reading; null before there was one. */
  readonly cards: number | null;
  /** Cards that the line has fed by the journal, in all and at that reading. */
  readonly fed: number;
  readonly fedAtReading: number;
  /** Batch of the last reading; null outside one. */
  readonly batch: string | null;
}

const dayScope = (day: string): string => `day/${day}`;
const batchScope = (batch: string): string => `batch/${batch}`;
const noDay = '';

/**
 * The printers' own counters beside the journal's. Each reading closes a stretch that began with the one before, so that no card fed
 * between cards, between batches or between days escapes; a stretch belongs to its day, and to a batch where both ends do.
 */
export class PrinterReadingsProjection implements Projection {
  static readonly schema = `
    CREATE TABLE printer_readings (
      line TEXT PRIMARY KEY, printer TEXT NOT NULL, cards INTEGER, fed INTEGER NOT NULL, fed_at_reading INTEGER NOT NULL, batch TEXT
    ) STRICT;
    CREATE TABLE printer_uses (
      scope TEXT NOT NULL, line TEXT NOT NULL, printer TEXT NOT NULL, by_printer INTEGER NOT NULL, by_journal INTEGER NOT NULL,
      explained INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (scope, line, printer)
    ) STRICT;
    CREATE TABLE fed_attempts (attempt TEXT PRIMARY KEY, line TEXT NOT NULL) STRICT;`;
  readonly tables = ['printer_readings', 'printer_uses', 'fed_attempts'];

  readonly #attempts: AttemptsProjection;
  readonly #lines: LinesProjection;
  readonly #days: DaysProjection;
  readonly #reading: Statement<[string], Reading>;
  readonly #write: Statement;
  readonly #use: Statement;
  readonly #adopt: Statement;
  readonly #explain: Statement;
  readonly #mark: Statement;
  readonly #unmark: Statement;
  readonly #ofScope: Statement<[string], PrinterUse>;

  constructor(database: Database, attempts: AttemptsProjection, lines: LinesProjection, days: DaysProjection) {
    this.#attempts = attempts;
    this.#lines = lines;
    this.#days = days;
    this.#reading = database.prepare(
      'SELECT line, printer, cards, fed, fed_at_reading AS fedAtReading, batch FROM printer_readings WHERE line = ?',
    );
    this.#write = database.prepare('INSERT OR REPLACE INTO printer_readings VALUES (?, ?, ?, ?, ?, ?)');
    this.#use = database.prepare(
      `INSERT INTO printer_uses (scope, line, printer, by_printer, by_journal) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (scope, line, printer) DO UPDATE SET by_printer = by_printer + excluded.by_printer,
         by_journal = by_journal + excluded.by_journal`,
    );
    this.#adopt = database.prepare('UPDATE printer_uses SET scope = ? WHERE scope = ?');
    this.#explain = database.prepare('UPDATE printer_uses SET explained = by_printer - by_journal');
    this.#mark = database.prepare('INSERT OR IGNORE INTO fed_attempts VALUES (?, ?)');
    this.#unmark = database.prepare('DELETE FROM fed_attempts WHERE attempt = ?');
    this.#ofScope = database.prepare(
      `SELECT line, printer, by_printer AS byPrinter, by_journal AS byJournal, explained FROM printer_uses WHERE scope = ?
       ORDER BY line, printer`,
    );
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'attempt.intent': {
        const { counters } = event.payload;
        if (counters !== null)
          this.#read(subject(event, 'line'), null, counters.cards, event.subjects['batch'] ?? null);
        return;
      }
      case 'attempt.outcome':
        if (event.payload.step === 'feed' && event.payload.outcome.kind === 'done') this.#fed(event);
        return;
      case 'attempt.settled':
        if (event.payload.step === 'feed' && event.payload.found === 'happened') this.#fed(event);
        return;
      case 'attempt.ended':
        this.#ended(event);
        return;
      case 'line.pairing-begun':
        // A test card is no batch's: the reading closes the stretch of the batch before it.
        this.#read(event.payload.line, event.payload.printer, event.payload.cards, null);
        return;
      case 'blank.used-for-test':
        if (event.payload.fedBy === 'printer') this.#tested(subject(event, 'line'), event.payload.count);
        return;
      case 'day.opened':
        for (const { line, printer, cards } of event.payload.printers) this.#read(line, printer, cards, null);
        this.#adopt.run(dayScope(subject(event, 'day')), dayScope(noDay));
        return;
      case 'day.closed':
        for (const { line, printer, cards } of event.payload.printers) this.#read(line, printer, cards, null);
        // Only a reason explains: a close without differences is signed too.
        if (event.payload.reason !== '') this.#explain.run();
        return;
      default:
    }
  }

  #state(line: string): Reading {
    const printer = this.#lines.findLine(line)?.printer ?? '';
    return this.#reading.get(line) ?? { line, printer, cards: null, fed: 0, fedAtReading: 0, batch: null };
  }

  #store(reading: Reading): void {
    const { line, printer, cards, fed, fedAtReading, batch } = reading;
    this.#write.run(line, printer, cards, fed, fedAtReading, batch);
  }

  #attribute(reading: Reading, batch: string | null, byPrinter: number, byJournal: number): void {
    if (byPrinter === 0 && byJournal === 0) return;
    const day = this.#days.current()?.day ?? noDay;
    this.#use.run(dayScope(day), reading.line, reading.printer, byPrinter, byJournal);
    if (batch !== null) this.#use.run(batchScope(batch), reading.line, reading.printer, byPrinter, byJournal);
  }

  #read(line: string, of: string | null, cards: number | null, batch: string | null): void {
    if (cards === null) return;
    const before = this.#state(line);
    const printer = of ?? this.#lines.findLine(line)?.printer ?? '';
    // Another printer has another counter: its first reading is only where it begins.
    if (before.cards !== null && before.printer === printer) {
      const within = batch !== null && before.batch === batch ? batch : null;
      this.#attribute(before, within, cards - before.cards, before.fed - before.fedAtReading);
    }
    this.#store({ ...before, printer, cards, fedAtReading: before.fed, batch });
  }

  #fed(event: AppliedEvent): void {
    const line = subject(event, 'line');
    if (this.#mark.run(subject(event, 'attempt'), line).changes === 0) return;
    const state = this.#state(line);
    this.#store({ ...state, fed: state.fed + 1 });
  }

  /** A blank that ended without its feed having been seen was fed all the same, unless it is still in the feeder. */
  #ended(event: Extract<AppliedEvent, { kind: 'attempt.ended' }>): void {
    const { attempt, line, disposition } = this.#attempts.expect(event);
    if (disposition !== null) return;
    const marked = this.#unmark.run(attempt).changes > 0;
    const returned = event.payload.disposition === 'returned';
    if (marked !== returned) return;
    const state = this.#state(line);
    this.#store({ ...state, fed: state.fed + (returned ? -1 : 1) });
  }

  /** Known to have been fed by hand of a person: it explains the printer's counter at once, whenever that was or will be read. */
  #tested(line: string, count: number): void {
    const state = this.#state(line);
    this.#attribute(state, state.batch, 0, count);
    this.#store({ ...state, fed: state.fed + count, fedAtReading: state.fedAtReading + count });
  }

  /** What a reading taken now would add to the day: cards by the printer and by the journal since the last reading. */
  since(
    line: string,
    printer: string,
    cards: number | null,
  ): { readonly byPrinter: number; readonly byJournal: number } {
    const before = this.#state(line);
    if (cards === null || before.cards === null || before.printer !== printer) return { byPrinter: 0, byJournal: 0 };
    return { byPrinter: cards - before.cards, byJournal: before.fed - before.fedAtReading };
  }

  /** The printers of a day. */
  ofDay(day: string): readonly PrinterUse[] {
    return this.#ofScope.all(dayScope(day));
  }

  /** The printers of a batch, from its first card's feed to its last card's ejection. */
  ofBatch(batch: string): readonly PrinterUse[] {
    return this.#ofScope.all(batchScope(batch));
  }
}
