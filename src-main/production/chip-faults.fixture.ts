import { expect } from 'vitest';
import { verifyJournal } from '../journal/verify.ts';
import type { ChipPatience } from './chip-station.ts';
import { ruleFor } from './recovery-policy.ts';
import type { Decision, Moment } from './recovery-rule.ts';
import type { Choice } from './line-state.ts';
import type { Machine, RunOnLines, TwoLines } from './two-lines.fixture.ts';

/** Short, for missed deadlines are what is tried; long enough for a busy machine. */
export const shortPatience: ChipPatience = { exchange: 3000, insertion: 2000, comeback: 800, empty: 2000 };

/** One fault on the first card of an order, and what a person answers where the line asks. */
export interface ChipFaultCase {
  readonly name: string;
  /** Request to the card program; strikes the next card that is inserted. */
  readonly fault: object;
  readonly answers?: readonly Choice[];
}

/** What came of a case: one row of the matrix. */
export interface ChipFaultOutcome {
  readonly name: string;
  readonly step: string | null;
  readonly code: string | null;
  /** Row of the policy that decided. */
  readonly rule: string | null;
  readonly decision: string | null;
  /** Dispositions of the order's blanks, in turn. */
  readonly blanks: readonly string[];
  /** Faults that a person was asked about. */
  readonly asked: readonly string[];
  /** On how many cards the keys were tried, the good one counted. */
  readonly tried: number;
}

interface ChipFacts {
  readonly initializeUpdates: number;
  readonly authentications: number;
  readonly failedAuthentications: number;
  readonly personalisations: number;
}

export async function chipsOf({ chip }: Machine): Promise<Readonly<Record<string, ChipFacts>>> {
  return (await chip.control({ inspect: true }))['cards'] as Record<string, ChipFacts>;
}

function told(decision: Decision): string {
  return decision.kind === 'reject-card' ? `reject-card, ${decision.afterwards}` : decision.kind;
}

/** Chain whole, balance zero, one good card an order, boxes as the journal says; and no chip was tried twice. */
export async function expectNothingLost(run: RunOnLines, name: string, orders: number): Promise<void> {
  const audit = await verifyJournal(run.journal, {
    headRegister: null,
    maxFindings: 10,
    signal: AbortSignal.timeout(30_000),
  });
  expect(audit.findings, name).toEqual([]);
  const balance = run.journal.projections.stock.balance(run.batch);
  expect(balance, name).toMatchObject({ inMachine: 0, good: orders, missing: 0 });
  const ended = run.entries('attempt.ended');
  expect(run.entries('attempt.started'), name).toHaveLength(ended.length);
  const good = ended.filter(({ payload }) => (payload as { disposition: string }).disposition === 'good');
  expect(new Set(good.map(({ subjects }) => subjects['order'])).size, name).toBe(orders);
  expect(good, name).toHaveLength(orders);
}

/** No chip ever met the keys twice, and the cards that were good met them once. */
export async function expectTriedOnce(
  machine: Machine,
  before: Readonly<Record<string, ChipFacts>>,
  name: string,
): Promise<number> {
  const now = await chipsOf(machine);
  const fresh = Object.entries(now).filter(([id]) => before[id] === undefined);
  for (const [id, chip] of fresh) {
    expect(chip.initializeUpdates, `${name}: ${id}`).toBeLessThanOrEqual(1);
    expect(chip.authentications + chip.failedAuthentications, `${name}: ${id}`).toBeLessThanOrEqual(1);
    expect(chip.personalisations, `${name}: ${id}`).toBeLessThanOrEqual(1);
  }
  return fresh.reduce((sum, [, chip]) => sum + chip.initializeUpdates, 0);
}

