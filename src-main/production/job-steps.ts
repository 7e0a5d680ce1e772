import type { Product } from '#shared/domain/product.ts';
import type { StepName } from '#shared/journal-format/events/production-events.ts';

/** What a step does to a card if it is done twice (DESIGN 6.2). */
export type StepEffect = 'none' | 'repeatable' | 'irreversible';

/** One step of a job: what it does, how long it may take, and whether the journal must hold its intent before it begins. */
export interface StepPlan {
  readonly name: StepName;
  readonly effect: StepEffect;
  /** Milliseconds. */
  readonly deadline: number;
}

const second = 1000;

/** Every step that a line knows; deadlines leave room for a serial line at 115,200 baud. */
export const stepPlans = {
  feed: { name: 'feed', effect: 'irreversible', deadline: 60 * second },
  'connect-chip': { name: 'connect-chip', effect: 'none', deadline: 15 * second },
  preflight: { name: 'preflight', effect: 'none', deadline: 30 * second },
  personalise: { name: 'personalise', effect: 'irreversible', deadline: 120 * second },
  'verify-chip': { name: 'verify-chip', effect: 'none', deadline: 60 * second },
  'release-chip': { name: 'release-chip', effect: 'repeatable', deadline: 30 * second },
  'write-stripe': { name: 'write-stripe', effect: 'irreversible', deadline: 60 * second },
  'verify-stripe': { name: 'verify-stripe', effect: 'none', deadline: 60 * second },
  print: { name: 'print', effect: 'irreversible', deadline: 900 * second },
  eject: { name: 'eject', effect: 'irreversible', deadline: 90 * second },
  reject: { name: 'reject', effect: 'irreversible', deadline: 90 * second },
} as const satisfies Record<StepName, StepPlan>;

const chipSteps = ['connect-chip', 'preflight', 'personalise', 'verify-chip', 'release-chip'] as const;

/** The steps of one card of a product, in order: chip before stripe before print, because a printed card shows its owner. */
export function stepsOf(product: Product): readonly StepPlan[] {
  const names: StepName[] = ['feed'];
  if (product.chip.kind === 'emv') names.push(...chipSteps);
  if (product.stripe.kind === 'tracks') names.push('write-stripe', 'verify-stripe');
  names.push('print', 'eject');
  return names.map((name) => stepPlans[name]);
}
