import { fromHex, toHex } from '../bytes/bytes.ts';
import { ruleForms, type Breach } from './rule-forms.ts';
import type { Rule, RulePack } from './rule-pack-schema.ts';
import { isAble, listOf, methodsOf, valueOf, type RuleSubject } from './rule-subject.ts';

/** A rule that a card breaks, in words; never a value. */
export interface RuleFinding {
  /** `<pack>/<rule>`. */
  readonly rule: string;
  readonly clause: string;
  readonly tag: number;
  readonly text: string;
}

type Condition = NonNullable<Rule['when']>[number];

function holdsTrue(condition: Condition, subject: RuleSubject): boolean {
  switch (condition.kind) {
    case 'ability':
      return isAble(subject, condition.of) === 'able';
    case 'no-ability':
      return isAble(subject, condition.of) === 'not-able';
    case 'holds':
      return valueOf(subject, number(condition.tag)) !== undefined;
    case 'method':
      return methodsOf(subject).some(({ code }) => condition.codes.includes(code));
    case 'method-condition':
      return methodsOf(subject).some((method) => condition.codes.includes(method.condition));
  }
}

/** Where a card breaks a test. What it does not hold breaks only a test that asks for it. */
function breachesOf(test: Rule['test'], subject: RuleSubject): readonly Breach[] {
  switch (test.kind) {
    case 'holds':
      return broken(test.tag, valueOf(subject, number(test.tag)) === undefined);
    case 'lacks':
      return broken(test.tag, valueOf(subject, number(test.tag)) !== undefined);
    case 'list-asks': {
      const list = listOf(subject, number(test.list));
      const asked = new Set(list?.map(({ tag }) => tag));
      const missing = list === undefined ? [] : test.tags.filter((tag) => !asked.has(number(tag)));
      return missing.map((tag) => ({ tag: number(test.list), detail: tag.toUpperCase() }));
    }
    case 'bits-clear':
      return bits(test, subject, (byte, mask) => (byte & mask) === 0);
    case 'bits-set':
      return bits(test, subject, (byte, mask) => (byte & mask) === mask);
    case 'one-of':
      return value(test.tag, subject, (digits) => test.values.includes(digits));
    case 'begins':
      return value(test.tag, subject, (digits) => test.values.some((wanted) => digits.startsWith(wanted)));
    case 'form': {
      // The schema admits no other name.
      const form = ruleForms[test.name as keyof typeof ruleForms];
      return form(subject);
    }
  }
}

function number(tag: string): number {
  return Number.parseInt(tag, 16);
}

function broken(tag: string, condition: boolean): readonly Breach[] {
  return condition ? [{ tag: number(tag) }] : [];
}

function value(tag: string, subject: RuleSubject, right: (digits: string) => boolean): readonly Breach[] {
  const found = valueOf(subject, number(tag));
  return broken(tag, found !== undefined && !right(toHex(found)));
}

function bits(
  { tag, mask }: { readonly tag: string; readonly mask: string },
  subject: RuleSubject,
  right: (byte: number, mask: number) => boolean,
): readonly Breach[] {
  return value(tag, subject, (digits) => {
    const bytes = fromHex(digits);
    return fromHex(mask).every((each, place) => right(bytes[place] ?? 0, each));
  });
}

/** Holds what was read of one payment application against every rule of these packs; a card that keeps them all has no finding. */
export function applyRules(packs: readonly RulePack[], subject: RuleSubject): readonly RuleFinding[] {
  return packs.flatMap(({ id, rules }) =>
    rules.flatMap(({ id: name, clause, finding, when = [], test }) => {
      if (!when.every((condition) => holdsTrue(condition, subject))) return [];
      return breachesOf(test, subject).map(({ tag, detail }) => ({
        rule: `${id}/${name}`,
        clause,
        tag,
        text: detail === undefined ? finding : `${finding}: ${detail}`,
      }));
    }),
  );
}
