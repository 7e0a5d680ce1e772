import assert from 'node:assert/strict';
import { sideHeight, sideWidth, type PanelKind, type PrintPanel, type PrintSide } from '#shared/domain/print-side.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CardPrinter } from './port.ts';

/** What can be wrong with the machine; a person mends it. */
export type Situation =
  | 'feeder-empty'
  | 'cover-open'
  | 'ribbon-out'
  | 'wrong-ribbon'
  | 'jam-at-feed'
  | 'jam-at-print'
  | 'jam-at-eject'
  | 'hopper-full'
  | 'reject-full'
  | 'stripe-unreadable'
  | 'stripe-write-weak';

/** What can be wrong with one answer. */
export type Disturbance = 'silent' | 'unheard' | 'late' | 'doubled' | 'cut' | 'garbage' | 'link-lost';

/** Acts whose answer can be disturbed. */
export type DisturbedAct = 'status' | 'feed' | 'write-stripe' | 'read-stripe' | 'panel' | 'eject' | 'reject';

/** What really is the case, from the machine's own books. */
export interface MachineTruth {
  readonly inside: 'yes' | 'no';
  readonly fed: number;
  readonly good: number;
  readonly rejected: number;
  /** Panels on the card inside and in the printer's memory, front then back, as letters. */
  readonly panels: string;
  /** Programs or people that were turned away, commands that the machine did not understand. */
  readonly misunderstood: number;
}

/** A machine with a driver on it, empty, loaded, and with a way to make it fail: a simulator, or a person with the real one. */
export interface MachineUnderTest {
  readonly printer: CardPrinter;
  readonly serial: string;
  truth(): Promise<MachineTruth>;
  arrange(situation: Situation): Promise<void>;
  disturb(act: DisturbedAct, how: Disturbance): Promise<void>;
  /** Ends every fault; a stuck card slips free, boxes are empty. */
  mend(): Promise<void>;
  /** Power off and on again; the card stays where it is. */
  restart(): Promise<void>;
}

export interface ConformanceCase<Machine> {
  readonly name: string;
  run(machine: Machine): Promise<void>;
}

const patience = 30_000;

function soon(): AbortSignal {
  return AbortSignal.timeout(patience);
}

function panel(kind: PanelKind, ink: (x: number, y: number) => number): PrintPanel {
  const samples = new Uint8Array(sideWidth * sideHeight);
  for (let y = 0; y < sideHeight; y++) for (let x = 0; x < sideWidth; x++) samples[y * sideWidth + x] = ink(x, y);
  return { kind, width: sideWidth, height: sideHeight, samples };
}

/** A side that no compression makes small: every dye carries a pattern of its own. */
export function colourSide(side: 'front' | 'back'): PrintSide {
  return {
    side,
    panels: [
      panel('yellow', (x, y) => (x * 7 + y * 3) & 255),
      panel('magenta', (x, y) => (x * 5 + y * 11) & 255),
      panel('cyan', (x, y) => (x * y) & 255),
      panel('black', (x, y) => (((x >> 3) + (y >> 3)) % 2 === 0 ? 255 : 0)),
      panel('overlay', () => 255),
    ],
  };
}

/** A back with text only: the dyes are blank and cost nothing. */
export function textSide(side: 'front' | 'back'): PrintSide {
  return {
    side,
    panels: [
      panel('yellow', () => 0),
      panel('magenta', () => 0),
      panel('cyan', () => 0),
      panel('black', (x, y) => (x > 100 && x < 300 && y > 100 && y < 140 ? 255 : 0)),
      panel('overlay', () => 0),
    ],
  };
}

const tracks = { track1: 'B4111111111111111^FERRARI/ERROR ^30121010000', track2: '4111111111111111=30121010000' };
const settings = { ribbon: 'ymcko', coercivity: 'high' } as const;

/** A fault of one of these codes, and nothing else. */
async function expectFault(act: Promise<unknown>, ...codes: readonly string[]): Promise<StationFault> {
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

async function ready(machine: MachineUnderTest): Promise<CardPrinter> {
  await machine.printer.connect(soon());
  await machine.printer.prepare(settings, soon());
  return machine.printer;
}

async function wholeCard(machine: MachineUnderTest): Promise<void> {
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
  await printer.print([colourSide('front'), textSide('back')], (sent, total) => steps.push([sent, total]), soon());
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
  await printer.print([textSide('front')], () => undefined, soon());
  assert.equal((await machine.truth()).panels, 'k/');
  await printer.eject(soon());
  const after = await machine.truth();
  assert.deepEqual([after.fed, after.good, after.inside], [before.fed + 1, before.good + 1, 'no']);
}

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
    attempt: (printer) => printer.print([colourSide('front')], () => undefined, soon()),
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
    act: (printer) => printer.print([textSide('front'), colourSide('back')], () => undefined, soon()),
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

/** After any fault the next call starts clean: what the printer tells is what its books say, and a card can be made. */
async function startsClean(machine: MachineUnderTest): Promise<void> {
  const { printer } = machine;
  const status = await printer.status(soon());
  const truth = await machine.truth();
  assert.equal(status.card === 'none' ? 'no' : 'yes', truth.inside);
  assert.equal(status.counters.cards, truth.fed);
  if (truth.inside === 'yes') await printer.reject(soon());
  await plainCard(machine);
}

function situationCases(): readonly ConformanceCase<MachineUnderTest>[] {
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

function disturbanceCases(): readonly ConformanceCase<MachineUnderTest>[] {
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
      const printing = printer.print(
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
      await printer.print([colourSide('front')], () => undefined, soon());
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
      await printer.status(soon());
      await printer.writeStripe(tracks, soon());
      assert.deepEqual(await printer.readStripe([1, 2], soon()), tracks);
      await startsClean(machine);
    },
  },
  ...situationCases(),
  ...disturbanceCases(),
];
