import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import { systemClock } from '../platform/clock.ts';
import { usualPatience } from './chip-station.ts';
import { JournalOrderBook } from './journal-order-book.ts';
import { PairingService } from './pairing-service.ts';
import { ReaderCable } from './reader-cable.fixture.ts';
import { cableReader, TwoLines, type RunOnLines } from './two-lines.fixture.ts';

const operator = { kind: 'person', person: 'olga' } as const;
const patience = { ...usualPatience, insertion: 1500, empty: 1000, comeback: 500 };

let lines: TwoLines;
let cables: readonly ReaderCable[];
let run: RunOnLines;
let before: Awaited<ReturnType<RunOnLines['counted']>>;

beforeAll(async () => {
  const laid: ReaderCable[] = [];
  lines = await TwoLines.open({ chipPatience: patience, reader: (at) => cableReader(at, laid) });
  for (const { chip } of lines.machines) laid.push(await ReaderCable.lay(chip.reader ?? ''));
  cables = laid;
}, 60_000);
afterAll(() => lines.close());
afterEach(async () => {
  await run.service.close();
  for (const { rig } of lines.machines) await rig.ask({ clear: true });
});

/** Lines whose pairing nobody has proven, at rest. */
async function open(day: 'open' | 'none' = 'open'): Promise<PairingService> {
  run = await lines.batch(2, 'not-proven');
  before = await run.counted();
  return reopened(day);
}

async function reopened(day: 'open' | 'none' = 'open'): Promise<PairingService> {
  run.service.open();
  await run.until(() => run.service.lines.every(({ runner }) => runner.state.kind === 'idle'));
  return new PairingService({
    production: run.service,
    journal: run.journal,
    book: new JournalOrderBook(run.journal),
    day: { state: day },
    clock: systemClock,
    patience,
    requireUncounted: () => undefined,
  });
}

const states = (pairing: PairingService) => pairing.views().map(({ state }) => state.kind);
const codeOf = (thrown: unknown) => (thrown as { code: string; details: object }).code;
const kinds = () =>
  run.journal
    .read(1, 10_000)
    .map(({ header }) => header.kind)
    .filter((kind) => /pairing|used-for-test/.test(kind));
const results = () =>
  run.entries('line.pairing-ended').map(({ payload }) => {
    const { result, fault } = payload as EventPayload<'line.pairing-ended'>;
    return [result, fault?.code ?? null];
  });

/** The reject boxes, the lot and the journal agree: so many blanks were used, none is on its way. */
async function expectSpent(count: number): Promise<void> {
  const now = await run.counted();
  const { stock, holdings, lines: rows } = run.journal.projections;
  expect({
    fed: now.fed - before.fed,
    rejected: now.rejected - before.rejected,
    lot: stock.findLot('lot-1')?.balance.test,
    inMachine: stock.findLot('lot-1')?.balance.inMachine,
    box: holdings.at('rejects', 'cards'),
    batch: stock.balance(run.batch).fed,
    open: rows.lines().filter(({ testCard }) => testCard !== null).length,
  }).toEqual({ fed: count, rejected: count, lot: count, inMachine: 0, box: count, batch: 0, open: 0 });
}

test('a test card proves each line, and only then a batch with chips starts', async () => {
  const pairing = await open();
  expect(states(pairing)).toEqual(['not-proven', 'not-proven']);
  expect(() => run.start()).toThrow(expect.objectContaining({ code: 'PRODUCTION-NOT-PAIRED' }));
  await pairing.prove('line-1', operator);
  expect(states(pairing)).toEqual(['proven', 'not-proven']);
  expect(kinds()).toEqual(['line.pairing-begun', 'blank.used-for-test', 'line.pairing-ended', 'line.pairing-proven']);
  await expectSpent(1);
  expect(() => run.start(['line-1', 'line-2'])).toThrow(expect.objectContaining({ code: 'PRODUCTION-NOT-PAIRED' }));
  // Without a wish the line that is not paired is left out.
  run.start();
  expect(run.entries('batch.started').map(({ payload }) => payload)).toEqual([{ lines: ['line-1'] }]);
  expect(await pairing.prove('line-1', operator).catch(codeOf)).toBe('PAIRING-BATCH-RUNS');
  await run.until(() => run.state === 'made');
  expect(run.journal.projections.stock.balance(run.batch)).toMatchObject({ fed: 2, good: 2, test: 0 });
  for (const use of run.journal.projections.printerReadings.ofBatch(run.batch)) {
    expect(use.byPrinter).toBe(use.byJournal);
  }
}, 60_000);

test('what is done with the test card is done in its own reader, and its fault is told once the card has left and is booked', async () => {
  const pairing = await open();
  const seen: number[] = [];
  await pairing.prove('line-1', operator, (link) => {
    seen.push(link.atr.length);
    return Promise.resolve();
  });
  expect(seen).toEqual([9]);
  const fault = new StationFault('CARD-EXERCISE', { reason: 'of this test' });
  expect(await pairing.prove('line-2', operator, () => Promise.reject(fault)).catch((thrown: unknown) => thrown)).toBe(
    fault,
  );
  await expectSpent(2);
  expect(results()).toEqual([
    ['proven', null],
    ['proven', null],
  ]);
}, 60_000);

