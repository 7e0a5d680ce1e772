import type { CardPrinter } from '../port.ts';
import type { ConformanceCase, Disturbance, DisturbedAct, MachineUnderTest } from './machine-under-test.ts';
import { colourSide, textSide, printSides } from './sample-sides.ts';
import { expectFault, ready, soon, startsClean, tracks } from './whole-card.ts';

const acts: Readonly<
  Record<
    DisturbedAct,
    {
      readonly before: (printer: CardPrinter) => Promise<void>;
      readonly act: (printer: CardPrinter) => Promise<unknown>;
    }
  >
> = {
  status: { before: () => Promise.resolve(), act: (printer) => printer.status(soon()) },
  feed: { before: () => Promise.resolve(), act: (printer) => printer.feed('contact', soon()) },
  'write-stripe': {
    before: (printer) => printer.feed('print', soon()),
    act: (printer) => printer.writeStripe(tracks, soon()),
  },
  'read-stripe': {
    before: async (printer) => {
      await printer.feed('print', soon());
      await printer.writeStripe(tracks, soon());
    },
    act: (printer) => printer.readStripe([1, 2], soon()),
  },
  panel: {
    before: (printer) => printer.feed('print', soon()),
    act: (printer) => printSides(printer, [textSide('front'), colourSide('back')], () => undefined, soon()),
  },
  eject: { before: (printer) => printer.feed('print', soon()), act: (printer) => printer.eject(soon()) },
  reject: { before: (printer) => printer.feed('print', soon()), act: (printer) => printer.reject(soon()) },
};

const disturbances: Readonly<Record<Disturbance, readonly string[]>> = {
  silent: ['PRINTER-SILENT'],
  unheard: ['PRINTER-SILENT'],
  late: ['PRINTER-SILENT'],
  doubled: ['PRINTER-GARBAGE'],
  cut: ['PRINTER-GARBAGE'],
  garbage: ['PRINTER-GARBAGE'],
  'link-lost': ['PRINTER-LINK-LOST', 'PRINTER-SILENT'],
};

/** Every act with every way in which its answer can go wrong. */
export function disturbanceCases(): readonly ConformanceCase<MachineUnderTest>[] {
  return (Object.keys(acts) as DisturbedAct[]).flatMap((act) =>
    (Object.keys(disturbances) as Disturbance[]).map((how) => ({
      name: `${how} at ${act} is ${disturbances[how].join(' or ')}, the next call is clean`,
      run: async (machine: MachineUnderTest) => {
        const printer = await ready(machine);
        await acts[act].before(printer);
        await machine.disturb(act, how);
        await expectFault(acts[act].act(printer), ...disturbances[how]);
        await startsClean(machine);
      },
    })),
  );
}
