import type { PrinterRig } from '../../src-sim/printer/printer-rig.ts';
import { expectEven, followGuide, inspected } from './fault-case.fixture.ts';
import type { PrintLines } from './print-lines.fixture.ts';
import { recoveryGuide } from './recovery-guide.ts';
import type { RunOnLines } from './run-on-lines.fixture.ts';

/** A fault of the simulator, ordered before the first word of a job. */
export type Trouble = Readonly<Record<string, string | number | boolean>>;

/** The link drops and is back at once on a network, after a while on a serial line. */
const lost = { fault: 'link-lost', ms: 200 } as const;

/** How much one whole job says to its printer, from its first intent to its end. */
export interface JobTraffic {
  readonly bytes: number;
  /** Bytes before the first panel is sent. */
  readonly beforePrint: number;
  /** Bytes from the eject on. */
  readonly afterPrint: number;
  readonly commands: number;
}

/** For a whole campaign without a question, on a machine that does other things too. */
const patience = 3_000_000;
/** How often in a row one order is disturbed: a third lost blank would hold it. */
const mostLosses = 2;

/** Measures an undisturbed job. */
export async function jobTraffic(world: PrintLines): Promise<JobTraffic> {
  const [line] = world.lines;
  if (line === undefined) throw new Error('a line is wanted');
  const { run, gate } = await world.batch(1);
  try {
    run.service.open();
    await run.until(() => run.service.lines.every(({ runner }) => runner.state.kind === 'idle'));
    const commands = async () => ((await line.rig.inspect()) as unknown as { commands: number }).commands;
    const before = { bytes: world.written, commands: await commands() };
    const marks: number[] = [];
    for (const act of ['print', 'eject'] as const) {
      gate(0).before(act, () => Promise.resolve(marks.push(world.written - before.bytes)));
    }
    run.service.start(run.batch, { kind: 'person', person: 'olga' }, [line.line]);
    await run.until(() => run.state === 'made');
    const [beforePrint = 0, printed = 0] = marks;
    const bytes = world.written - before.bytes;
    return { bytes, beforePrint, afterPrint: bytes - printed, commands: (await commands()) - before.commands };
  } finally {
    await run.service.close();
  }
}

/** A seeded source of numbers below a bound (mulberry32). */
export function seeded(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** Offsets over a job's traffic: a third before the panels, a third after them, the others anywhere. */
export function seededOffsets(traffic: JobTraffic, count: number, seed: number): readonly Trouble[] {
  const next = seeded(seed);
  return Array.from({ length: count }, (_, at): Trouble => {
    switch (at % 3) {
      case 0:
        return { ...lost, atByte: 1 + next(traffic.beforePrint) };
      case 1:
        return { ...lost, atByte: 1 + traffic.bytes - 1 - next(traffic.afterPrint) };
      default:
        return { ...lost, atByte: 1 + next(traffic.bytes) };
    }
  });
}

/** Every command of a job, the link lost before and after it. */
export function everyBoundary(traffic: JobTraffic): readonly Trouble[] {
  return Array.from({ length: traffic.commands }, (_, at) => at + 1).flatMap((atCommand): readonly Trouble[] => [
    { ...lost, atCommand, when: 'before' },
    { ...lost, atCommand, when: 'after' },
  ]);
}

/** What a campaign did. */
export interface CampaignResult {
  readonly ordered: number;
  /** Faults that the engine met and decided by itself; what fell between two jobs, or was only late, was not noticed. */
  readonly met: number;
  readonly cards: number;
  readonly rejected: number;
  readonly questions: readonly string[];
}

async function order(rig: PrinterRig, trouble: Trouble): Promise<void> {
  await rig.ask({ clear: true });
  const { error } = await rig.ask(trouble);
  if (error !== undefined) throw new Error(JSON.stringify(error));
}

/** Answers whatever a line asks, as its guide says. */
async function answerAll(run: RunOnLines, world: PrintLines, questions: string[]): Promise<void> {
  for (const [at, { runner }] of run.service.lines.entries()) {
    const { state } = runner;
    const rig = world.lines[at]?.rig;
    if (state.kind !== 'asking' || rig === undefined) continue;
    const [choice] = state.choices;
    if (choice === undefined) throw new Error('a question without a choice');
    const guide = recoveryGuide(state);
    questions.push(guide.rule);
    await followGuide(guide, rig);
    run.answer(runner.line, choice);
  }
}

/** Disturbs jobs, batch after batch, until every trouble was brought about; each batch is made to its end and everything in it counted. */
export async function disturbJobs(world: PrintLines, troubles: readonly Trouble[]): Promise<CampaignResult> {
  const waiting = [...troubles];
  const batches: Omit<CampaignResult, 'ordered'>[] = [];
  while (waiting.length > 0) batches.push(await disturbBatch(world, waiting));
  const sum = (count: (batch: Omit<CampaignResult, 'ordered'>) => number) =>
    batches.reduce((total, batch) => total + count(batch), 0);
  return {
    ordered: troubles.length,
    met: sum(({ met }) => met),
    cards: sum(({ cards }) => cards),
    rejected: sum(({ rejected }) => rejected),
    questions: batches.flatMap(({ questions }) => questions),
  };
}

/** One batch: two jobs of each order are disturbed while troubles wait; those that were brought about are taken from the list. */
async function disturbBatch(world: PrintLines, waiting: Trouble[]): Promise<Omit<CampaignResult, 'ordered'>> {
  const size = Math.ceil(waiting.length / mostLosses);
  const { run, gate } = await world.batch(size);
  const before = await Promise.all(world.lines.map(({ rig }) => inspected(rig)));
  const disturbed = new Map<string, number>();
  const questions: string[] = [];
  const stop = run.journal.subscribe((entries) => {
    for (const { header } of entries) {
      const at = world.lines.findIndex(({ line }) => line === header.subjects['line']);
      const rig = world.lines[at]?.rig;
      if (header.kind !== 'attempt.started' || rig === undefined) continue;
      const name = header.subjects['order'] ?? '';
      const times = disturbed.get(name) ?? 0;
      const trouble = times < mostLosses ? waiting.shift() : undefined;
      disturbed.set(name, times + 1);
      gate(at).before('status', () => (trouble === undefined ? rig.ask({ clear: true }) : order(rig, trouble)));
    }
  });
  try {
    run.service.open();
    await run.until(() => run.service.lines.every(({ runner }) => runner.state.kind === 'idle'));
    run.start();
    while (run.state !== 'made') {
      await run.until(
        () => run.state === 'made' || run.service.lines.some(({ runner }) => runner.state.kind === 'asking'),
        patience,
      );
      await answerAll(run, world, questions);
    }
    await expectEven(run, world, before, size);
    return {
      met: run.entries('line.fault').filter(({ payload }) => (payload as { decision: string }).decision !== 'ask')
        .length,
      cards: run.entries('attempt.started').length,
      rejected: run.journal.projections.stock.balance(run.batch).rejected,
      questions,
    };
  } catch (breach) {
    const faults = run.entries('line.fault').map(({ payload }) => JSON.stringify(payload));
    throw new Error(`${String(breach)}; ${questions.join()}; last: ${faults.slice(-5).join('; ')}`, { cause: breach });
  } finally {
    stop();
    await run.service.close();
  }
}
