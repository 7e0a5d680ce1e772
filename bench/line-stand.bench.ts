// How long a line stands for each recoverable fault of its printer, with an operator who answers at once: from the fault to the next card
// begun on that line. Beside it the other line's cards a minute and the lag of the event loop, against a run without faults.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { followGuide } from '../src-main/production/fault-case.fixture.ts';
import type { GatedAct } from '../src-main/production/gated-printer.fixture.ts';
import { openPrintShop, PrintLines } from '../src-main/production/print-lines.fixture.ts';
import { recoveryGuide } from '../src-main/production/recovery-guide.ts';
import { percentile, reportFigure, rounded } from './report-figure.ts';

type Order = Readonly<Record<string, string | number | boolean>>;

const faults: readonly (readonly [name: string, act: GatedAct, order: Order])[] = [
  ['feeder-empty', 'feed', { fault: 'feeder-empty' }],
  ['ribbon-out before a card', 'prepare', { fault: 'ribbon-out' }],
  ['ribbon-out in a card', 'print', { fault: 'ribbon-out' }],
  ['cover-open in a card', 'print', { fault: 'cover-open' }],
  ['jam at print', 'print', { fault: 'jam', at: 'print' }],
  ['hopper-full', 'eject', { fault: 'hopper-full' }],
  ['cleaning-due', 'prepare', { fault: 'cleaning-due' }],
  ['stripe unreadable', 'readStripe', { fault: 'stripe-misread', track: 2, as: 'error' }],
  ['link lost in a panel', 'print', { fault: 'link-lost', atByte: 60_000 }],
  ['answer cut', 'writeStripe', { fault: 'cut' }],
  ['answer doubled', 'print', { fault: 'doubled' }],
];
const resolution = 1;
const cards = 16;
const rounds = 3;

interface Measured {
  /** Milliseconds from the fault on line 1 to its next card. */
  readonly stands: number | null;
  readonly otherLinePerMinute: number;
  readonly lagP99: number;
}

/** One batch on two lines; line 1 meets the fault in its first card, if one is given. */
async function measure(world: PrintLines, fault: (typeof faults)[number] | null): Promise<Measured> {
  const [own, other] = world.lines;
  if (own === undefined || other === undefined) throw new Error('two lines are wanted');
  const { run, gate } = await world.batch(cards);
  if (fault !== null) gate(0).before(fault[1], () => own.rig.ask(fault[2]));
  let met: number | null = null;
  let next: number | null = null;
  const ends: number[] = [];
  run.journal.subscribe((entries) => {
    for (const { header } of entries) {
      const now = performance.now();
      if (header.subjects['line'] === other.line && header.kind === 'attempt.ended') ends.push(now);
      if (header.subjects['line'] !== own.line) continue;
      if (header.kind === 'line.fault') met ??= now;
      if (header.kind === 'attempt.started' && met !== null) next ??= now;
    }
  });
  let mending: Promise<void> | null = null;
  const operator = run.service.subscribe(() => {
    const runner = run.service.lines[0]?.runner;
    const { state } = runner ?? {};
    if (mending !== null || state?.kind !== 'asking') return;
    const [choice] = state.choices;
    if (choice === undefined) throw new Error('a question without a choice');
    mending = followGuide(recoveryGuide(state), own.rig).then(() => {
      mending = null;
      run.answer(own.line, choice);
    });
  });
  run.service.open();
  await run.until(() => run.service.lines.every(({ runner }) => runner.state.kind === 'idle'));
  const lag = monitorEventLoopDelay({ resolution });
  const began = performance.now();
  lag.enable();
  run.start();
  await run.until(() => run.state === 'made', 120_000);
  lag.disable();
  operator();
  await run.service.close();
  await own.rig.ask({ clear: true });
  const last = ends.at(-1) ?? Number.NaN;
  return {
    stands: met === null || next === null ? null : next - met,
    otherLinePerMinute: (ends.length / (last - began)) * 60_000,
    lagP99: Math.max(0, lag.percentile(99) / 1e6 - resolution),
  };
}

const shop = await openPrintShop();
const world = await PrintLines.open(shop, 'tcp', 2);
try {
  await measure(world, null);
  const calm: Measured[] = [];
  const troubled: Measured[] = [];
  for (const fault of faults) {
    const runs: Measured[] = [];
    for (let round = 0; round < rounds; round++) {
      calm.push(await measure(world, null));
      runs.push(await measure(world, fault));
    }
    troubled.push(...runs);
    const stands = runs.flatMap((run) => (run.stands === null ? [] : [run.stands]));
    reportFigure({
      name: 'line-stands',
      value: rounded(percentile(stands, 0.5)),
      unit: 'ms',
      about: { fault: fault[0], longest: rounded(Math.max(...stands)), runs: stands.length },
    });
  }
  const middle = (runs: readonly Measured[], of: (run: Measured) => number) => percentile(runs.map(of), 0.5);
  reportFigure({
    name: 'other-line-rate-during-faults',
    value: rounded(middle(troubled, (run) => run.otherLinePerMinute)),
    unit: 'cards/min',
    baseline: {
      name: 'the same line while nothing is wrong',
      value: rounded(middle(calm, (run) => run.otherLinePerMinute)),
    },
    about: { runs: troubled.length },
  });
  reportFigure({
    name: 'event-loop-lag-p99-during-faults',
    value: rounded(
      middle(troubled, (run) => run.lagP99),
      2,
    ),
    unit: 'ms',
    baseline: {
      name: 'the same lines while nothing is wrong',
      value: rounded(
        middle(calm, (run) => run.lagP99),
        2,
      ),
    },
  });
} finally {
  await world.close();
  await shop.close();
}
