import assert from 'node:assert/strict';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import { disturbanceCases } from './conformance/disturbance-cases.ts';
import type { ConformanceCase, MachineUnderTest } from './conformance/machine-under-test.ts';
import { colourSide, printSides } from './conformance/sample-sides.ts';
import { situationCases } from './conformance/situation-cases.ts';
import { expectFault, ready, soon, startsClean, tracks, wholeCard } from './conformance/whole-card.ts';

/** What every driver of a card printer must do, in the order in which it is worth knowing. */
export const printerConformance: readonly ConformanceCase<MachineUnderTest>[] = [
  {
    name: 'makes a whole card, both sides, stripe written and read',
    run: async (machine) => {
      const identity = await machine.printer.connect(soon());
      assert.equal(identity.serial, machine.serial);
      assert.ok(identity.model !== '' && identity.firmware !== '');
      await wholeCard(machine);
      assert.equal((await machine.truth()).misunderstood, 0);
    },
  },
  {
    name: 'tells its state and counts from its own books',
    run: async (machine) => {
      const printer = await ready(machine);
      const status = await printer.status(soon());
      assert.deepEqual(
        { ...status, counters: null, ribbon: status.ribbon.kind },
        { card: 'none', feeder: 'has-cards', cover: 'closed', ribbon: 'ymcko', hopper: 'free', counters: null },
      );
      assert.equal(status.counters.cards, (await machine.truth()).fed);
    },
  },
  {
    name: 'takes no card for another: none to move, one too many to feed',
    run: async (machine) => {
      const printer = await ready(machine);
      const { fed } = await machine.truth();
      await expectFault(printer.move('print', soon()), 'PRINTER-NO-CARD');
      await expectFault(printer.move('contact', soon()), 'PRINTER-NO-CARD');
      await expectFault(printer.eject(soon()), 'PRINTER-NO-CARD');
      await expectFault(printer.reject(soon()), 'PRINTER-NO-CARD');
      assert.equal((await machine.truth()).fed, fed);
      await printer.feed('contact', soon());
      await expectFault(printer.feed('contact', soon()), 'PRINTER-CARD-INSIDE');
      await expectFault(printer.feed('print', soon()), 'PRINTER-CARD-INSIDE');
      assert.equal((await machine.truth()).fed, fed + 1);
      await printer.reject(soon());
    },
  },
  {
    name: 'an empty track is PRINTER-STRIPE-BLANK',
    run: async (machine) => {
      const printer = await ready(machine);
      await printer.feed('print', soon());
      await expectFault(printer.readStripe([3], soon()), 'PRINTER-STRIPE-BLANK');
      await startsClean(machine);
    },
  },
  {
    name: 'an aborted print ends at once with the signal’s reason, the next call is clean',
    run: async (machine) => {
      const printer = await ready(machine);
      await printer.feed('print', soon());
      const stop = new AbortController();
      const reason = new StationFault('STATION-STOPPING');
      const printing = printSides(
        printer,
        [colourSide('front')],
        (sent, total) => {
          if (sent > total / 2) stop.abort(reason);
        },
        stop.signal,
      );
      await assert.rejects(printing, (fault) => fault === reason);
      await startsClean(machine);
    },
  },
  {
    name: 'acts wait for each other, whoever asks',
    run: async (machine) => {
      const printer = await ready(machine);
      const feeding = printer.feed('print', soon());
      const [status] = await Promise.all([printer.status(soon()), feeding]);
      assert.equal(status.card, 'print');
      await printer.reject(soon());
    },
  },
  {
    name: 'a printer that was restarted before ejection does not pass off an unfinished card',
    run: async (machine) => {
      const printer = await ready(machine);
      await printer.feed('print', soon());
      await printSides(printer, [colourSide('front')], () => undefined, soon());
      await machine.restart();
      await expectFault(
        (async () => {
          await printer.status(soon());
          await printer.eject(soon());
        })(),
        'PRINTER-LINK-LOST',
      );
      await startsClean(machine);
    },
  },
  {
    name: 'a printer that was restarted is told its settings again',
    run: async (machine) => {
      const printer = await ready(machine);
      await printer.feed('print', soon());
      await machine.restart();
      // The end of the old link may be noticed by itself, or only by the first question on it.
      await printer.status(soon()).catch((fault: unknown) => {
        if (!isFault(fault, 'PRINTER-LINK-LOST')) throw fault;
      });
      await printer.status(soon());
      await printer.writeStripe(tracks, soon());
      assert.deepEqual(await printer.readStripe([1, 2], soon()), tracks);
      await startsClean(machine);
    },
  },
  ...situationCases(),
  ...disturbanceCases(),
];
