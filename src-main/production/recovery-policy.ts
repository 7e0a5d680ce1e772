import type { Choice } from './line-state.ts';
import { chipRules } from './recovery-rules-chip.ts';
import { contentRules } from './recovery-rules-content.ts';
import { lineRules } from './recovery-rules-line.ts';
import { printerRules } from './recovery-rules-printer.ts';
import { ask, type Moment, type RecoveryRule } from './recovery-rule.ts';

/** Every decision, first match wins. A fault that no row names asks a person. */
export const recoveryPolicy: readonly RecoveryRule[] = [...contentRules, ...chipRules, ...printerRules, ...lineRules];

function matches(pattern: string, code: string): boolean {
  return pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : pattern === code;
}

function meets(rule: RecoveryRule, moment: Moment): boolean {
  if (rule.moments === 'any-step') return moment !== 'connect' && moment !== 'before-card' && moment !== 'after-card';
  return rule.moments.includes(moment);
}

/** The row that names this fault at this moment; undefined where none does. */
export function namedRule(moment: Moment, code: string): RecoveryRule | undefined {
  return recoveryPolicy.find((rule) => meets(rule, moment) && rule.codes.some((pattern) => matches(pattern, code)));
}

function unknownChoices(moment: Moment): readonly [Choice, ...Choice[]] {
  switch (moment) {
    case 'before-card':
      return ['retry', 'stop-batch'];
    case 'after-card':
      return ['continue', 'stop-batch'];
    case 'connect':
    case 'reject':
      return ['retry', 'card-removed'];
    case 'feed':
      return ['card-removed', 'reject-card', 'stop-batch'];
    default:
      return ['reject-card', 'card-removed', 'stop-batch'];
  }
}

const doFirst: Readonly<Record<'retry' | 'card-removed' | 'reject-card', string>> = {
  retry: 'Look at the machine, put right what it shows, then try again. Give a supervisor this message.',
  'card-removed':
    'Open the cover, take out the card if there is one, put it into the reject box, close the cover, then say so.',
  'reject-card': 'Have the card rejected, and give a supervisor this message.',
};

/** What holds for a fault that no row names: a person decides, and nothing is taken for certain. */
export function unknownRule(moment: Moment): RecoveryRule {
  const choices = unknownChoices(moment);
  const [first] = choices;
  return {
    name: 'unknown-fault',
    codes: ['*'],
    moments: [moment],
    decision: ask(...choices),
    guidance: {
      happened: 'Something happened that the station does not know.',
      certain: ['Nothing is done again without you.'],
      uncertain: ['What the step has done to the card.'],
      next: first === 'reject-card' || first === 'card-removed' ? doFirst[first] : doFirst.retry,
      place: 'by-step',
      card: 'by-step',
    },
  };
}

/** The row that decides a fault at a moment: a pure function of the two. Unknown faults ask. */
export function ruleFor(moment: Moment, code: string): RecoveryRule {
  return namedRule(moment, code) ?? unknownRule(moment);
}

/** What a person is offered when the line asks about a fault, the primary choice first. */
export function choicesFor(moment: Moment, code: string): readonly [Choice, ...Choice[]] {
  const { decision } = ruleFor(moment, code);
  return decision.kind === 'ask' ? decision.choices : unknownChoices(moment);
}
