import { expect, test } from 'vitest';
import type { AttemptId, BatchId, OrderId } from '#shared/domain/identifiers.ts';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import { stepPlans } from './job-steps.ts';
import type { Job, ProbeResult } from './line-state.ts';
import { cardSteps, LineWorld } from './line-world.fixture.ts';
import { settle } from './settlement.ts';

const rejecting: Job['fate'] = { kind: 'reject', reason: 'CARD-GONE', afterwards: 'ask' };

function job(name: StepName | 'done', intent: Job['intent'], origin: Job['origin'] = 'recovered'): Job {
  const steps = name === 'reject' ? [stepPlans.reject] : cardSteps;
  return {
    attempt: 'a1' as AttemptId,
    order: 'o1' as OrderId,
    batch: 'b1' as BatchId,
    steps,
    at: name === 'done' ? steps.length : steps.findIndex((step) => step.name === name),
    intent,
    reconnects: 0,
    fate: name === 'reject' ? rejecting : { kind: 'make' },
    origin,
  };
}

const seen = (
  card: ProbeResult['card'],
  fedSinceIntent: number | null = null,
  panelsSinceIntent: number | null = null,
): ProbeResult => ({ card, fedSinceIntent, panelsSinceIntent });

/** The settlement in a few words. */
function told(of: Job, result: ProbeResult): string {
  const settlement = settle(of, result);
  switch (settlement.kind) {
    case 'reject':
      return `reject ${settlement.reason}, then ${settlement.afterwards} (${settlement.found})`;
    case 'end':
      return `${settlement.disposition}, then ${settlement.afterwards} (${settlement.found})`;
    case 'ask':
      return `ask ${settlement.fault.code} (${settlement.found})`;
  }
}

const middle: readonly StepName[] = [
  'connect-chip',
  'preflight',
  'personalise',
  'verify-chip',
  'release-chip',
  'write-stripe',
  'verify-stripe',
  'print',
];

test.each<[StepName | 'done', Job['intent'], ProbeResult, string]>([
  // Nothing was begun: no card of this attempt can be anywhere.
  ['feed', 'none', seen('none'), 'returned, then go-on (did-not-happen)'],
  ['feed', 'none', seen('unknown'), 'returned, then go-on (did-not-happen)'],
  ['feed', 'none', seen('inside'), 'ask PRODUCTION-OTHER-CARD (did-not-happen)'],
  // The feed is open or failed: the counter says whether a blank left the feeder.
  ...(['open', 'failed'] as const).flatMap((intent): [StepName, Job['intent'], ProbeResult, string][] => [
    ['feed', intent, seen('none', 0), 'returned, then go-on (did-not-happen)'],
    ['feed', intent, seen('unknown', 0), 'returned, then go-on (did-not-happen)'],
    ['feed', intent, seen('inside', 0), 'ask PRODUCTION-OTHER-CARD (did-not-happen)'],
    ['feed', intent, seen('none', 1), 'ask PRODUCTION-CARD-GONE (unknown)'],
    ['feed', intent, seen('none'), 'ask PRODUCTION-CARD-GONE (unknown)'],
    ['feed', intent, seen('unknown', 1), 'ask PRODUCTION-CARD-UNKNOWN (unknown)'],
  ]),
  ['feed', 'open', seen('inside', 1), 'reject PRODUCTION-INTERRUPTED, then go-on (happened)'],
  ['feed', 'failed', seen('inside', 1), 'reject PRODUCTION-INTERRUPTED, then go-on (unknown)'],
  // A card in the middle of its way is never continued.
  ...middle.flatMap((name) =>
    (['none', 'open', 'failed'] as const).flatMap((intent): [StepName, Job['intent'], ProbeResult, string][] => [
      [name, intent, seen('inside', 1, 3), 'reject PRODUCTION-INTERRUPTED, then go-on (unknown)'],
      [name, intent, seen('none', 1, 3), 'ask PRODUCTION-CARD-GONE (unknown)'],
      [name, intent, seen('unknown', 1, 3), 'ask PRODUCTION-CARD-UNKNOWN (unknown)'],
    ]),
  ),
  // Ejected and its last panel printed: good. Gone without the last panel, or after a failed eject: a person is asked.
  ['eject', 'open', seen('none', 0, 1), 'good, then go-on (happened)'],
  ['eject', 'open', seen('none'), 'good, then go-on (happened)'],
  ['eject', 'open', seen('none', 0, 0), 'ask PRODUCTION-CARD-GONE (unknown)'],
  ['eject', 'open', seen('inside', 0, 0), 'reject PRODUCTION-INTERRUPTED, then go-on (did-not-happen)'],
  ['eject', 'open', seen('unknown', 0, 1), 'ask PRODUCTION-CARD-UNKNOWN (unknown)'],
  ['eject', 'failed', seen('none', 0, 1), 'ask PRODUCTION-CARD-GONE (unknown)'],
  ['eject', 'none', seen('none'), 'ask PRODUCTION-CARD-GONE (unknown)'],
  // On its way to the reject box it stays rejected, for its first reason.
  ['reject', 'open', seen('none'), 'rejected, then ask (happened)'],
  ['reject', 'open', seen('inside'), 'reject CARD-GONE, then ask (did-not-happen)'],
  ['reject', 'open', seen('unknown'), 'ask PRODUCTION-CARD-UNKNOWN (unknown)'],
  ['reject', 'failed', seen('none'), 'ask PRODUCTION-CARD-GONE (unknown)'],
  ['reject', 'none', seen('none'), 'ask PRODUCTION-CARD-GONE (unknown)'],
  // All was done, only the end not written: the machine has no say.
  ['done', 'none', seen('none'), 'good, then go-on (happened)'],
  ['done', 'none', seen('inside'), 'good, then go-on (happened)'],
  ['done', 'none', seen('unknown'), 'good, then go-on (happened)'],
])('%s, intent %s, machine says %o: %s', (name, intent, result, expected) => {
  expect(told(job(name, intent), result)).toBe(expected);
});

test('a line that runs goes on when nothing was fed: the run counts how often in a row', () => {
  expect(told(job('feed', 'open', 'claimed'), seen('none', 0))).toBe('returned, then go-on (did-not-happen)');
});

test('the power fails at every point of a card’s way: one good card at most, no blank is lost, and the order is made in the end', () => {
  const fates = new Map<string, number>();
  let crashes = 0;
  for (let point = 0; ; point++) {
    // Every chance is the harmless one, but the point-th draw of a crash.
    let draws = 0;
    const world = new LineWorld((bound) => (bound === 100 && draws++ === point ? 0 : bound - 1), {
      trouble: 0,
      stranger: 'none',
    });
    const first = world.run({ kind: 'connect-wanted' }, 1);
    if (draws <= point) break;
    if (first === 'rests') continue;
    crashes++;
    world.restart();
    world.run({ kind: 'connect-wanted' }, 0);
    for (const { attempt, dispositions, fedBlanks } of world.attempts) {
      expect(dispositions).toHaveLength(1);
      const [disposition = 'none'] = dispositions;
      expect([disposition === 'good', disposition === 'returned']).toEqual([
        world.boxes['good-hopper'].includes(attempt),
        fedBlanks === 0,
      ]);
      fates.set(disposition, (fates.get(disposition) ?? 0) + 1);
    }
    expect(world.attempts.filter((a) => a.dispositions[0] === 'good').map((a) => a.order)).toEqual(['o1', 'o2', 'o3']);
  }
  expect(crashes).toBeGreaterThan(90);
  expect([...fates.keys()].sort()).toEqual(['good', 'rejected', 'returned']);
});
