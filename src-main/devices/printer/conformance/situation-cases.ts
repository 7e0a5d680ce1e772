import type { CardPrinter } from '../port.ts';
import type { ConformanceCase, MachineUnderTest, Situation } from './machine-under-test.ts';
import { colourSide, printSides } from './sample-sides.ts';
import { expectFault, ready, settings, soon, startsClean, tracks } from './whole-card.ts';

/** Each situation where it is met: what is done before, what is tried, and which fault says so. */
const situations: readonly {
  readonly situation: Situation;
  readonly before: (printer: CardPrinter) => Promise<void>;
  readonly attempt: (printer: CardPrinter) => Promise<unknown>;
  readonly code: string;
  readonly mended: 'again' | 'reject';
}[] = [
  ...(['feeder-empty', 'cover-open'] as const).map((situation) => ({
    situation,
    before: () => Promise.resolve(),
    attempt: (printer: CardPrinter) => printer.feed('print', soon()),
    code: situation === 'feeder-empty' ? 'PRINTER-FEEDER-EMPTY' : 'PRINTER-COVER-OPEN',
    mended: 'again' as const,
  })),
  ...(['ribbon-out', 'wrong-ribbon'] as const).map((situation) => ({
    situation,
    before: () => Promise.resolve(),
    attempt: (printer: CardPrinter) => printer.prepare(settings, soon()),
    code: situation === 'ribbon-out' ? 'PRINTER-RIBBON-OUT' : 'PRINTER-RIBBON-WRONG',
    mended: 'again' as const,
  })),
  {
    situation: 'jam-at-feed',
    before: () => Promise.resolve(),
    attempt: (printer) => printer.feed('contact', soon()),
    code: 'PRINTER-JAM',
    mended: 'reject',
  },
  {
    situation: 'jam-at-print',
    before: (printer) => printer.feed('print', soon()),
    attempt: (printer) => printSides(printer, [colourSide('front')], () => undefined, soon()),
    code: 'PRINTER-JAM',
    mended: 'reject',
  },
  {
    situation: 'jam-at-eject',
    before: (printer) => printer.feed('print', soon()),
    attempt: (printer) => printer.eject(soon()),
    code: 'PRINTER-JAM',
    mended: 'reject',
  },
  {
    situation: 'hopper-full',
    before: (printer) => printer.feed('print', soon()),
    attempt: (printer) => printer.eject(soon()),
    code: 'PRINTER-HOPPER-FULL',
    mended: 'again',
  },
  {
    situation: 'reject-full',
    before: (printer) => printer.feed('print', soon()),
    attempt: (printer) => printer.reject(soon()),
    code: 'PRINTER-REJECT-FULL',
    mended: 'again',
  },
  {
    situation: 'stripe-unreadable',
    before: async (printer) => {
      await printer.feed('print', soon());
      await printer.writeStripe(tracks, soon());
    },
    attempt: (printer) => printer.readStripe([1, 2], soon()),
    code: 'PRINTER-STRIPE-READ',
    mended: 'again',
  },
  {
    situation: 'stripe-write-weak',
    before: async (printer) => {
      await printer.feed('print', soon());
      await printer.writeStripe(tracks, soon());
    },
    attempt: (printer) => printer.readStripe([2], soon()),
    code: 'PRINTER-STRIPE-READ',
    mended: 'reject',
  },
];

/** Every situation of the machine is met by its fault; after a person has mended it the machine goes on. */
export function situationCases(): readonly ConformanceCase<MachineUnderTest>[] {
  return situations.map(({ situation, before, attempt, code, mended }) => ({
    name: `${situation} is ${code}`,
    run: async (machine) => {
      const printer = await ready(machine);
      if (situation === 'stripe-write-weak') await machine.arrange(situation);
      await before(printer);
      if (situation !== 'stripe-write-weak') await machine.arrange(situation);
      await expectFault(attempt(printer), code);
      await machine.mend();
      if (mended === 'again') await attempt(printer);
      await startsClean(machine);
    },
  }));
}
