import { afterAll, beforeAll, expect, test } from 'vitest';
import { BatchFlow } from './flows/batch-flow.ts';
import { expectGrantsRight, grantsAtCms } from './flows/cms-accounts.ts';
import { inStep, releasedBatch } from './flows/made-batch.ts';
import { provePairings } from './flows/prove-pairings.ts';
import type { Attempt } from './flows/views.ts';
import { eventually } from './stations/eventually.ts';
import { lockPatience } from './stations/lock-patience.ts';
import { ownFolder } from './stations/own-folder.ts';
import { acquirePcscd, pcscdInstalled } from './stations/pcscd.ts';
import { configureMachines, startStation } from './stations/training-station.ts';
import type { RunningStation } from './stations/training-station.ts';
import { startMachines } from './stations/virtual-machines.ts';
import type { PrinterInspection, VirtualLine, VirtualMachines } from './stations/virtual-machines.ts';
import type { WindowClient } from './stations/window-client.ts';

/** Cards of each batch: both lines have work before and after the kill. */
const cards = 4;
/** Slow enough that a panel is under way for some tenths of a second. */
const paceOfFirstPrinter = 9_000_000;

const stack = new AsyncDisposableStack();
let data = '';
let machines: VirtualMachines;
let station: RunningStation;
let window: WindowClient;

async function restart(): Promise<void> {
  station = await startStation(data);
  window = await station.window();
  await window.logIn('olivia');
}

beforeAll(async () => {
  if (!pcscdInstalled()) return;
  const held = await acquirePcscd();
  stack.defer(() => held.release());
  const folder = stack.use(ownFolder('kill'));
  data = `${folder.path}/station`;
  machines = stack.use(await startMachines(held.readers, folder.path, { pace: paceOfFirstPrinter }));
  configureMachines(data, machines);
  stack.defer(async () => void (await station?.end()));
  await restart();
  await provePairings(window);
}, lockPatience);

afterAll(async () => {
  await stack.disposeAsync();
});

/** Waits until the first line does the named step, for so long already (milliseconds). */
function untilStep(flow: BatchFlow, line: string, step: string, sinceMs = 0): Promise<unknown> {
  return eventually(
    `${line} at ${step}`,
    async () => {
      const found = (await flow.lines()).find((each) => each.line === line);
      if (found === undefined || found.fault !== null) throw new Error(`${line}: ${found?.fault?.code}`);
      if (found.card?.step !== step) return undefined;
      return Date.now() - Date.parse(found.card.stepSince) >= sinceMs ? found : undefined;
    },
    { withinMs: 60_000, everyMs: 15 },
  );
}

function inspections(): Promise<readonly PrinterInspection[]> {
  return Promise.all(machines.lines.map((line) => line.inspect()));
}

const sum = (each: readonly PrinterInspection[], what: 'fed' | 'good' | 'rejected' | 'taken'): number =>
  each.reduce((total, { counters }) => total + counters[what], 0);

/** Kills a batch's station at a moment, starts it again, finishes the batch, and holds the three accounts against each other. */
async function killedAndFinished(moment: (flow: BatchFlow) => Promise<void>): Promise<ReadonlyMap<string, Attempt>> {
  const before = await inspections();
  const released = await releasedBatch(station, window, cards);
  await released.start();
  await moment(released);
  await station.kill();

  await restart();
  const flow = new BatchFlow(window, released.batch);
  await flow.until('paused');
  await leaseHeld(flow);
  await flow.resume();
  await flow.made();
  for (const { code } of await flow.lineFaults()) process.stdout.write(`after the kill: ${code}\n`);
  await flow.look();

  const after = await inspections();
  const attempts = await flow.attempts();
  const good = attempts.filter((attempt) => attempt.disposition === 'good');
  // The kill may find the other line between taking up an order and feeding its blank, which then stays in its lot.
  const returned = attempts.filter((attempt) => attempt.disposition === 'returned').length;
  const used = attempts.length - returned;
  const balance = await flow.balance();
  const printed = {
    fed: sum(after, 'fed') - sum(before, 'fed'),
    good: sum(after, 'good') - sum(before, 'good'),
    rejected: sum(after, 'rejected') - sum(before, 'rejected'),
    taken: sum(after, 'taken') - sum(before, 'taken'),
  };
  // No order has two good cards, and each has one.
  expect(new Set(good.map(({ order }) => order)).size).toBe(cards);
  expect(good).toHaveLength(cards);
  // Every blank is where the station says that it is.
  expect(printed).toEqual({ fed: used, good: cards, rejected: used - cards, taken: 0 });
  expect(after.map(({ balanced, inside }) => ({ balanced, inside }))).toEqual([
    { balanced: true, inside: null },
    { balanced: true, inside: null },
  ]);
  expect(balance).toMatchObject({ fed: attempts.length, returned, good: cards, rejected: used - cards });
  expect(balance).toMatchObject({ missing: 0, spoiled: 0 });
  expect({ difference: balance.difference, obstacles: balance.obstacles }).toEqual({ difference: 0, obstacles: [] });

  await flow.close();
  await inStep(window);
  const atCms = await station.toCms({ state: { batch: flow.batch } });
  expect(atCms).toMatchObject({
    state: 'closed',
    orders: { produced: cards, begun: 0, waiting: 0, failed: 0, held: 0 },
  });
  await expectGrantsRight(station, window, flow);
  const journal = await verified();
  expect(journal).toMatchObject({ result: 'whole', findings: [] });
  return new Map(attempts.map((attempt) => [attempt.attempt, attempt]));
}

