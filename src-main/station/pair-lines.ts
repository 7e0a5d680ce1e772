import { placeOfLine } from '#shared/domain/stock-place.ts';
import { trainingPeople } from '../access/training-people.ts';
import { CardInspection } from '../inspection/card-inspection.ts';
import type { Journal } from '../journal/journal.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { PreparationPort } from '../preparation/port.ts';
import { PairingService } from '../production/pairing-service.ts';
import type { ProductionService } from '../production/production-service.ts';
import type { OrderBook } from '../production/order-book.ts';
import type { StockParts } from '../stock/stock-parts.ts';

/** What is done with a resting line's machine: proving by test cards which encoder is inside which printer, and reading the card on its reader. */
export function openPairing(parts: {
  readonly production: ProductionService;
  readonly preparation: Pick<PreparationPort, 'channelKeys'>;
  readonly journal: Journal;
  readonly book: OrderBook;
  readonly stock: StockParts;
  readonly clock: Clock;
  readonly randomness: Randomness;
}): { readonly pairing: PairingService; readonly inspection: CardInspection } {
  const { stock, preparation, randomness, book, ...rest } = parts;
  const pairing = new PairingService({
    ...rest,
    book,
    day: stock.days,
    requireUncounted: (line, lot) => {
      stock.books.uncounted(placeOfLine(line), lot);
      stock.books.uncounted('rejects', 'cards');
    },
  });
  const inspection = new CardInspection({ ...rest, randomness, channelKeys: preparation.channelKeys });
  return { pairing, inspection };
}

/**
 * At the start, once the lines are open: settles what a stop left of a pairing. The operator of the training then proves what is not proven
 * yet on the station's own virtual machines, one line after the other; a line for which that fails is left to the people, who are told by the
 * screen. Machines that the station did not make are never fed unasked.
 */
export async function pairLines(
  pairing: PairingService,
  production: ProductionService,
  around: { readonly machines: 'training' | 'configured' | 'none'; warn(fault: unknown): void },
): Promise<void> {
  await pairing.settle();
  const operator = trainingPeople.find((person) => person.role === 'operator');
  if (around.machines !== 'training' || operator === undefined) return;
  const unproven = pairing.views().filter(({ state }) => state.kind === 'not-proven');
  for (const { line } of unproven) {
    try {
      await production.lines.find(({ runner }) => runner.line === line)?.runner.settled();
      await pairing.prove(line, { kind: 'person', person: operator.person });
    } catch (fault) {
      around.warn(fault);
    }
  }
}