/** Plays one case on the first line of a world: the fault, the answers, and the order made on the same line without a restart. */
export async function playCase(
  world: TwoLines,
  { name, fault, answers = [] }: ChipFaultCase,
): Promise<ChipFaultOutcome> {
  const [machine] = world.machines;
  if (machine === undefined) throw new Error('a world has a line');
  const run = await world.batch(1);
  const before = await chipsOf(machine);
  const counted = await run.counted();
  const asked: string[] = [];
  const left = [...answers];
  try {
    run.service.open();
    await machine.chip.control(fault);
    run.start([machine.line]);
    await run.until(() => {
      const state = run.service.lines[0]?.runner.state;
      if (state?.kind === 'asking' && left.length > 0) {
        asked.push(state.fault.code);
        run.answer(machine.line, left.shift() ?? 'continue');
      }
      // A batch that has stopped is started again by a person.
      if (run.state === 'stopped' && run.service.currentBatch === null) {
        asked.push('stopped');
        run.start([machine.line]);
      }
      return run.state === 'made';
    });
    await expectNothingLost(run, name, 1);
    const tried = await expectTriedOnce(machine, before, name);
    const now = await run.counted();
    const balance = run.journal.projections.stock.balance(run.batch);
    expect([now.good - counted.good, now.rejected - counted.rejected, now.fed - counted.fed], name).toEqual([
      1,
      balance.rejected,
      balance.fed - balance.returned,
    ]);
    return { name, ...decided(run), blanks: blanksOf(run), asked, tried };
  } catch (thrown) {
    throw new Error(`${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  } finally {
    await machine.chip.control({ clear: true });
    await run.service.close();
  }
}

function blanksOf(run: RunOnLines): readonly string[] {
  return run.entries('attempt.ended').map(({ payload }) => (payload as { disposition: string }).disposition);
}

/** The first fault of a run and what was decided about it; the engine's word and the policy's row must agree. */
function decided(run: RunOnLines): Pick<ChipFaultOutcome, 'step' | 'code' | 'rule' | 'decision'> {
  const [fault] = run.entries('line.fault').map(({ payload }) => payload as { code: string; decision: string });
  if (fault === undefined) return { step: null, code: null, rule: null, decision: null };
  const failed = run
    .entries('attempt.outcome')
    .map(({ payload }) => payload as { step: Moment; outcome: { kind: string; code?: string } })
    .find(({ outcome }) => outcome.kind === 'failed');
  const step = failed?.step ?? 'before-card';
  const rule = ruleFor(step, fault.code);
  expect(fault.decision).toBe(told(rule.decision));
  expect(rule.name).not.toBe('unknown-fault');
  return { step, code: fault.code, rule: rule.name, decision: fault.decision };
}

/** Plays cases on several worlds side by side; outcomes in the order of the cases. */
export async function playCases(
  worlds: readonly TwoLines[],
  cases: readonly ChipFaultCase[],
): Promise<readonly ChipFaultOutcome[]> {
  const outcomes: ChipFaultOutcome[] = [];
  const waiting = cases.map((each, at) => ({ each, at }));
  await Promise.all(
    worlds.map(async (world) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        outcomes[next.at] = await playCase(world, next.each);
      }
    }),
  );
  return outcomes;
}

/** The APDUs of one whole job, in order: nine before any key, six with the keys, five that prove the chip. */
export const apdus = { blank: [1, 9], keys: [10, 15], proof: [16, 20] } as const;

export const answersAtApdu = (n: number, words: readonly string[]): readonly ChipFaultCase[] =>
  words.map((sw) => ({ name: `status ${sw} at ${n}`, fault: { fault: 'status-at-apdu', n, sw } }));

/** One case for every APDU from one to another. */
export function atApdus(
  from: number,
  to: number,
  name: string,
  fault: (n: number) => object,
): readonly ChipFaultCase[] {
  return Array.from({ length: to - from + 1 }, (_, at) => ({
    name: `${name} at ${from + at}`,
    fault: { ...fault(from + at), n: from + at },
  }));
}

/** How many APDUs a whole job is, from a card without a fault. */
export async function apdusOfJob(world: TwoLines): Promise<number> {
  const [machine] = world.machines;
  await playCase(world, { name: 'no fault', fault: { clear: true } });
  const reply = (await machine?.chip.control({ inspect: true })) as { before: { apdus: number } };
  return reply.before.apdus;
}

/** An outcome in one line, for tables that are compared whole. */
export function row({ name, step, code, rule, decision, blanks, asked, tried }: ChipFaultOutcome): string {
  const question = asked.length === 0 ? '' : ` | asked ${asked.join(', ')}`;
  return `${name}: ${step ?? '-'} ${code ?? '-'} (${rule ?? '-'}) ${decision ?? '-'} | ${blanks.join(' ')} | keys tried on ${tried}${question}`;
}
