import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { impossible, subject, type AppliedEvent, type Projection } from './projection.ts';

/** One ribbon: card data from its first print on. */
export interface RibbonRow {
  readonly ribbon: string;
  readonly ribbonType: string;
  readonly lot: string | null;
  readonly line: string;
  readonly state: 'fitted' | 'used' | 'destroyed';
  readonly fittedAt: string;
  readonly remainingWhenFitted: number | null;
  readonly takenOutAt: string | null;
  readonly remaining: number | null;
  readonly panels: number;
  readonly destruction: string | null;
  /** Who said that it is there: the printer, a person, or, once they are known to mean the same ribbon, both. */
  readonly foundBy: 'operator' | 'printer' | 'both';
}

const select = `SELECT ribbon, ribbon_type AS ribbonType, lot, line, state, fitted_at AS fittedAt, remaining_when_fitted AS remainingWhenFitted,
  taken_out_at AS takenOutAt, remaining, panels, destruction, found_by AS foundBy FROM ribbons`;

/** Ribbons in printers, in the container of used ones, and destroyed; and which batches each has printed. */
export class RibbonsProjection implements Projection {
  static readonly schema = `
    CREATE TABLE ribbons (
      ribbon TEXT PRIMARY KEY, ribbon_type TEXT NOT NULL, lot TEXT, line TEXT NOT NULL, state TEXT NOT NULL, fitted_at TEXT NOT NULL,
      remaining_when_fitted INTEGER, taken_out_at TEXT, remaining INTEGER, panels INTEGER NOT NULL DEFAULT 0, counter INTEGER,
      destruction TEXT, found_by TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX ribbons_fitted ON ribbons (line) WHERE state = 'fitted';
    CREATE TABLE ribbon_batches (ribbon TEXT NOT NULL, batch TEXT NOT NULL, issuer TEXT NOT NULL, PRIMARY KEY (ribbon, batch)) STRICT;`;
  readonly tables = ['ribbons', 'ribbon_batches'];

  readonly #fit: Statement;
  readonly #recognise: Statement;
  readonly #takeOut: Statement;
  readonly #destroy: Statement;
  readonly #panels: Statement;
  readonly #print: Statement;
  readonly #one: Statement<[string], RibbonRow>;
  readonly #fitted: Statement<[string], RibbonRow>;
  readonly #all: Statement<[], RibbonRow>;
  readonly #present: Statement<[], RibbonRow>;
  readonly #batches: Statement<[string], { batch: string; issuer: string }>;

  constructor(database: Database) {
    this.#fit = database.prepare(
      `INSERT INTO ribbons (ribbon, ribbon_type, lot, line, state, fitted_at, remaining_when_fitted, found_by)
       VALUES (?, ?, ?, ?, 'fitted', ?, ?, ?)`,
    );
    this.#recognise = database.prepare(
      "UPDATE ribbons SET ribbon_type = ?, lot = ?, remaining_when_fitted = ?, found_by = 'both' WHERE ribbon = ?",
    );
    this.#takeOut = database.prepare(
      "UPDATE ribbons SET state = 'used', taken_out_at = ?, remaining = ? WHERE ribbon = ?",
    );
    this.#destroy = database.prepare("UPDATE ribbons SET state = 'destroyed', destruction = ? WHERE ribbon = ?");
    // The printer counts panels over its life: what it counted between two readings was printed with the ribbon that is in it.
    this.#panels = database.prepare(
      `UPDATE ribbons SET panels = panels + max(0, ? - coalesce(counter, ?)), counter = ? WHERE line = ? AND state = 'fitted'`,
    );
    this.#print = database.prepare(
      `INSERT OR IGNORE INTO ribbon_batches SELECT ribbon, ?, ? FROM ribbons WHERE line = ? AND state = 'fitted'`,
    );
    this.#one = database.prepare(`${select} WHERE ribbon = ?`);
    this.#fitted = database.prepare(`${select} WHERE line = ? AND state = 'fitted'`);
    this.#all = database.prepare(`${select} ORDER BY fitted_at DESC, ribbon`);
    this.#present = database.prepare(`${select} WHERE state <> 'destroyed' ORDER BY fitted_at DESC, ribbon`);
    this.#batches = database.prepare('SELECT batch, issuer FROM ribbon_batches WHERE ribbon = ? ORDER BY batch');
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'ribbon.fitted': {
        const line = subject(event, 'line');
        const ribbon = subject(event, 'ribbon');
        if (this.fitted(line) !== null) impossible(event, `line ${line} has a ribbon`);
        if (this.find(ribbon) !== null) impossible(event, `ribbon ${ribbon} already exists`);
        const { ribbonType, lot, remaining, foundBy } = event.payload;
        this.#fit.run(ribbon, ribbonType, lot, line, event.time, remaining, foundBy);
        return;
      }
      case 'ribbon.recognised': {
        const row = this.#expect(event, subject(event, 'ribbon'), 'fitted');
        const { ribbonType, lot, instead, remaining } = event.payload;
        if (row.lot !== instead) impossible(event, `ribbon ${row.ribbon} is of ${row.lot ?? 'no lot'}`);
        this.#recognise.run(ribbonType, lot, remaining, row.ribbon);
        return;
      }
      case 'ribbon.taken-out': {
        const ribbon = this.#expect(event, subject(event, 'ribbon'), 'fitted');
        this.#takeOut.run(event.time, event.payload.remaining, ribbon.ribbon);
        return;
      }
      case 'attempt.intent': {
        const { step, counters } = event.payload;
        const line = subject(event, 'line');
        if (counters !== null) this.#panels.run(counters.panels, counters.panels, counters.panels, line);
        if (step === 'print') this.#print.run(subject(event, 'batch'), event.issuer ?? '', line);
        return;
      }
      case 'destruction.done':
        for (const id of event.payload.content.ribbons) {
          this.#destroy.run(subject(event, 'destruction'), this.#expect(event, id, 'used').ribbon);
        }
        return;
      default:
    }
  }

  #expect(event: AppliedEvent, id: string, state: RibbonRow['state']): RibbonRow {
    const ribbon = this.find(id) ?? impossible(event, `there is no ribbon ${id}`);
    if (ribbon.state !== state) impossible(event, `ribbon ${id} is ${ribbon.state}`);
    return ribbon;
  }

  find(ribbon: string): RibbonRow | null {
    return this.#one.get(ribbon) ?? null;
  }

  /** The ribbon in a line's printer, as far as it was recorded. */
  fitted(line: string): RibbonRow | null {
    return this.#fitted.get(line) ?? null;
  }

  /** Newest first; without those destroyed, or with them. */
  list(show: 'present' | 'all'): readonly RibbonRow[] {
    return (show === 'all' ? this.#all : this.#present).all();
  }

  batchesOf(ribbon: string): readonly { readonly batch: string; readonly issuer: string }[] {
    return this.#batches.all(ribbon);
  }
}
