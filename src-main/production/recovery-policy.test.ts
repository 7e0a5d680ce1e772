import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { faultCatalogue } from '#shared/faults/catalogue.ts';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import { faultsDocument } from './faults-document.ts';
import { stepPlans } from './job-steps.ts';
import type { Job, LineState } from './line-state.ts';
import { recoveryGuide } from './recovery-guide.ts';
import { choicesFor, namedRule, recoveryPolicy, ruleFor, unknownRule } from './recovery-policy.ts';
import type { Moment } from './recovery-rule.ts';

const root = join(import.meta.dirname, '..', '..');
const steps = Object.keys(stepPlans) as StepName[];
const chipSteps: readonly StepName[] = ['connect-chip', 'preflight', 'personalise', 'verify-chip', 'release-chip'];
const printerSteps: readonly StepName[] = [
  'feed',
  'release-chip',
  'write-stripe',
  'verify-stripe',
  'print',
  'eject',
  'reject',
];

/** Every string in a folder's sources that has the form of a fault's code. */
function codesIn(...folders: readonly string[]): readonly string[] {
  const codes = new Set<string>();
  for (const folder of folders) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || /\.(test|fixture)\.ts$/.test(file) || file.includes('conformance')) continue;
      const text = readFileSync(join(root, folder, file), 'utf8');
      for (const [, code = ''] of text.matchAll(/'([A-Z]+(?:-[A-Z0-9]+)+)'/g)) {
        if (Object.hasOwn(faultCatalogue, code)) codes.add(code);
      }
    }
  }
  return [...codes];
}

/** Where each code can meet a line: read from the sources of who throws it. */
function meetings(): readonly (readonly [Moment, string])[] {
  const printer = codesIn('src-main/devices/printer', 'src-shared/protocols/printers');
  const chip = [
    ...codesIn('src-main/devices/encoder', 'src-main/devices/links/pcsc'),
    ...codesIn('src-main/preparation/dialogues', 'src-shared/protocols/globalplatform', 'src-shared/protocols/emv'),
    ...codesIn('src-shared/protocols/apdu', 'src-shared/protocols/tlv'),
    'KEYS-HSM-LOST',
    'KEYS-WORKER-LOST',
    'KEYS-WORKER-FAULT',
    'KEYS-HSM-FAULT',
    'KEYS-DEADLINE',
    'KEYS-TOKEN',
    'KEYS-PIN',
    'KEYS-MODULE',
    'KEYS-CLOSED',
    'KEYS-NOT-FOUND',
    'KEYS-REFUSED',
    'KEYS-ENVIRONMENT',
    'KEYS-GROUPING-FORM',
    'KEYS-UNWRAP',
    'KEYS-WRONG-KCV',
    'KEYS-MECHANISM',
    'KEYS-CARD-CRYPTOGRAM',
    'KEYS-CARD-ANSWER',
    'KEYS-CHANNEL-MAC',
    'KEYS-CHANNEL-DEAD',
    'KEYS-CHANNEL-LOST',
  ].filter((code) => /^(CARD|ENCODER|KEYS)-/.test(code));
  const waits = ['PRODUCTION-DEADLINE', 'PRODUCTION-UNEXPECTED'];
  const link = ['PRINTER-LINK-LOST', 'PRINTER-SILENT', 'PRINTER-GARBAGE', 'PRINTER-OTHER-DEVICE'];
  const settled = ['PRODUCTION-CARD-GONE', 'PRODUCTION-OTHER-CARD', 'PRODUCTION-CARD-UNKNOWN'];
  const claims = codesIn('src-main/preparation', 'src-main/layout').filter((code) =>
    /^(PREPARATION|LAYOUT)-/.test(code),
  );
  return [
    ...printerSteps.flatMap((step) => printer.map((code) => [step, code] as const)),
    ...chipSteps.flatMap((step) => chip.map((code) => [step, code] as const)),
    ...steps.flatMap((step) => waits.map((code) => [step, code] as const)),
    ...[...link, ...waits, ...settled].map((code) => ['connect', code] as const),
    ...claims.map((code) => ['before-card', code] as const),
    ...['PRODUCTION-NO-GRANT', 'PRODUCTION-NO-BLANKS', 'PRODUCTION-OTHER-BLANKS', 'STOCK-COUNT-OPEN'].map(
      (code) => ['before-card', code] as const,
    ),
    ...['PRODUCTION-THREE-REJECTED', 'PRODUCTION-NOT-FED'].map((code) => ['before-card', code] as const),
    ['after-card', 'PRODUCTION-CHECK-LINE'],
    ['connect-chip', 'PRODUCTION-NO-READER'],
    ['connect-chip', 'PRODUCTION-WRONG-READER'],
    ['preflight', 'PRODUCTION-PREFLIGHT'],
    ['preflight', 'PRODUCTION-CHIP-TWICE'],
    ['verify-chip', 'PRODUCTION-CHIP-DIFFERS'],
    ['verify-stripe', 'PRODUCTION-STRIPE-DIFFERS'],
    ['print', 'PRODUCTION-NO-PLAN'],
  ];
}

