import type { MachinePlace } from '#shared/domain/machine-place.ts';
import type { FaultDetails } from '#shared/faults/station-fault.ts';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import type { Job, LineState } from './line-state.ts';
import { ruleFor } from './recovery-policy.ts';
import type { CardPlace, Guidance, Moment } from './recovery-rule.ts';

/** What the person at a line that asks is told, from the row that the engine decided by and from what the line knows itself. */
export interface RecoveryGuide {
  /** Name of the policy's row. */
  readonly rule: string;
  readonly happened: string;
  readonly certain: readonly string[];
  readonly uncertain: readonly string[];
  readonly next: string;
  readonly place: MachinePlace;
  readonly card: {
    readonly kind: 'no-card' | 'in-machine' | 'unknown' | 'out' | 'other-card';
    readonly order: string | null;
    readonly attempt: string | null;
  };
}

const placeOfStep: Readonly<Record<StepName, MachinePlace>> = {
  feed: 'feeder',
  'connect-chip': 'contact-station',
  preflight: 'contact-station',
  personalise: 'contact-station',
  'verify-chip': 'contact-station',
  'release-chip': 'contact-station',
  'write-stripe': 'stripe-head',
  'verify-stripe': 'stripe-head',
  print: 'print-head',
  eject: 'eject',
  reject: 'reject-box',
};

const kinds = {
  none: 'no-card',
  inside: 'in-machine',
  unknown: 'unknown',
  out: 'out',
  other: 'other-card',
} as const satisfies Record<CardPlace, RecoveryGuide['card']['kind']>;

function fill(template: string, details: FaultDetails): string {
  return template.replace(/\{(\w+)\}/g, (mark, name: string) => String(details[name] ?? mark));
}

function stepOf(job: Job | null): StepName | null {
  return job?.steps[Math.min(job.at, job.steps.length - 1)]?.name ?? null;
}

/** Whether no blank can have been fed for this job yet. */
function isUntouched(job: Job): boolean {
  return job.at === 0 && job.intent === 'none' && job.fate.kind === 'make';
}

/** The moment of the policy at which a line asks. */
export function momentOf(state: Extract<LineState, { kind: 'asking' }>): Moment {
  return state.during === 'step' ? (stepOf(state.job) ?? 'before-card') : state.during;
}

function cardPlace(guidance: Guidance, job: Job | null, during: Moment): CardPlace {
  if (guidance.card === 'other') return 'other';
  if (job === null || isUntouched(job)) return 'none';
  if (guidance.card !== 'by-step') return guidance.card;
  return during === 'connect' || during === 'feed' ? 'unknown' : 'inside';
}

/** What the line knows of the card beyond the row. */
function ownKnowledge(job: Job | null): { readonly certain: readonly string[]; readonly uncertain: readonly string[] } {
  if (job === null) return { certain: [], uncertain: [] };
  const step = stepOf(job);
  const certain: string[] = [];
  if (isUntouched(job)) certain.push('Nothing was begun for this order: no blank of it can be anywhere.');
  if (job.origin === 'recovered')
    certain.push('The station was stopped while this card was in work; it is not finished any more.');
  if (job.fate.kind === 'reject') certain.push('This card does not count as good.');
  const moved = job.intent === 'open' && (step === 'eject' || step === 'reject');
  return { certain, uncertain: moved ? ['Whether the card has already left the machine.'] : [] };
}

/** The guide of a line that asks. */
export function recoveryGuide(state: Extract<LineState, { kind: 'asking' }>): RecoveryGuide {
  const { job, fault } = state;
  const moment = momentOf(state);
  const { name, guidance } = ruleFor(moment, fault.code);
  const own = ownKnowledge(job);
  const told = (sentence: string) => fill(sentence, fault.details);
  const step = stepOf(job);
  const byStep = moment === 'connect' ? 'link' : step === null ? 'none' : placeOfStep[step];
  const kind = kinds[cardPlace(guidance, job, moment)];
  const ours = kind === 'in-machine' || kind === 'unknown' || kind === 'out';
  return {
    rule: name,
    happened: told(guidance.happened),
    certain: [...guidance.certain.map(told), ...own.certain],
    uncertain: [...guidance.uncertain.map(told), ...own.uncertain],
    next: told(guidance.next),
    place: guidance.place === 'by-step' ? byStep : guidance.place,
    card: { kind, order: ours ? (job?.order ?? null) : null, attempt: ours ? (job?.attempt ?? null) : null },
  };
}
