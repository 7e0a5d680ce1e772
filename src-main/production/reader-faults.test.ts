import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import { SocketReader } from '../devices/encoder/drivers/socket-reader/socket-reader.ts';
import { chipsOf, expectNothingLost, expectTriedOnce, shortPatience } from './chip-faults.fixture.ts';
import { ReaderCable } from './reader-cable.fixture.ts';
import { TwoLines, type Machine, type RunOnLines } from './two-lines.fixture.ts';

let lines: TwoLines;
let cables: readonly ReaderCable[];
let first: Machine;
let second: Machine;

beforeAll(async () => {
  const laid: ReaderCable[] = [];
  lines = await TwoLines.open({
    chipPatience: { ...shortPatience, empty: 700 },
    reader: (at) =>
      new SocketReader({
        host: '127.0.0.1',
        port: laid[at]?.port ?? 0,
        serial: `reader-${at + 1}`,
        name: `encoder ${at + 1}`,
      }),
  });
  for (const { chip } of lines.machines) laid.push(await ReaderCable.lay(chip.reader));
  cables = laid;
  const [one, two] = lines.machines;
  if (one === undefined || two === undefined) throw new Error('two lines are wanted');
  [first, second] = [one, two];
}, 120_000);
afterAll(async () => {
  await Promise.all(cables.map((cable) => cable.unplug()));
  await lines.close();
});

/** A batch on the lines; afterwards nothing is lost, and no chip was tried twice. */
async function play(size: number, act: (run: RunOnLines) => Promise<void>): Promise<void> {
  const run = await lines.batch(size);
  const before = await Promise.all(lines.machines.map(chipsOf));
  try {
    run.service.open();
    await act(run);
    await run.until(() => run.state === 'made');
    await expectNothingLost(run, 'batch', size);
    for (const [at, machine] of lines.machines.entries())
      await expectTriedOnce(machine, before[at] ?? {}, machine.line);
  } finally {
    for (const [at, { chip }] of lines.machines.entries()) {
      await chip.control({ clear: true });
      await cables[at]?.plug(chip.reader);
    }
    await run.service.close();
  }
}

function asks(run: RunOnLines, { line }: Machine): string | null {
  const state = run.service.lines.find(({ configuration }) => configuration.line === line)?.runner.state;
  return state?.kind === 'asking' ? state.fault.code : null;
}

function reasons(run: RunOnLines): readonly string[] {
  return run.entries('attempt.ended').map(({ payload }) => (payload as { reason: string }).reason);
}

/** Acts once, at the intent of a step on a line. */
function atIntent(run: RunOnLines, { line }: Machine, step: StepName, act: () => Promise<unknown> | undefined): void {
  const stop = run.journal.subscribe((entries) => {
    const hit = entries.some(
      ({ header, payload }) =>
        header.kind === 'attempt.intent' &&
        header.subjects['line'] === line &&
        (payload as { step: string }).step === step,
    );
    if (!hit) return;
    stop();
    void act();
  });
}

async function fedBy({ rig }: Machine): Promise<number> {
  const { counters } = (await rig.inspect()) as unknown as { counters: { fed: number } };
  return counters.fed;
}

async function met(machine: Machine): Promise<number> {
  return Object.values(await chipsOf(machine)).reduce((sum, { initializeUpdates }) => sum + initializeUpdates, 0);
}

test.each([
  ['a wrong card cryptogram', { fault: 'wrong-keys' }, 'KEYS-CARD-CRYPTOGRAM'],
  ['a refused host cryptogram', { fault: 'status-at-apdu', n: 12, sw: '6300' }, 'CARD-AUTHENTICATION'],
])(
  '%s on both lines costs one try on one card; the whole batch stops until a person starts it',
  async (_, fault, code) => {
    await play(3, async (run) => {
      const before = (await met(first)) + (await met(second));
      for (const { chip } of lines.machines) await chip.control(fault);
      run.start();
      await run.until(() => run.state === 'stopped' && run.service.currentBatch === null);
      expect((await met(first)) + (await met(second)) - before).toBe(1);
      expect(run.entries('batch.stopped').map(({ payload }) => payload)).toEqual([{ code }]);
      expect(reasons(run).filter((reason) => reason !== code && reason !== 'PRODUCTION-KEYS-REFUTED')).toEqual([]);
      for (const { chip } of lines.machines) await chip.control({ clear: true });
      run.start();
    });
  },
  60_000,
);