describe('the recovery policy', () => {
  test('names every fault that drivers and engine can throw at a step', () => {
    const all = meetings();
    expect(all.length).toBeGreaterThan(300);
    expect(all.filter(([moment, code]) => namedRule(moment, code) === undefined)).toEqual([]);
  });

  test('has a name of its own for each row, whole sentences, and codes that exist', () => {
    const names = recoveryPolicy.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const sentence = /^[A-Z{].*[.!]$/;
    for (const { name, codes, guidance } of recoveryPolicy) {
      const { happened, next, certain, uncertain } = guidance;
      expect([name, [happened, next, ...certain, ...uncertain].filter((text) => !sentence.test(text))]).toEqual([
        name,
        [],
      ]);
      const known = Object.keys(faultCatalogue);
      const unknown = codes.filter((code) =>
        code.endsWith('*') ? !known.some((one) => one.startsWith(code.slice(0, -1))) : !known.includes(code),
      );
      expect([name, unknown]).toEqual([name, []]);
    }
  });

  test('asks about a fault that no row names, and never does a step again by itself', () => {
    for (const step of steps) {
      expect(ruleFor(step, 'SOMETHING-NEW')).toEqual(unknownRule(step));
      expect(choicesFor(step, 'SOMETHING-NEW')[0]).not.toBe('continue');
    }
  });

  test('calls it certain that no key was tried only before the first key is', () => {
    const certain = (step: StepName, code: string) => ruleFor(step, code).guidance.certain.join(' ');
    for (const code of ['PRODUCTION-WRONG-READER', 'ENCODER-NO-CARD', 'CARD-MUTE']) {
      expect([code, certain('connect-chip', code)]).toEqual([code, expect.stringContaining('No key was tried')]);
      // The finished chip is read after its power was taken: these faults meet it again, after its keys were used.
      for (const step of ['verify-chip', 'release-chip'] as const)
        expect([code, certain(step, code)]).toEqual([code, expect.not.stringContaining('No key was tried')]);
    }
  });

  test('is what docs/faults.md says (node scripts/faults-document.ts writes it anew)', async () => {
    const file = join(root, 'docs', 'faults.md');
    const made = await format(faultsDocument(), { ...(await resolveConfig(file)), parser: 'markdown' });
    expect(readFileSync(file, 'utf8')).toBe(made);
  }, 60_000);
});

describe('the guide of a line that asks', () => {
  const job = (name: StepName, intent: Job['intent'], origin: Job['origin'] = 'claimed'): Job => ({
    attempt: 'a1' as Job['attempt'],
    order: 'o1' as Job['order'],
    batch: 'b1' as Job['batch'],
    steps: steps.filter((step) => step !== 'reject').map((step) => stepPlans[step]),
    at: steps.indexOf(name),
    intent,
    reconnects: 0,
    fate: { kind: 'make' },
    origin,
  });
  const asking = (
    of: Job | null,
    code: string,
    during: Extract<LineState, { kind: 'asking' }>['during'],
  ): Extract<LineState, { kind: 'asking' }> => ({
    kind: 'asking',
    job: of,
    fault: { code, details: { expected: 'EV-1', found: 'EV-2' } },
    choices: choicesFor(during === 'step' && of !== null ? 'print' : during === 'step' ? 'before-card' : during, code),
    during,
  });

  test('marks a jam where its step is done, with the card in it', () => {
    expect(recoveryGuide(asking(job('print', 'failed'), 'PRINTER-JAM', 'step'))).toMatchObject({
      rule: 'jam',
      place: 'print-head',
      card: { kind: 'in-machine', order: 'o1', attempt: 'a1' },
    });
    expect(recoveryGuide(asking(job('write-stripe', 'failed'), 'PRINTER-JAM', 'step')).place).toBe('stripe-head');
  });

  test('says that nothing can be in the machine before the first step was begun', () => {
    expect(recoveryGuide(asking(job('feed', 'none'), 'PRINTER-LINK-LOST', 'connect'))).toMatchObject({
      place: 'link',
      card: { kind: 'no-card', order: null, attempt: null },
    });
  });

  test('does not pretend to know whether a card that was being ejected has left', () => {
    const guide = recoveryGuide(asking(job('eject', 'open', 'recovered'), 'PRINTER-LINK-LOST', 'connect'));
    expect(guide.card.kind).toBe('unknown');
    expect(guide.uncertain).toContain('Whether the card has already left the machine.');
    expect(guide.certain.join()).toContain('stopped while this card was in work');
  });

  test('fills in what the fault knows', () => {
    expect(recoveryGuide(asking(null, 'PRINTER-OTHER-DEVICE', 'connect')).happened).toBe(
      'Another printer answers at this place: expected EV-1, found EV-2.',
    );
  });
});
