import assert from 'node:assert/strict';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CardPrinter } from '../port.ts';
import type { MachineUnderTest } from './machine-under-test.ts';
import { colourSide, textSide, printSides } from './sample-sides.ts';

const patience = 30_000;

/** The signal of one act, which must be long over by then. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(patience);
}

export const tracks = {
  track1: 'B4111111111111111^FERRARI/ERROR ^30121010000',
  track2: '4111111111111111=30121010000',
};
export const settings = { ribbon: 'ymcko', coercivity: 'high' } as const;

/** A fault of one of these codes, and nothing else. */
export async function expectFault(act: Promise<unknown>, ...codes: readonly string[]): Promise<StationFault> {
  try {
    await act;
  } catch (fault) {
    assert.ok(fault instanceof StationFault, `no fault of the catalogue: ${String(fault)}`);
    assert.ok(codes.includes(fault.code), `${fault.code} instead of ${codes.join(' or ')}`);
    const told = JSON.stringify(fault.details);
    assert.ok(!/4111|FERRARI/.test(told), 'a fault tells card data');
    return fault;
  }
  throw new assert.AssertionError({ message: `no fault, expected ${codes.join(' or ')}` });
}

export async function ready(machine: MachineUnderTest): Promise<CardPrinter> {
  await machine.printer.connect(soon());
  await machine.printer.prepare(settings, soon());
  return machine.printer;
}

export async function wholeCard(machine: MachineUnderTest): Promise<void> {
  const { printer } = machine;
  const before = await machine.truth();
  await printer.prepare(settings, soon());
  await printer.feed('contact', soon());
  assert.equal((await printer.status(soon())).card, 'contact');
  await printer.move('print', soon());
  assert.equal((await printer.status(soon())).card, 'print');
  await printer.writeStripe(tracks, soon());
  assert.deepEqual(await printer.readStripe([1, 2], soon()), tracks);
  const steps: [number, number][] = [];
  await printSides(
    printer,
    [colourSide('front'), textSide('back')],
    (sent, total) => steps.push([sent, total]),
    soon(),
  );
  const [, total = 0] = steps.at(-1) ?? [];
  assert.ok(steps.length > 20 && total > 1_000_000, 'progress is measured');
  assert.deepEqual(steps.at(-1), [total, total]);
  assert.ok(
    steps.every(([sent, all], at) => all === total && sent > (steps[at - 1]?.[0] ?? 0)),
    'progress runs forward',
  );
  assert.equal((await machine.truth()).panels, 'ymcko/k');
  await printer.eject(soon());
  const after = await machine.truth();
  assert.deepEqual(
    { ...after, panels: '' },
    { ...before, fed: before.fed + 1, good: before.good + 1, inside: 'no', panels: '' },
  );
}

/** A card with as little on it as shows that every act works again. */
async function plainCard(machine: MachineUnderTest): Promise<void> {
  const { printer } = machine;
  const before = await machine.truth();
  await printer.prepare(settings, soon());
  await printer.feed('contact', soon());
  await printer.move('print', soon());
  await printer.writeStripe(tracks, soon());
  assert.deepEqual(await printer.readStripe([1, 2], soon()), tracks);
  await printSides(printer, [textSide('front')], () => undefined, soon());
  assert.equal((await machine.truth()).panels, 'k/');
  await printer.eject(soon());
  const after = await machine.truth();
  assert.deepEqual([after.fed, after.good, after.inside], [before.fed + 1, before.good + 1, 'no']);
}

/** After any fault the next call starts clean: what the printer tells is what its books say, and a card can be made. */
export async function startsClean(machine: MachineUnderTest): Promise<void> {
  const { printer } = machine;
  const status = await printer.status(soon());
  const truth = await machine.truth();
  assert.equal(status.card === 'none' ? 'no' : 'yes', truth.inside);
  assert.equal(status.counters.cards, truth.fed);
  if (truth.inside === 'yes') await printer.reject(soon());
  await plainCard(machine);
}
