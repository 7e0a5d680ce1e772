import { lineOfPlace } from '#shared/domain/stock-place.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';
import type { DayRow } from '../journal/projections/days.ts';
import type { LotRow } from '../journal/projections/stock.ts';

/** What every service of stock reads before it acts; each refusal by name, nothing changed. */
export class StockBooks {
  readonly #journal: Pick<Journal, 'projections'>;
  readonly #holdsCard: (line: string) => 'yes' | 'no';

  /** `holdsCard`: whether a line has, or may have, a card inside. */
  constructor(journal: Pick<Journal, 'projections'>, holdsCard: (line: string) => 'yes' | 'no') {
    this.#journal = journal;
    this.#holdsCard = holdsCard;
  }

  /** The open day; STOCK-NO-DAY. */
  day(): DayRow {
    const day = this.#journal.projections.days.current();
    if (day === null) throw new StationFault('STOCK-NO-DAY');
    return day;
  }

  /** STOCK-NO-LOT. */
  lot(lot: string): LotRow {
    const row = this.#journal.projections.stock.findLot(lot);
    if (row === null) throw new StationFault('STOCK-NO-LOT', { lot });
    return row;
  }

  /** STOCK-NO-LINE. */
  line(line: string): void {
    if (this.#journal.projections.lines.findLine(line) === null) throw new StationFault('STOCK-NO-LINE', { line });
  }

  /** A place that exists here, and rests where it is a line's: STOCK-NO-LINE, STOCK-LINE-BUSY. */
  resting(place: string): void {
    const line = lineOfPlace(place);
    if (line === null) return;
    this.line(line);
    if (this.#holdsCard(line) === 'yes') throw new StationFault('STOCK-LINE-BUSY', { line });
  }

  /** Nothing comes or goes while it is counted, and nothing goes that is not there: STOCK-BEING-COUNTED, STOCK-NOT-ENOUGH. */
  takable(place: string, item: string, count: number): void {
    this.uncounted(place, item);
    // How many there are is not said: the answer must not replace a count.
    if (this.#journal.projections.holdings.at(place, item) < count)
      throw new StationFault('STOCK-NOT-ENOUGH', { item, place: this.title(place) });
  }

  /** STOCK-BEING-COUNTED. */
  uncounted(place: string, item: string): void {
    if (this.#journal.projections.counts.runningAt(place, item) !== null)
      throw new StationFault('STOCK-BEING-COUNTED', { item, place: this.title(place) });
  }

  /** A place in plain words. */
  title(place: string): string {
    const line = lineOfPlace(place);
    if (line !== null) return this.#journal.projections.lines.findLine(line)?.title ?? line;
    return (
      {
        vault: 'Vault',
        'good-cards': 'Good cards',
        rejects: 'Rejected cards',
        'used-ribbons': 'Used ribbons',
        out: 'Out of the station',
      }[place] ?? place
    );
  }

  /** A counted thing in plain words. */
  itemTitle(place: string, item: string): string {
    const lot = this.#journal.projections.stock.findLot(item);
    if (lineOfPlace(place) === null && place !== 'vault') return this.title(place);
    return lot === null ? item : `${item} (${lot.blankType})`;
  }
}
