import type { PrinterRig } from '../../src-sim/printer/printer-rig.ts';
import type { LineState } from './line-state.ts';
import type { GatedAct } from './gated-printer.fixture.ts';
import type { PrintLines } from './print-lines.fixture.ts';
import { recoveryGuide, type RecoveryGuide } from './recovery-guide.ts';
import type { RunOnLines } from './run-on-lines.fixture.ts';

type Request = Parameters<PrinterRig['ask']>[0];
type Asking = Extract<LineState, { kind: 'asking' }>;

/** One fault of one machine, brought about before an act of its driver. */
export interface FaultCase {
  readonly name: string;
  /** Orders of the fault, each exactly before that act of line 1. */
  readonly at: readonly (readonly [GatedAct, Request])[];
}

/** What came of it. */
export interface FaultOutcome {
  readonly name: string;
  /** Rows of the policy by which a person was asked, in turn, with the choice that was taken. */
  readonly asked: readonly string[];
  /** Decisions that the engine took, without the questions. */
  readonly decided: readonly string[];
  /** Ends of the attempts on line 1 that made no good card. */
  readonly lost: readonly string[];
}

/** One for line 1 to fail at after one that it may have made, and two that line 2 makes meanwhile. */
const orders = 4;

interface Inspection {
  readonly inside: object | null;
  readonly power: 'on' | 'off';
  readonly counters: { readonly fed: number; readonly good: number; readonly rejected: number; readonly taken: number };
  readonly stranger: Readonly<Record<string, number>>;
}

export async function inspected(rig: PrinterRig): Promise<Inspection> {
  return (await rig.inspect()) as unknown as Inspection;
}

async function mend(rig: PrinterRig, ...requests: readonly Request[]): Promise<void> {
  for (const request of requests) {
    const { error } = await rig.ask(request);
    if (error !== undefined) throw new Error(JSON.stringify(error));
  }
}

/** Does at the machine what the guide's one next step says, and nothing else; the row's name stands for its sentence. */
export async function followGuide(guide: RecoveryGuide, rig: PrinterRig): Promise<void> {
  switch (guide.rule) {
    case 'feeder-empty':
      return mend(rig, { load: { cards: 5 } });
    case 'ribbon-before-card':
    case 'ribbon-after-card':
      return mend(rig, { load: { ribbon: 'ymcko', count: 5000 } });
    case 'cover-before-card':
    case 'cover-in-card':
    case 'cover-at-reject':
      return mend(rig, { clear: 'cover-open' });
    case 'hopper-full':
      return mend(rig, { empty: 'hopper' });
    case 'reject-full':
      return mend(rig, { empty: 'reject' });
    case 'cleaning':
    case 'cleaning-after-card':
      return mend(rig, { clear: 'cleaning-due' });
    case 'link-stays-away':
    case 'movement-stays-unknown':
      return mend(rig, { power: 'on' });
    case 'other-printer':
      return mend(rig, { clear: 'other-model' });
    case 'jam':
    case 'jam-at-feed':
    case 'no-card':
    case 'card-gone':
    case 'strange-card':
    case 'other-card':
      if ((await inspected(rig)).inside !== null) await mend(rig, { takeCard: true });
      return mend(rig, { clear: 'jam' });
    case 'check-line':
    case 'not-fed':
    case 'three-rejected':
    case 'order-not-prepared':
      return;
    default:
      throw new Error(`nobody told the operator what to do at ${guide.rule}: ${guide.next}`);
  }
}

function payloads(run: RunOnLines, kind: string, line: string): readonly Readonly<Record<string, unknown>>[] {
  return run
    .entries(kind)
    .filter(({ subjects }) => subjects['line'] === line)
    .map(({ payload }) => payload as Readonly<Record<string, unknown>>);
}

/** A question of the line, and how it was answered. */
async function answerLine(run: RunOnLines, state: Asking, rig: PrinterRig): Promise<string> {
  const guide = recoveryGuide(state);
  const [choice] = state.choices;
  if (choice === undefined || guide.happened === '' || guide.next === '')
    throw new Error('a question without guidance');
  if (guide.rule === 'unknown-fault') throw new Error(`no row names ${state.fault.code} during ${state.during}`);
  await followGuide(guide, rig);
  run.answer('line-1', choice);
  return `${guide.rule} (${guide.place}, ${guide.card.kind}) ${choice}`;
}

/** Resolves with line 1's question, or when the batch is made. */
async function question(run: RunOnLines): Promise<Asking | null> {
  const first = (): LineState | undefined => run.service.lines[0]?.runner.state;
  await run.until(() => run.state === 'made' || first()?.kind === 'asking');
  const state = first();
  return run.state !== 'made' && state?.kind === 'asking' ? state : null;
}

/**
 * Plays one fault on line 1 while line 2 is held until the fault is met; then line 2 must bring both of its cards to their end while
 * line 1 stands. Throws where cards, counters, balance or orders do not come out even.
 */
