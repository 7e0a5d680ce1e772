import type { MachinePlace } from '#shared/domain/machine-place.ts';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import type { Choice } from './line-state.ts';

/** When a fault can meet a line: at a step of a card, while it looks for its printer or asks it about a card, before the next card can be begun, or after a rejected card when a person is asked. */
export type Moment = StepName | 'connect' | 'before-card' | 'after-card';

/** What the engine does about a fault (DESIGN 6.5). */
export type Decision =
  /** Moves the card to the reject box; the order is made again with a new blank. */
  | { readonly kind: 'reject-card'; readonly afterwards: 'go-on' | 'stop-batch' | 'ask' }
  /** A person decides; the first choice is the one that the guidance speaks of. */
  | { readonly kind: 'ask'; readonly choices: readonly [Choice, ...Choice[]] }
  /** Opens the link anew and asks the machine what happened. */
  | { readonly kind: 'reconnect' }
  /** Nothing is in the machine; nothing more of this batch is begun. */
  | { readonly kind: 'stop-batch' };

/** Where this attempt's card is when the fault is met; `other`: a card that belongs to no order is inside. */
export type CardPlace = 'none' | 'inside' | 'unknown' | 'out' | 'other';

/** What the operator is told: whole sentences in plain words, `{name}` replaced from the fault's details. */
export interface Guidance {
  readonly happened: string;
  readonly certain: readonly string[];
  readonly uncertain: readonly string[];
  /** The one next step, the one that leads to the first choice where a person is asked. */
  readonly next: string;
  /** `by-step`: where the step is done. */
  readonly place: MachinePlace | 'by-step';
  /** `by-step`: as the line's own state says. */
  readonly card: CardPlace | 'by-step';
}

/** One row of the recovery policy: a fault at a moment, what is done about it and what the operator is told. */
export interface RecoveryRule {
  /** Kebab-case, unique: tests and `docs/faults.md` call the row by it. */
  readonly name: string;
  /** Codes, or the beginning of codes where they end in `*`. */
  readonly codes: readonly string[];
  /** `any-step` is every step of a card, not the moments without one. */
  readonly moments: readonly Moment[] | 'any-step';
  readonly decision: Decision;
  readonly guidance: Guidance;
}

export const goOn: Decision = { kind: 'reject-card', afterwards: 'go-on' };
export const stopBatch: Decision = { kind: 'reject-card', afterwards: 'stop-batch' };
export const rejectThenAsk: Decision = { kind: 'reject-card', afterwards: 'ask' };

export function ask(...choices: readonly [Choice, ...Choice[]]): Decision {
  return { kind: 'ask', choices };
}