/** After a kill: the batch is still this station's at the CMS, and every card that it began is known there, under a grant that covers it. */
async function leaseHeld(flow: BatchFlow): Promise<void> {
  await inStep(window);
  await expectGrantsRight(station, window, flow);
  expect(await grantsAtCms(station, flow.batch)).toMatchObject([{ ended: null, index: cards }]);
  expect(await station.toCms({ state: { batch: flow.batch } })).toMatchObject({ station: 'ST-TRAINING' });
}

/** A supervisor's own look at the journal. */
async function verified(): Promise<Readonly<Record<string, unknown>>> {
  await window.logIn('sofia');
  const view = await window.call('journal.verify');
  await window.logIn('olivia');
  return view;
}

const line = 'line-1';
const printer = (): VirtualLine => machines.lines[0];

/** The attempt whose card is in the first line's machine. */
async function attemptInMachine(flow: BatchFlow): Promise<string> {
  const attempt = (await flow.lines()).find((each) => each.line === line)?.card?.attempt;
  if (attempt === undefined) throw new Error('no card in the machine');
  return attempt;
}

test.skipIf(!pcscdInstalled())(
  'killed after the intent to personalise: the card is rejected and its order made anew',
  async () => {
    let struck = '';
    const attempts = await killedAndFinished(async (flow) => {
      await printer().toCard({ fault: 'slow', ms: 250 });
      await untilStep(flow, line, 'personalise', 300);
      struck = await attemptInMachine(flow);
    });
    expect(attempts.get(struck)).toMatchObject({ disposition: 'rejected', reason: 'PRODUCTION-INTERRUPTED' });
  },
);

test.skipIf(!pcscdInstalled())(
  'killed when part of a panel has arrived: the card is rejected and its order made anew',
  async () => {
    let struck = '';
    const attempts = await killedAndFinished(async (flow) => {
      struck = await eventually(
        'a panel under way',
        async () => {
          const found = (await flow.lines()).find((each) => each.line === line)?.card;
          const share = found?.step === 'print' ? (found.stepProgress ?? 0) : 0;
          return share > 0.25 && share < 0.8 ? found?.attempt : undefined;
        },
        { withinMs: 60_000, everyMs: 10 },
      );
    });
    expect(attempts.get(struck)).toMatchObject({ disposition: 'rejected', reason: 'PRODUCTION-INTERRUPTED' });
    // The printer drew what had arrived: not every panel of that card.
    const halfPrinted = printer()
      .finished()
      .filter(({ disposition, panels }) => disposition === 'rejected' && panels.front.length < 'ymcko'.length);
    expect(halfPrinted.length).toBeGreaterThan(0);
  },
);

test.skipIf(!pcscdInstalled())(
  'killed after print and before ejection: the printed card is rejected and its order made anew',
  async () => {
    await printer().toPrinter({ fault: 'silent', on: 'Se', acts: false });
    let struck = '';
    const attempts = await killedAndFinished(async (flow) => {
      await eventually(
        'the unheard order to eject',
        async () => {
          const { faults, inside } = await printer().inspect();
          return faults.length === 0 && inside !== null ? 'sent' : undefined;
        },
        { withinMs: 60_000, everyMs: 20 },
      );
      struck = await attemptInMachine(flow);
    });
    expect(attempts.get(struck)).toMatchObject({ disposition: 'rejected', reason: 'PRODUCTION-INTERRUPTED' });
  },
);

test.skipIf(!pcscdInstalled())(
  'killed after ejection and before its outcome: the card is good and is not made again',
  async () => {
    await printer().toPrinter({ fault: 'silent', on: 'Se' });
    let struck = '';
    const attempts = await killedAndFinished(async (flow) => {
      const { good } = (await printer().inspect()).counters;
      await eventually(
        'the card in the hopper',
        async () => ((await printer().inspect()).counters.good > good ? 'there' : undefined),
        { withinMs: 60_000, everyMs: 20 },
      );
      struck = await attemptInMachine(flow);
    });
    const found = attempts.get(struck);
    expect(found).toMatchObject({ disposition: 'good' });
    expect([...attempts.values()].filter(({ order }) => order === found?.order)).toHaveLength(1);
  },
);
