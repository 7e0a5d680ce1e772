import type { StepName } from '#shared/journal-format/events/production-events.ts';
import type { Choice } from './line-state.ts';

/** What the engine does about a fault (DESIGN 6.5). */
export type Decision =
  /** Moves the card to the reject box; the order is made again with a new blank. */
  | { readonly kind: 'reject-card'; readonly afterwards: 'go-on' | 'stop-batch' | 'ask' }
  /** A person decides. */
  | { readonly kind: 'ask'; readonly choices: readonly Choice[] }
  /** Opens the link anew and asks the machine what happened. */
  | { readonly kind: 'reconnect' };

interface PolicyRow {
  /** Codes, or the beginning of codes where they end in `*`. */
  readonly codes: readonly string[];
  readonly steps: readonly StepName[] | 'any';
  readonly decision: Decision;
}

const goOn: Decision = { kind: 'reject-card', afterwards: 'go-on' };
const stopBatch: Decision = { kind: 'reject-card', afterwards: 'stop-batch' };
const rejectThenAsk: Decision = { kind: 'reject-card', afterwards: 'ask' };
const chipSteps: readonly StepName[] = ['connect-chip', 'preflight', 'personalise', 'verify-chip', 'release-chip'];

/** Every decision, first match wins. A fault that no row names asks a person. */
export const recoveryPolicy: readonly PolicyRow[] = [
  // The next card would lose a try for the same wrong key.
  { codes: ['KEYS-CARD-CRYPTOGRAM'], steps: 'any', decision: stopBatch },
  // A blank that is not the product's: the whole lot may be wrong, and the encoder may be another line's.
  {
    codes: ['PRODUCTION-PREFLIGHT', 'PRODUCTION-WRONG-READER', 'PRODUCTION-CHIP-TWICE'],
    steps: 'any',
    decision: rejectThenAsk,
  },
  { codes: ['PRODUCTION-CHIP-DIFFERS', 'PRODUCTION-STRIPE-DIFFERS'], steps: 'any', decision: goOn },
  {
    codes: ['KEYS-HSM-LOST', 'KEYS-WORKER-LOST', 'KEYS-CHANNEL-LOST', 'KEYS-DEADLINE'],
    steps: chipSteps,
    decision: rejectThenAsk,
  },
  // The keys of this order or product are not right: the next card would fare no better.
  {
    codes: ['KEYS-NOT-FOUND', 'KEYS-REFUSED', 'KEYS-ENVIRONMENT', 'KEYS-GROUPING-FORM'],
    steps: chipSteps,
    decision: rejectThenAsk,
  },
  {
    codes: ['CARD-*', 'KEYS-CARD-ANSWER', 'KEYS-CHANNEL-MAC', 'KEYS-CHANNEL-DEAD', 'ENCODER-DEADLINE'],
    steps: chipSteps,
    decision: goOn,
  },
  { codes: ['ENCODER-*'], steps: chipSteps, decision: rejectThenAsk },
  {
    codes: [
      'PRINTER-FEEDER-EMPTY',
      'PRINTER-RIBBON-OUT',
      'PRINTER-RIBBON-WRONG',
      'PRINTER-COVER-OPEN',
      'PRINTER-HOPPER-FULL',
      'PRINTER-REJECT-FULL',
    ],
    steps: ['feed'],
    decision: { kind: 'ask', choices: ['retry', 'stop-batch'] },
  },
  {
    codes: ['PRINTER-CARD-INSIDE'],
    steps: ['feed'],
    decision: { kind: 'ask', choices: ['card-removed', 'stop-batch'] },
  },
  { codes: ['PRINTER-STRIPE-*'], steps: ['write-stripe', 'verify-stripe'], decision: goOn },
  {
    codes: ['PRINTER-LINK-LOST', 'PRINTER-SILENT', 'PRINTER-GARBAGE', 'PRINTER-OTHER-DEVICE', 'PRINTER-DEADLINE'],
    steps: 'any',
    decision: { kind: 'reconnect' },
  },
  // Nobody knows whether the card was moved: the machine is asked.
  {
    codes: ['PRODUCTION-DEADLINE', 'PRODUCTION-UNEXPECTED'],
    steps: ['feed', 'eject', 'reject'],
    decision: { kind: 'reconnect' },
  },
  {
    codes: ['PRINTER-HOPPER-FULL'],
    steps: ['eject'],
    decision: { kind: 'ask', choices: ['retry', 'reject-card', 'card-removed'] },
  },
  {
    codes: ['PRINTER-JAM', 'PRINTER-NO-CARD'],
    steps: 'any',
    decision: { kind: 'ask', choices: ['card-removed', 'reject-card', 'stop-batch'] },
  },
  {
    codes: ['PRINTER-HOPPER-FULL', 'PRINTER-COVER-OPEN', 'PRINTER-REJECT-FULL'],
    steps: ['reject'],
    decision: { kind: 'ask', choices: ['retry', 'card-removed'] },
  },
];

function matches(pattern: string, code: string): boolean {
  return pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : pattern === code;
}

/** Decides about a known fault at a step: a pure function of the two. Unknown faults ask. */
export function decide(step: StepName, code: string): Decision {
  for (const row of recoveryPolicy) {
    if (row.steps !== 'any' && !row.steps.includes(step)) continue;
    if (row.codes.some((pattern) => matches(pattern, code))) return row.decision;
  }
  return {
    kind: 'ask',
    choices:
      step === 'feed'
        ? ['card-removed', 'reject-card', 'stop-batch']
        : step === 'reject'
          ? ['retry', 'card-removed']
          : ['reject-card', 'card-removed', 'stop-batch'],
  };
}