test('swapped cables: the reader of the other line reports the card, no key is tried, and both lines go on when they are put right', async () => {
  await cables[0]?.plug(second.chip.reader);
  await cables[1]?.plug(first.chip.reader);
  await play(2, async (run) => {
    const before = (await met(first)) + (await met(second));
    run.start();
    await run.until(
      () => asks(run, first) === 'PRODUCTION-WRONG-READER' && asks(run, second) === 'PRODUCTION-WRONG-READER',
    );
    expect((await met(first)) + (await met(second))).toBe(before);
    expect(reasons(run)).toEqual(['PRODUCTION-WRONG-READER', 'PRODUCTION-WRONG-READER']);
    for (const [at, { chip }] of lines.machines.entries()) await cables[at]?.plug(chip.reader);
    for (const { line } of lines.machines) run.answer(line, 'continue');
  });
}, 120_000);

test('a reader that is gone costs no blank: the line asks before it feeds, the other line goes on, and the line comes back', async () => {
  await play(6, async (run) => {
    const fed = await fedBy(first);
    await cables[0]?.unplug();
    run.start();
    await run.until(() => asks(run, first) === 'ENCODER-LOST');
    await run.until(() => run.entries('order.made').length >= 2);
    expect(await fedBy(first)).toBe(fed);
    await cables[0]?.plug(first.chip.reader);
    run.answer(first.line, 'retry');
    await run.until(() => run.state === 'made');
    expect(reasons(run)).toEqual(Array(6).fill('as-planned'));
    expect(await fedBy(first)).toBeGreaterThan(fed);
  });
}, 120_000);

test('a reader that goes when the card arrives costs no blank either: the card waits in the machine until it is back', async () => {
  await play(1, async (run) => {
    atIntent(run, first, 'connect-chip', () => cables[0]?.unplug());
    run.start([first.line]);
    await run.until(() => asks(run, first) === 'ENCODER-LOST');
    await cables[0]?.plug(first.chip.reader);
    run.answer(first.line, 'retry');
    await run.until(() => run.state === 'made');
    expect(reasons(run)).toEqual(['as-planned']);
  });
}, 120_000);

test.each<StepName>(['preflight', 'personalise', 'verify-chip'])(
  'a reader that goes in the middle of %s costs that card at most; no further blank is taken before it is back',
  async (step) => {
    await play(1, async (run) => {
      const fed = await fedBy(first);
      atIntent(run, first, step, () => cables[0]?.unplug());
      run.start([first.line]);
      await run.until(() => asks(run, first) === 'ENCODER-LOST');
      expect((await fedBy(first)) - fed).toBe(1);
      await cables[0]?.plug(first.chip.reader);
      run.answer(first.line, 'retry');
      await run.until(() => run.state === 'made');
      expect(reasons(run)).toEqual(
        step === 'preflight'
          ? ['as-planned']
          : [expect.stringMatching(/^(CARD-GONE|ENCODER-LOST)$/) as string, 'as-planned'],
      );
    });
  },
  60_000,
);

test('a chip is met once in a batch, also after a restart; a person looks at the feeder and the line goes on', async () => {
  await play(3, async (run) => {
    run.start([first.line]);
    await run.until(() => run.entries('order.made').length === 1);
    await run.service.finishCards();
    await first.chip.control({ fault: 'same-chip' });
    await run.restart();
    run.service.open();
    run.start([first.line]);
    await run.until(() => asks(run, first) === 'PRODUCTION-CHIP-TWICE');
    expect(reasons(run)).toContain('PRODUCTION-CHIP-TWICE');
    run.answer(first.line, 'continue');
  });
}, 120_000);

test('three mute cards in a row: the line asks, the other line has made cards all the while, and the line comes back', async () => {
  await play(8, async (run) => {
    await first.chip.control({ fault: 'mute', once: false });
    run.start();
    await run.until(() => asks(run, first) === 'PRODUCTION-THREE-REJECTED');
    await first.chip.control({ clear: true });
    run.answer(first.line, 'retry');
    await run.until(() => run.state === 'made');
    expect(reasons(run).filter((reason) => reason === 'ENCODER-NO-CARD')).toHaveLength(3);
  });
}, 120_000);
