import { placeOfLine } from '#shared/domain/stock-place.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import type { RibbonRow } from '../journal/projections/ribbons.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { StockBooks } from './stock-books.ts';

/** What a printer tells of the ribbon in it; `remaining` is null where it cannot tell. */
export interface SeenRibbon {
  readonly kind: string;
  readonly remaining: number | null;
}

export interface RibbonOptions {
  readonly journal: Journal;
  readonly books: StockBooks;
  readonly randomness: Randomness;
  /** What the line's printer said last; null before it said anything. */
  seen(line: string): SeenRibbon | null;
}

/** Ribbons in printers. A used ribbon bears what was printed with it: it is an item of its own until it is destroyed. */
export class RibbonService {
  readonly #options: RibbonOptions;
  /** What each line's printer told at the last look. */
  readonly #before = new Map<string, SeenRibbon>();

  constructor(options: RibbonOptions) {
    this.#options = options;
  }

  /**
   * A ribbon of this lot is in the line's printer now; the one before goes to the used ribbons. Where the printer has told of it already
   * this only names its lot. Effects: `ribbon.recognised`, or `ribbon.taken-out` and `ribbon.fitted`.
   *
   * STOCK-NO-LOT, STOCK-NO-LINE, STOCK-NOT-RIBBONS, STOCK-LINE-BUSY, STOCK-BEING-COUNTED, STOCK-NOT-ENOUGH.
   */
  fit(line: string, lot: string, actor: JournalActor): RibbonRow {
    const { journal, books } = this.#options;
    const row = books.lot(lot);
    books.line(line);
    if (row.kind !== 'ribbon') throw new StationFault('STOCK-NOT-RIBBONS', { lot });
    books.resting(placeOfLine(line));
    this.watch([line]);
    const fitted = journal.projections.ribbons.fitted(line);
    const told = fitted?.foundBy === 'printer' && (fitted.lot === null || this.#unprinted(fitted));
    if (!told || fitted.lot !== lot) books.takable(placeOfLine(line), lot, 1);
    const remaining = this.#options.seen(line)?.remaining ?? null;
    if (told) {
      if (fitted.lot !== null) books.uncounted(placeOfLine(line), fitted.lot);
      const left = fitted.remainingWhenFitted;
      journal.append(this.#recognised(fitted, { ribbonType: row.blankType, lot, remaining: left }, 'operator', actor));
      return this.#now(line);
    }
    journal.append(
      ...this.#takenOut(line, null, 'operator', actor),
      this.#fitted(line, { ribbonType: row.blankType, lot, remaining, foundBy: 'operator' }, actor),
    );
    return this.#now(line);
  }

  /** The ribbon was taken out of the line's printer: STOCK-NO-LINE, STOCK-NO-RIBBON, STOCK-LINE-BUSY. Effects: `ribbon.taken-out`. */
  takeOut(line: string, actor: JournalActor): RibbonRow {
    const { journal, books } = this.#options;
    books.line(line);
    books.resting(placeOfLine(line));
    const row = this.#now(line);
    journal.append(...this.#takenOut(line, this.#options.seen(line)?.remaining ?? null, 'operator', actor));
    return journal.projections.ribbons.find(row.ribbon) ?? row;
  }

  /**
   * Looks at what the printers say: one that has more left than before, or is of another kind, was changed. A ribbon that nobody
   * fitted is booked from the one lot of ribbons at the line, or from none, which a person sees. Harmless when repeated.
   */
  watch(lines: readonly string[]): void {
    for (const line of lines) {
      const seen = this.#options.seen(line);
      if (seen === null || seen.remaining === null || this.#before.get(line) === seen) continue;
      const before = this.#before.get(line) ?? null;
      this.#before.set(line, seen);
      const fitted = this.#options.journal.projections.ribbons.fitted(line);
      if (fitted !== null && !this.#changed(fitted, before, seen)) continue;
      if (fitted?.foundBy === 'operator' && this.#unprinted(fitted)) {
        const now = { ribbonType: fitted.ribbonType, lot: fitted.lot, remaining: seen.remaining };
        this.#options.journal.append(this.#recognised(fitted, now, 'printer', { kind: 'station' }));
      } else this.#found(line, before, seen);
    }
  }

  /** Whether no card was printed with a ribbon yet: what is said of it now may be about the same change. */
  #unprinted({ ribbon }: RibbonRow): boolean {
    return this.#options.journal.projections.ribbons.batchesOf(ribbon).length === 0;
  }

  #recognised(
    { ribbon, line, lot: instead }: RibbonRow,
    now: { readonly ribbonType: string; readonly lot: string | null; readonly remaining: number | null },
    foundBy: 'operator' | 'printer',
    actor: JournalActor,
  ): NewEvent {
    const subjects = { ribbon, line, ...(now.lot === null ? {} : { lot: now.lot }) };
    return { kind: 'ribbon.recognised', actor, issuer: null, subjects, payload: { ...now, instead, foundBy } };
  }

  #changed(fitted: RibbonRow, before: SeenRibbon | null, seen: SeenRibbon): boolean {
    // After a start only what was there at the fitting is known: a ribbon never gets longer.
    const most = before?.remaining ?? fitted.remainingWhenFitted;
    const otherKind = before !== null && before.kind !== seen.kind && ![before.kind, seen.kind].includes('unknown');
    return otherKind || (most !== null && seen.remaining !== null && seen.remaining > most);
  }

  #found(line: string, before: SeenRibbon | null, seen: SeenRibbon): void {
    const { journal } = this.#options;
    const { stock, holdings } = journal.projections;
    const here = holdings
      .all()
      .filter(
        ({ place, item, count }) => place === placeOfLine(line) && count > 0 && stock.findLot(item)?.kind === 'ribbon',
      );
    const [only] = here;
    const lot = here.length === 1 && only !== undefined ? stock.findLot(only.item) : null;
    const station = { kind: 'station' } as const;
    journal.append(
      ...this.#takenOut(line, before?.remaining ?? null, 'printer', station),
      this.#fitted(
        line,
        {
          ribbonType: lot?.blankType ?? seen.kind,
          lot: lot?.lot ?? null,
          remaining: seen.remaining,
          foundBy: 'printer',
        },
        station,
      ),
    );
  }

  #takenOut(line: string, remaining: number | null, foundBy: 'operator' | 'printer', actor: JournalActor): NewEvent[] {
    const row = this.#options.journal.projections.ribbons.fitted(line);
    if (row === null) return [];
    const subjects = { ribbon: row.ribbon, line };
    return [{ kind: 'ribbon.taken-out', actor, issuer: null, subjects, payload: { remaining, foundBy } }];
  }

  #fitted(
    line: string,
    payload: Extract<NewEvent, { kind: 'ribbon.fitted' }>['payload'],
    actor: JournalActor,
  ): NewEvent {
    const ribbon = this.#options.randomness.id('rb');
    const subjects = { ribbon, line, ...(payload.lot === null ? {} : { lot: payload.lot }) };
    return { kind: 'ribbon.fitted', actor, issuer: null, subjects, payload };
  }

  #now(line: string): RibbonRow {
    const row = this.#options.journal.projections.ribbons.fitted(line);
    if (row === null) throw new StationFault('STOCK-NO-RIBBON', { line });
    return row;
  }
}
