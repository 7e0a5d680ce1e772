import { stepPlans } from './job-steps.ts';
import type { Choice } from './line-state.ts';
import { recoveryPolicy, unknownRule } from './recovery-policy.ts';
import type { Decision, Moment, RecoveryRule } from './recovery-rule.ts';

const choices: Readonly<Record<Choice, string>> = {
  retry: 'Try again',
  'reject-card': 'Reject this card',
  'stop-batch': 'Stop the batch',
  continue: 'Go on',
  'card-removed': 'I took the card out',
  'card-missing': 'I cannot find the card',
};

const moments: Readonly<Record<Exclude<Moment, keyof typeof stepPlans>, string>> = {
  connect: 'while the printer is called, or asked about a card',
  'before-card': 'before the next card can be begun',
  'after-card': 'after a rejected card',
};

function when({ moments: at }: RecoveryRule): string {
  if (at === 'any-step') return 'any step';
  return at.map((moment) => (moment in stepPlans ? moment : moments[moment as keyof typeof moments])).join(', ');
}

function decided(decision: Decision): string {
  switch (decision.kind) {
    case 'reconnect':
      return 'connects anew and asks the machine';
    case 'stop-batch':
      return 'stops the batch';
    case 'reject-card':
      return {
        'go-on': 'rejects the card, goes on',
        'stop-batch': 'rejects the card, stops the batch',
        ask: 'rejects the card, asks before the next one',
      }[decision.afterwards];
    case 'ask':
      return `asks: **${choices[decision.choices[0]]}**${decision.choices
        .slice(1)
        .map((choice) => `, ${choices[choice]}`)
        .join('')}`;
  }
}

function list(sentences: readonly string[]): string {
  return sentences.length === 0 ? '-' : sentences.join(' ');
}

function codesOf({ codes }: RecoveryRule): string {
  return codes.map((code) => `\`${code}\``).join(' ');
}

function section(rule: RecoveryRule): string {
  const { guidance } = rule;
  return [
    `### ${rule.name}`,
    '',
    `- **Fault**: ${codesOf(rule)}`,
    `- **Step**: ${when(rule)}`,
    `- **What happened**: ${guidance.happened}`,
    `- **Certain**: ${list(guidance.certain)}`,
    `- **Not certain**: ${list(guidance.uncertain)}`,
    `- **Decision**: the line ${decided(rule.decision)}.`,
    `- **Next step**: ${guidance.next}`,
    `- **Place**: ${guidance.place}; **card**: ${guidance.card}`,
    '',
  ].join('\n');
}

/** `docs/faults.md`, whole: the recovery policy as the engine uses it, for people. */
export function faultsDocument(): string {
  const rows = recoveryPolicy.map(
    (rule) => `| [${rule.name}](#${rule.name}) | ${codesOf(rule)} | ${when(rule)} | ${decided(rule.decision)} |`,
  );
  const unknown = unknownRule('print');
  return [
    '# Faults and what is done about them',
    '',
    '<!-- Made from the recovery policy (src-main/production/recovery-rules-*.ts) by `node scripts/faults-document.ts`. Do not edit: a test fails when this file and the table differ. -->',
    '',
    'The engine decides every fault by one table, and the operator reads the same rows on the screen: what happened, what is certain, what is not, one next step. The first row that fits counts. `*` stands for any ending of a code. A fault that no row names asks a person, and nothing is done again by itself. **Bold** is the choice that the next step speaks of.',
    '',
    'A card whose work was broken off is never continued: it is rejected, counted where it went, or asked about. After three cards rejected in a row, or two that the feeder did not give, a line asks before it takes another; an order that has cost three blanks is held.',
    '',
    '| row | fault | step | the line |',
    '| --- | --- | --- | --- |',
    ...rows,
    `| unknown-fault | any other | any | ${decided(unknown.decision)} |`,
    '',
    '`by-step` means: the place where the step is done, or where the card is by what the line knows itself.',
    '',
    '## Row by row',
    '',
    ...recoveryPolicy.map(section),
  ].join('\n');
}