test('swapped cables are found by the reader that reports the card, and neither line is paired', async () => {
  const pairing = await open();
  const [first, second] = lines.machines;
  await cables[0]?.plug(second?.chip.reader ?? '');
  await cables[1]?.plug(first?.chip.reader ?? '');
  try {
    for (const [line, expected, found] of [
      ['line-1', 'line-1', 'line-2'],
      ['line-2', 'line-2', 'line-1'],
    ] as const) {
      const thrown: unknown = await pairing.prove(line, operator).catch((fault: unknown) => fault);
      expect(thrown).toMatchObject({ code: 'PAIRING-OTHER-READER', details: { line, expected, found } });
    }
    expect(states(pairing)).toEqual(['not-proven', 'not-proven']);
    expect(results()).toEqual(Array(2).fill(['not-proven', 'PAIRING-OTHER-READER']));
    expect(() => run.start()).toThrow(expect.objectContaining({ code: 'PRODUCTION-NOT-PAIRED' }));
    await expectSpent(2);
  } finally {
    await cables[0]?.plug(first?.chip.reader ?? '');
    await cables[1]?.plug(second?.chip.reader ?? '');
  }
  await pairing.prove('line-1', operator);
  expect(states(pairing)).toEqual(['proven', 'not-proven']);
}, 60_000);

test('a proof that is asked for again ends the one before: a swapped cable unpairs a line', async () => {
  const pairing = await open();
  await pairing.prove('line-1', operator);
  await cables[0]?.unplug();
  expect(await pairing.prove('line-1', operator).catch(codeOf)).toBe('ENCODER-LOST');
  // Nothing was fed: the proof stands until a card says otherwise.
  expect(states(pairing)).toEqual(['proven', 'not-proven']);
  await cables[0]?.plug(lines.machines[1]?.chip.reader ?? '');
  expect(await pairing.prove('line-1', operator).catch(codeOf)).toBe('ENCODER-NO-CARD');
  await cables[0]?.plug(lines.machines[0]?.chip.reader ?? '');
  expect(states(pairing)).toEqual(['not-proven', 'not-proven']);
  await expectSpent(2);
}, 60_000);

test.each(['line.pairing-begun', 'feed', 'reject'])(
  'a station that goes down at %s settles the test card by its machine',
  async (moment) => {
    const pairing = await open();
    const { printer } = run.service.lines[0]?.runner.machines ?? {};
    if (printer === undefined) throw new Error('no line');
    let down: Promise<void> | undefined;
    const fall = () => {
      down ??= run.restart();
    };
    if (moment === 'line.pairing-begun') {
      const stop = run.journal.subscribe((entries) => {
        if (entries.some(({ header }) => header.kind === moment)) fall();
      });
      await pairing.prove('line-1', operator).catch(() => undefined);
      stop();
    } else {
      // The machine has done it; the station falls before it hears of it.
      const act = moment === 'feed' ? 'feed' : 'reject';
      const done: (...words: never[]) => Promise<void> = printer[act].bind(printer);
      Object.assign(printer, {
        [act]: async (...words: never[]) => {
          await done(...words);
          fall();
          throw new Error('the station is gone');
        },
      });
      await pairing.prove('line-1', operator).catch(() => undefined);
    }
    await down;
    expect(run.journal.projections.lines.findLine('line-1')?.testCard).not.toBeNull();
    const again = await reopened();
    expect(states(again)).toEqual(['test-card', 'not-proven']);
    expect(() => run.start()).toThrow(expect.objectContaining({ code: 'PRODUCTION-TEST-CARD-INSIDE' }));
    await again.settle();
    expect(states(again)).toEqual(['not-proven', 'not-proven']);
    const fed = (await run.counted()).fed - before.fed;
    expect(results()).toEqual([[fed === 0 ? 'not-fed' : 'interrupted', null]]);
    await expectSpent(fed);
    await again.prove('line-1', operator);
    await expectSpent(fed + 1);
  },
  60_000,
);

test('an empty feeder costs no blank, and a jam keeps the test card open until it is out', async () => {
  const pairing = await open();
  const { rig } = lines.machines[0] ?? {};
  await rig?.ask({ fault: 'feeder-empty' });
  expect(await pairing.prove('line-1', operator).catch(codeOf)).toBe('PRINTER-FEEDER-EMPTY');
  await rig?.ask({ clear: true });
  expect(results()).toEqual([['not-fed', 'PRINTER-FEEDER-EMPTY']]);
  await expectSpent(0);
  await rig?.ask({ fault: 'jam', at: 'contact' });
  expect(await pairing.prove('line-1', operator).catch(codeOf)).toBe('PRINTER-JAM');
  expect(states(pairing)).toEqual(['test-card', 'not-proven']);
  expect(run.service.lines.map(({ runner }) => runner.holdsCard)).toEqual(['yes', 'no']);
  await rig?.ask({ takeCard: true });
  await rig?.ask({ clear: true });
  await pairing.prove('line-1', operator);
  expect(results().slice(1)).toEqual([
    ['interrupted', null],
    ['proven', null],
  ]);
  expect(run.journal.projections.stock.findLot('lot-1')?.balance.test).toBe(2);
  expect(run.journal.projections.holdings.at('rejects', 'cards')).toBe(2);
}, 60_000);

test('refuses by name, and does nothing', async () => {
  const closed = await open('none');
  expect(await closed.prove('line-1', operator).catch(codeOf)).toBe('STOCK-NO-DAY');
  expect(await closed.prove('line-9', operator).catch(codeOf)).toBe('PRODUCTION-NO-LINE');
  await run.service.close();
  const pairing = await open();
  const proving = pairing.prove('line-1', operator);
  expect(await pairing.prove('line-1', operator).catch(codeOf)).toBe('PAIRING-LINE-BUSY');
  // The other line waits for its turn at the contact stations.
  await Promise.all([proving, pairing.prove('line-2', operator)]);
  expect(states(pairing)).toEqual(['proven', 'proven']);
  await expectSpent(2);
}, 60_000);