export async function playFault(world: PrintLines, fault: FaultCase): Promise<FaultOutcome> {
  const [own, other] = world.lines;
  if (own === undefined || other === undefined) throw new Error('two lines are wanted');
  const { run, gate } = await world.batch(orders);
  try {
    const before = await Promise.all(world.lines.map(({ rig }) => inspected(rig)));
    for (const [act, request] of fault.at) gate(0).before(act, () => mend(own.rig, request));
    const met = Promise.withResolvers<void>();
    gate(1).before('prepare', () => met.promise);
    const stop = run.journal.subscribe((entries) => {
      const of = (kind: string) =>
        entries.some(({ header }) => header.kind === kind && header.subjects['line'] === own.line);
      if (of('line.fault')) met.resolve();
    });
    // A fault that no act meets any more must not hold line 2 for ever.
    const spared = run.service.subscribe(() => {
      const idle = run.service.lines[0]?.runner.state.kind === 'idle';
      if (idle && payloads(run, 'attempt.ended', own.line).length > 0) met.resolve();
    });
    run.service.open();
    await run.until(() => run.service.lines.every(({ runner }) => runner.state.kind === 'idle'));
    run.start();
    const asked: string[] = [];
    for (let state = await question(run); state !== null; state = await question(run)) {
      const ended = () => payloads(run, 'attempt.ended', other.line).length;
      // The first question is left unanswered until line 2 has nothing more to do.
      if (asked.length === 0) await run.until(() => ended() >= 2);
      const answered = await answerLine(run, state, own.rig);
      // A picture that a busy machine did not draw in time is drawn again; it is none of the printer's faults.
      if (!answered.startsWith('order-not-prepared')) asked.push(answered);
      if (asked.length > 6) throw new Error(`the line never recovers: ${asked.join('; ')}`);
    }
    stop();
    spared();
    await mend(own.rig, { clear: true });
    await expectEven(run, world, before);
    return {
      name: fault.name,
      asked,
      decided: payloads(run, 'line.fault', own.line)
        .filter(({ decision }) => decision !== 'ask')
        .map(({ code, decision }) => `${String(code)} ${String(decision)}`),
      lost: payloads(run, 'attempt.ended', own.line)
        .map(({ disposition }) => String(disposition))
        .filter((disposition) => disposition !== 'good'),
    };
  } catch (breach) {
    const faults = payloads(run, 'line.fault', own.line).map(
      ({ code, decision }) => `${String(code)} ${String(decision)}`,
    );
    throw new Error(`${fault.name}: ${String(breach)}; ${run.told()}; ${faults.join('; ')}`, { cause: breach });
  } finally {
    await run.service.close();
    await mend(own.rig, { clear: true }, { power: 'on' }, { empty: 'hopper' }, { empty: 'reject' });
    if ((await inspected(own.rig)).inside !== null) await mend(own.rig, { takeCard: true });
  }
}

/** Printer counters, attempts and dispositions say the same; one good card an order; nothing was done by a printer that is not ours. */
export async function expectEven(
  run: RunOnLines,
  world: PrintLines,
  before: readonly Inspection[],
  size = orders,
): Promise<void> {
  const sum = { fed: 0, good: 0, rejected: 0, taken: 0 };
  for (const [at, { rig }] of world.lines.entries()) {
    const { counters, stranger } = await inspected(rig);
    const then = before[at]?.counters;
    for (const key of ['fed', 'good', 'rejected', 'taken'] as const) sum[key] += counters[key] - (then?.[key] ?? 0);
    const touched = Object.entries(stranger).filter(([, count]) => count !== 0);
    if (touched.length > 0) throw new Error(`another printer was made to do something: ${JSON.stringify(touched)}`);
  }
  const balance = run.journal.projections.stock.balance(run.batch);
  const { good, rejected, spoiled } = balance;
  const told = { fed: balance.fed - balance.returned, good, rejected, taken: spoiled };
  if (JSON.stringify(told) !== JSON.stringify(sum) || balance.inMachine !== 0 || good !== size) {
    throw new Error(`the journal says ${JSON.stringify(balance)}, the printers ${JSON.stringify(sum)}`);
  }
  const made = run.entries('order.made').map(({ subjects }) => subjects['order']);
  if (made.length !== size || new Set(made).size !== size) throw new Error('an order has not exactly one good card');
}

/** One outcome in a line, for a table. */
export function outcomeRow({ name, asked, decided, lost }: FaultOutcome): string {
  return [name, decided.join('; ') || '-', asked.join('; ') || '-', lost.join(' ') || '-'].join(' | ');
}

/** Plays cases over worlds side by side; one world plays one case at a time. */
export async function playFaults(
  worlds: readonly PrintLines[],
  cases: readonly FaultCase[],
): Promise<readonly string[]> {
  const rows = new Map<FaultCase, string>();
  const waiting = [...cases];
  await Promise.all(
    worlds.map(async (world) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        rows.set(next, outcomeRow(await playFault(world, next)));
      }
    }),
  );
  return cases.map((each) => rows.get(each) ?? '');
}
