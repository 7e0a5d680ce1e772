import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import { acquirePcscd, pcscdInstalled, type HeldPcscd } from '../../e2e/stations/pcscd.ts';
import { PcscReader } from '../devices/encoder/drivers/pcsc/pcsc-reader.ts';
import { chipsOf, expectNothingLost, expectTriedOnce } from './chip-faults.fixture.ts';
import type { ChipPatience } from './chip-station.ts';
import { TwoLines, type Machine, type RunOnLines } from './two-lines.fixture.ts';

/** A service that restarts is waited for; a card that is silent is not waited for long. */
const patience: ChipPatience = { exchange: 1500, insertion: 4000, comeback: 1500, empty: 3000 };

/** Two lines whose readers are real PC/SC readers, each in a process of its own, on a real pcscd. */
describe.skipIf(!pcscdInstalled())('faults of PC/SC readers while a line works', () => {
  let held: HeldPcscd;
  let lines: TwoLines;
  let first: Machine;

  const nameOf = (at: number): string => held.readers[at]?.name ?? '';

  beforeAll(async () => {
    held = await acquirePcscd();
    lines = await TwoLines.open({
      chipPatience: patience,
      chipWords: (at) => ['--vpcd', `127.0.0.1:${held.readers[at]?.port ?? 0}`],
      reader: (at) => new PcscReader({ serial: `PCSC-${at}`, name: nameOf(at) }),
    });
    const [machine] = lines.machines;
    if (machine === undefined) throw new Error('a line is wanted');
    first = machine;
  });
  afterAll(async () => {
    await lines.close();
    await held.release();
  });

  async function play(size: number, act: (run: RunOnLines) => Promise<void>): Promise<readonly string[]> {
    const run = await lines.batch(size);
    const before = await Promise.all(lines.machines.map(chipsOf));
    try {
      run.service.open();
      await act(run);
      await run.until(() => run.state === 'made');
      await expectNothingLost(run, 'batch', size);
      for (const [at, machine] of lines.machines.entries()) {
        await expectTriedOnce(machine, before[at] ?? {}, machine.line);
      }
      return run.entries('attempt.ended').map(({ payload }) => (payload as { reason: string }).reason);
    } finally {
      for (const { chip } of lines.machines) await chip.control({ clear: true });
      await run.service.close();
    }
  }

  function asks(run: RunOnLines): string | null {
    const state = run.service.lines[0]?.runner.state;
    return state?.kind === 'asking' ? state.fault.code : null;
  }

  /** Acts once, at the intent of a step on the first line; resolves when the act is done. */
  function atIntent(run: RunOnLines, step: StepName, act: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const stop = run.journal.subscribe((entries) => {
        const hit = entries.some(
          ({ header, payload }) =>
            header.kind === 'attempt.intent' &&
            header.subjects['line'] === first.line &&
            (payload as { step: string }).step === step,
        );
        if (!hit) return;
        stop();
        act().then(resolve, reject);
      });
    });
  }

  test('a card that never answers, one that goes in the middle and a mute one: each is rejected, the other line makes its cards', async () => {
    for (const fault of [
      { fault: 'never-answers', n: 12 },
      { fault: 'pull-at-apdu', n: 13, executed: true },
      { fault: 'mute' },
    ]) {
      const reasons = await play(3, async (run) => {
        await first.chip.control(fault);
        run.start();
      });
      expect(reasons.filter((reason) => reason !== 'as-planned')).toEqual([
        fault.fault === 'never-answers' ? 'ENCODER-DEADLINE' : fault.fault === 'mute' ? 'ENCODER-NO-CARD' : 'CARD-GONE',
      ]);
    }
  });

  test('a reader that another program has: no blank is taken until it lets go', async () => {
    const other = new PcscReader({ serial: 'other', name: nameOf(0) });
    await first.chip.control({ insert: 'STRANGER-1' });
    await other.waitForCard({ deadline: 5000, signal: AbortSignal.timeout(10_000) });
    const link = await other.connect(AbortSignal.timeout(10_000));
    const reasons = await play(1, async (run) => {
      const { fed } = await run.counted();
      run.start([first.line]);
      await run.until(() => asks(run) === 'ENCODER-HELD');
      expect((await run.counted()).fed).toBe(fed);
      await link.close();
      await other.close();
      await first.chip.control({ remove: true });
      run.answer(first.line, 'retry');
    });
    expect(reasons).toEqual(['as-planned']);
  });

  test('another program that is quicker to the card than the station: the card waits, and is made when it lets go', async () => {
    const other = new PcscReader({ serial: 'other', name: nameOf(0) });
    const reasons = await play(1, async (run) => {
      const taken = atIntent(run, 'connect-chip', async () => {
        const signal = AbortSignal.timeout(10_000);
        await other.waitForCard({ deadline: 5000, signal });
        await other.connect(signal).then(
          (link) => link.close(),
          () => undefined,
        );
      });
      run.start([first.line]);
      await taken;
      await run.until(() => run.state === 'made' || asks(run) !== null);
      if (run.state !== 'made') run.answer(first.line, 'retry');
    });
    await other.close();
    expect(reasons).toEqual(['as-planned']);
  });

  test.each<StepName>(['connect-chip', 'personalise', 'verify-chip'])(
    'pcscd that goes at %s and comes back: the card is made or rejected, no other blank is lost, both lines go on',
    async (step) => {
      const { interrupt } = held;
      // A service that somebody else started is not ours to end.
      if (interrupt === null) return;
      const reasons = await play(2, async (run) => {
        const back = atIntent(run, step, async () => (await interrupt())());
        run.start([first.line]);
        await back;
        await run.until(() => {
          if (asks(run) !== null) run.answer(first.line, 'retry');
          return run.state === 'made';
        });
      });
      const lost = reasons.filter((reason) => reason !== 'as-planned');
      expect(lost.length).toBeLessThanOrEqual(step === 'connect-chip' ? 0 : 1);
    },
  );

  test('pcscd that stays away: the line asks and takes no blank; it goes on when the service is there again', async () => {
    const { interrupt } = held;
    if (interrupt === null) return;
    const start = await interrupt();
    const reasons = await play(1, async (run) => {
      const { fed } = await run.counted();
      run.start([first.line]);
      await run.until(() => asks(run) === 'ENCODER-LOST');
      expect((await run.counted()).fed).toBe(fed);
      await start();
      run.answer(first.line, 'retry');
    });
    expect(reasons).toEqual(['as-planned']);
  });
});
