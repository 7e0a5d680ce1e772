import { createHash } from 'node:crypto';
import type { DayFiguresView, DayView } from '#shared/contract/views/stock-views.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { DayLotRow, DayRow } from '../journal/projections/days.ts';

/** What a printer's counter says now; null where it could not be asked. */
export interface PrinterReading {
  readonly line: string;
  readonly printer: string;
  readonly cards: number | null;
}

/** The figures of a day, all of them from the journal's tables and the printers' own counters. */
export interface DayFigures {
  readonly lots: readonly {
    readonly lot: string;
    readonly blankType: string;
    readonly kind: string;
    readonly figures: DayFiguresView;
  }[];
  readonly printers: DayView['printers'];
}

function figuresOf(row: DayLotRow, now: { readonly inMachine: number; readonly held: number } | null): DayFiguresView {
  const { day: _day, lot: _lot, level, ...flows } = row;
  const inMachine = now?.inMachine ?? 0;
  const closing = level - inMachine;
  // Two books: what the flows leave, and what lies at the places. After the close only the flows remain.
  return { ...flows, inMachine, closing, difference: now === null ? 0 : closing - now.held };
}

/** Draws the figures of a day; `readings` are the printers' counters of now, for the open day. */
export function drawDay(
  journal: Pick<Journal, 'projections'>,
  day: DayRow,
  readings: readonly PrinterReading[],
): DayFigures {
  const { days, stock, holdings, printerReadings } = journal.projections;
  const open = day.closedAt === null;
  const lots = days.lotsOf(day.day).map((row) => {
    const lot = stock.findLot(row.lot);
    const held = holdings.ofItem(row.lot).reduce((sum, { count }) => sum + count, 0);
    const figures = figuresOf(row, open ? { inMachine: lot?.balance.inMachine ?? 0, held } : null);
    return { lot: row.lot, blankType: lot?.blankType ?? '', kind: lot?.kind ?? 'blank', figures };
  });
  const uses = new Map(printerReadings.ofDay(day.day).map((use) => [`${use.line} ${use.printer}`, use]));
  const asked = open ? readings : [];
  const named = new Map(
    [...uses.values(), ...asked].map(({ line, printer }) => [`${line} ${printer}`, { line, printer }]),
  );
  const printers = [...named].map(([key, { line, printer }]) => {
    const use = uses.get(key);
    const reading = asked.find((one) => `${one.line} ${one.printer}` === key);
    const more = printerReadings.since(line, printer, reading?.cards ?? null);
    const byPrinter = (use?.byPrinter ?? 0) + more.byPrinter;
    const byJournal = (use?.byJournal ?? 0) + more.byJournal;
    const told = use !== undefined || (reading?.cards ?? null) !== null;
    return {
      line,
      printer,
      byPrinter: told ? byPrinter : null,
      byJournal: told ? byJournal : null,
      difference: told ? byPrinter - byJournal : 0,
    };
  });
  return { lots, printers };
}

/** SHA-256 over the figures that two people sign. */
export function figuresDigest(day: string, figures: DayFigures): string {
  return createHash('sha256')
    .update(canonicalJson({ day, ...figures }))
    .digest('hex');
}

const none: DayFiguresView = {
  opening: 0,
  received: 0,
  found: 0,
  fed: 0,
  good: 0,
  rejected: 0,
  spoiled: 0,
  test: 0,
  returned: 0,
  missing: 0,
  out: 0,
  destroyed: 0,
  fitted: 0,
  inMachine: 0,
  closing: 0,
  difference: 0,
};

/** The sum of several lots. */
export function sumFigures(all: readonly DayFiguresView[]): DayFiguresView {
  const names = Object.keys(none) as (keyof DayFiguresView)[];
  return Object.fromEntries(
    names.map((name) => [name, all.reduce((sum, one) => sum + one[name], 0)]),
  ) as DayFiguresView;
}
