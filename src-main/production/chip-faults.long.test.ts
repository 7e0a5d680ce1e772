import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  answersAtApdu,
  apdus,
  atApdus,
  expectNothingLost,
  playCases,
  shortPatience,
  type ChipFaultCase,
} from './chip-faults.fixture.ts';
import { TwoLines, type RunOnLines } from './two-lines.fixture.ts';

const statusWords = ['6982', '6A80', '6A84', '6F00', '63C1', '6300', '9000', '6283', '6110', '6C10'];
const [, last] = apdus.proof;

let worlds: readonly TwoLines[];
beforeAll(async () => {
  worlds = await Promise.all([1, 2].map(() => TwoLines.open({ lines: 1, chipPatience: shortPatience })));
}, 60_000);
afterAll(() => Promise.all(worlds.map((world) => world.close())));

test('every fault at every APDU of a job: one good card an order, nothing lost, no chip tried twice', async () => {
  const everywhere: readonly ChipFaultCase[] = [
    ...atApdus(1, last, 'gone before', () => ({ fault: 'pull-at-apdu' })),
    ...atApdus(1, last, 'gone after', () => ({ fault: 'pull-at-apdu', executed: true })),
    ...Array.from({ length: last }, (_, at) => answersAtApdu(at + 1, statusWords)).flat(),
    ...atApdus(1, last, 'garbage', () => ({ fault: 'garbage-at-apdu' })),
    ...atApdus(1, last, 'cut', () => ({ fault: 'truncated-at-apdu' })),
    ...atApdus(1, last, 'never answers', () => ({ fault: 'never-answers' })),
  ];
  const outcomes = await playCases(worlds, everywhere);
  const blanks = outcomes.flatMap((outcome) => outcome.blanks);
  process.stdout.write(
    `${JSON.stringify({
      cases: outcomes.length,
      goodAtOnce: outcomes.filter((outcome) => outcome.blanks.length === 1).length,
      rejected: blanks.filter((disposition) => disposition === 'rejected').length,
      good: blanks.filter((disposition) => disposition === 'good').length,
      batchesStopped: outcomes.filter(({ asked }) => asked.includes('stopped')).length,
    })}\n`,
  );
  expect(blanks.filter((disposition) => disposition === 'good')).toHaveLength(everywhere.length);
  expect(new Set(blanks)).toEqual(new Set(['good', 'rejected']));
});

/** Milliseconds between the good cards of a line, the median. */
function pace(run: RunOnLines, line: string): number {
  const times = run.journal
    .read(1, 100_000)
    .filter(({ header }) => header.kind === 'order.made' && header.subjects['line'] === line)
    .map(({ header }) => Date.parse(header.time));
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  return gaps.toSorted((one, other) => one - other)[gaps.length >> 1] ?? 0;
}

test('the other line goes its pace while every card of one line fails', async () => {
  const lines = await TwoLines.open({ chipPatience: shortPatience });
  const [first] = lines.machines;
  const lag = monitorEventLoopDelay({ resolution: 5 });
  try {
    const figures: Record<string, number> = {};
    for (const fault of [
      null,
      { fault: 'pull-at-apdu', n: 12 },
      { fault: 'mute' },
      { fault: 'never-answers', n: 12 },
    ]) {
      const run = await lines.batch(12);
      run.service.open();
      if (fault !== null) await first?.chip.control({ ...fault, once: false });
      lag.reset();
      lag.enable();
      run.start();
      await run.until(() => {
        const state = run.service.lines[0]?.runner.state;
        if (state?.kind === 'asking' && run.entries('order.made').length < 8) return false;
        if (state?.kind === 'asking') {
          void first?.chip.control({ clear: true });
          run.answer('line-1', 'retry');
        }
        return run.state === 'made';
      }, 120_000);
      lag.disable();
      await first?.chip.control({ clear: true });
      const held = run.entries('order.held').length;
      await expectNothingLost(run, fault?.fault ?? 'none', 12 - held);
      const what = fault?.fault ?? 'no fault';
      figures[`${what}: line 2, ms a card`] = pace(run, 'line-2');
      figures[`${what}: event loop p99, ms`] = Math.round(lag.percentile(99) / 1e6);
      const madeByOther = run.entries('attempt.ended').filter(({ subjects }) => subjects['line'] === 'line-2');
      const reasons = madeByOther.map(({ payload }) => (payload as { reason: string }).reason);
      expect(new Set(reasons), what).toEqual(new Set(['as-planned']));
      await run.service.close();
    }
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  } finally {
    await lines.close();
  }
});
