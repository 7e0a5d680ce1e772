import type { BalanceView } from '#shared/contract/views/batch-views.ts';
import type { BlankUse } from '../journal/projections/stock.ts';
import type { OrderCounts } from '../journal/projections/orders.ts';
import type { PrinterUse } from '../journal/projections/printer-readings.ts';

/** What a balance is drawn from; the journal's projections hold all of it. */
export interface BalanceFacts {
  readonly batch: string;
  /** Where the blanks of the batch are, by lot and line: `stock.usesOfBatch`. */
  readonly uses: readonly BlankUse[];
  /** Orders by state: `orders.counts`. */
  readonly orders: OrderCounts;
  /** Orders for which a further card would be started: ready ones, and unmade ones that have attempts left. */
  readonly startable: number;
  readonly looksOutstanding: number;
  /** What the printers counted for the batch, where they tell: `printerReadings.ofBatch`. */
  readonly printerCounts: readonly PrinterUse[];
  blankType(lot: string): string;
  /** Serial of the printer of a line. */
  printer(line: string): string;
}

type Obstacle = BalanceView['obstacles'][number];

const dispositions = ['good', 'rejected', 'spoiled', 'test', 'returned', 'missing'] as const;

function sum(uses: readonly BlankUse[], name: 'fed' | 'inMachine' | (typeof dispositions)[number]): number {
  return uses.reduce((total, use) => total + use[name], 0);
}

function groups(uses: readonly BlankUse[], key: (use: BlankUse) => string): readonly (readonly [string, BlankUse[]])[] {
  const found = new Map<string, BlankUse[]>();
  for (const use of uses) found.set(key(use), [...(found.get(key(use)) ?? []), use]);
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1));
}

function cards(count: number): string {
  return count === 1 ? 'One card' : `${count} cards`;
}

/** Draws the balance of a batch: what came out of the feeders, where it ended, and what stands in the way of closing. Pure. */
export function drawBalance(facts: BalanceFacts): BalanceView {
  const { uses, orders } = facts;
  const [fed, inMachine] = [sum(uses, 'fed'), sum(uses, 'inMachine')];
  const ends = Object.fromEntries(dispositions.map((name) => [name, sum(uses, name)])) as Record<
    (typeof dispositions)[number],
    number
  >;
  const difference = fed - inMachine - dispositions.reduce((total, name) => total + ends[name], 0);
  return {
    batch: facts.batch,
    fed,
    ...ends,
    inMachine,
    difference,
    orders: orders.held + orders.ready + orders['in-production'] + orders.made + orders.unmade,
    ordersMade: orders.made,
    ordersHeld: orders.held,
    ordersNotMade: orders.ready + orders['in-production'] + orders.unmade,
    byLot: groups(uses, ({ lot }) => lot).map(([lot, of]) => ({
      lot,
      blankType: facts.blankType(lot),
      // A blank that was never fed went back to its lot.
      used: sum(of, 'fed') - sum(of, 'returned'),
      good: sum(of, 'good'),
      rejected: sum(of, 'rejected') + sum(of, 'spoiled'),
    })),
    byPrinter: groups(uses, ({ line }) => facts.printer(line)).map(([printer, of]) => ({
      printer,
      fed: sum(of, 'fed'),
    })),
    looksOutstanding: facts.looksOutstanding,
    obstacles: obstacles(facts, { inMachine, difference, good: ends.good }),
  };
}

function obstacles(
  facts: BalanceFacts,
  figures: { readonly inMachine: number; readonly difference: number; readonly good: number },
): Obstacle[] {
  const found: Obstacle[] = [];
  const { inMachine, difference, good } = figures;
  if (inMachine > 0) {
    found.push({
      code: 'BALANCE-IN-MACHINE',
      text: `${cards(inMachine)} of this batch may still be in a machine.`,
      next: 'Let the lines finish, or answer what they ask.',
    });
  }
  if (facts.startable > 0) {
    found.push({
      code: 'BALANCE-ORDERS-READY',
      text:
        facts.startable === 1 ? 'One order is still to be made.' : `${facts.startable} orders are still to be made.`,
      next: 'Run the batch to its end.',
    });
  }
  if (facts.looksOutstanding > 0) {
    found.push({
      code: 'BALANCE-LOOKS',
      text: `${cards(facts.looksOutstanding)} must still be looked at.`,
      next: 'Open the looks, compare each card with its picture and say whether it is good.',
    });
  }
  if (difference !== 0) {
    found.push({
      code: 'BALANCE-DIFFERENCE',
      text: `${Math.abs(difference)} of the blanks fed ${difference > 0 ? 'are not accounted for' : 'were counted twice'}.`,
      next: 'Count the boxes of good and rejected cards and the feeders, then call a supervisor.',
    });
  }
  for (const { printer, byPrinter, byJournal, explained } of facts.printerCounts) {
    if (byPrinter - byJournal === explained) continue;
    found.push({
      code: 'BALANCE-PRINTER',
      text: `Printer ${printer} counted ${byPrinter} cards for this batch, the journal ${byJournal}.`,
      next: 'Book the blanks that were used for tests, or close the day with the reason and a second signature.',
    });
  }
  if (good !== facts.orders.made) {
    found.push({
      code: 'BALANCE-GOOD-CARDS',
      text: `${cards(good)} good stand against ${facts.orders.made} orders made.`,
      next: 'Do not pack. Call a supervisor.',
    });
  }
  return found;
}
