import type { LotView } from '#shared/contract/views/evidence-views.ts';
import type { Environment, LotId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { JournalPort } from '../journal/port.ts';
import type { LotRow } from '../journal/projections/stock.ts';
import type { Randomness } from '../platform/randomness.ts';

const mostBlanks = 1_000_000;

/** What the service reads; the journal's `projections.stock` and `projections.lines` fit as they are. */
export interface StockOptions {
  readonly journal: JournalPort;
  readonly stock: { findLot(lot: string): LotRow | null; lots(): readonly LotRow[] };
  readonly lines: {
    findLine(line: string): { readonly line: string } | null;
    lines(): readonly { readonly line: string; readonly lot: string | null }[];
  };
  /** Whether a line has, or may have, a card inside: its lot cannot be changed then. */
  holdsCard(line: string): 'yes' | 'no';
  readonly randomness: Randomness;
  /** Test and live blanks never meet. */
  readonly environment: Environment;
}

/** Blanks in counted lots: booked in, and booked to the line that feeds them. Every call is an event. */
export class StockService {
  readonly #options: StockOptions;

  constructor(options: StockOptions) {
    this.#options = options;
  }

  /**
   * Books a lot in by its count; without a number it gets one. Effects: `lot.received`.
   *
   * STOCK-LOT-KNOWN, STOCK-COUNT, and STOCK-ENVIRONMENT for blanks that are not this station's kind.
   */
  receive(
    lot: {
      readonly lot?: LotId;
      readonly blankType: string;
      readonly count: number;
      readonly environment: Environment;
    },
    actor: JournalActor,
  ): LotId {
    const { journal, stock, randomness, environment } = this.#options;
    const id = lot.lot ?? (randomness.id('lot') as LotId);
    if (stock.findLot(id) !== null) throw new StationFault('STOCK-LOT-KNOWN', { lot: id });
    if (!Number.isInteger(lot.count) || lot.count < 1 || lot.count > mostBlanks) {
      throw new StationFault('STOCK-COUNT', { lot: id, count: lot.count });
    }
    if (lot.environment !== environment) {
      throw new StationFault('STOCK-ENVIRONMENT', { lot: id, found: lot.environment, wanted: environment });
    }
    const { blankType, count } = lot;
    const payload = { blankType, count, environment };
    journal.append({ kind: 'lot.received', actor, issuer: null, subjects: { lot: id }, payload });
    return id;
  }

  /**
   * Books a lot to a line: the next blank that the line feeds is one of it. Effects: `lot.loaded`.
   *
   * STOCK-NO-LOT, STOCK-NO-LINE, STOCK-LOT-EMPTY, STOCK-ENVIRONMENT, STOCK-LINE-BUSY.
   */
  load(lot: string, line: string, actor: JournalActor): LotView {
    const { journal, stock, lines, environment } = this.#options;
    const row = stock.findLot(lot);
    if (row === null) throw new StationFault('STOCK-NO-LOT', { lot });
    if (lines.findLine(line) === null) throw new StationFault('STOCK-NO-LINE', { line });
    if (row.remaining < 1) throw new StationFault('STOCK-LOT-EMPTY', { lot });
    if (row.environment !== environment) {
      throw new StationFault('STOCK-ENVIRONMENT', { lot, found: row.environment, wanted: environment });
    }
    if (this.#options.holdsCard(line) === 'yes') throw new StationFault('STOCK-LINE-BUSY', { line });
    journal.append({ kind: 'lot.loaded', actor, issuer: null, subjects: { lot, line }, payload: { line } });
    return this.#view(stock.findLot(lot) ?? row);
  }

  /** Every lot, oldest first. */
  lots(): readonly LotView[] {
    return this.#options.stock.lots().map((row) => this.#view(row));
  }

  #view(row: LotRow): LotView {
    const lines = this.#options.lines.lines().filter(({ lot }) => lot === row.lot);
    return {
      lot: row.lot,
      blankType: row.blankType,
      environment: row.environment,
      received: row.received,
      used: row.received - row.remaining,
      left: row.remaining,
      line: lines.length === 0 ? null : lines.map(({ line }) => line).join(', '),
    };
  }
}
