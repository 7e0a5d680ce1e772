import type { StepName } from '#shared/journal-format/events/production-events.ts';

/** The way of a card that turns out well. */
const goodWay: readonly StepName[] = [
  'feed',
  'connect-chip',
  'preflight',
  'personalise',
  'verify-chip',
  'release-chip',
  'write-stripe',
  'verify-stripe',
  'print',
  'eject',
];

/** The steps to show: the good way, its end replaced when the card goes to the reject tray. */
export function shownSteps(step: StepName): readonly StepName[] {
  return step === 'reject' ? [...goodWay.slice(0, -1), 'reject'] : goodWay;
}

/** Whether a step lies behind the current one, is it, or lies before it. A rejected card says nothing of the steps before. */
export function stepPlace(one: StepName, current: StepName): 'done' | 'now' | 'later' {
  if (one === current) return 'now';
  if (current === 'reject') return 'later';
  return goodWay.indexOf(one) < goodWay.indexOf(current) ? 'done' : 'later';
}
