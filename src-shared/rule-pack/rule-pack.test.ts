import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../bytes/bytes.ts';
import { applyRules } from './apply-rules.ts';
import { ruleForms } from './rule-forms.ts';
import { rulePackSchema, type RulePack } from './rule-pack-schema.ts';
import type { RuleSubject } from './rule-subject.ts';

const load = (file: string): RulePack =>
  rulePackSchema.parse(
    JSON.parse(readFileSync(new URL(`../../assets/rule-packs/${file}`, import.meta.url), 'utf8')) as unknown,
  );
const packs = [load('emv-books@1.json'), load('northbank@1.json')];
const names = packs.flatMap(({ id, rules }) => rules.map((rule) => `${id}/${rule.id}`));

const certificate = '5a'.repeat(144);
const cdol = '9f02069f03069f1a0295055f2a029a039c019f3704';

/** A card that keeps every rule: CDA, offline PIN plain and enciphered, limits of offline transactions, a preferred name. */
const good: Readonly<Record<string, string>> = {
  '84': 'f04357524947485401',
  '50': '4e4f52544842414e4b204445424954',
  '87': '01',
  '5f2d': '656e6465',
  '9f12': '4e6f72746862616e6b',
  '9f11': '01',
  '82': '3d00',
  '94': '08010100100102011801020100'.slice(0, 24),
  '57': '9900700000000015d31122010000000000000f',
  '5f20': '44454d4f2f43415244',
  '5a': '9900700000000015',
  '42': '990070',
  '5f24': '311231',
  '5f25': '260101',
  '5f28': '0276',
  '5f34': '01',
  '5f30': '0201',
  '8e': '00000000000000000409410342031e031f03',
  '9f07': 'ff80',
  '9f08': '0002',
  '9f0d': 'fc60bc8800',
  '9f0e': '0010000000',
  '9f0f': 'fc68bc9800',
  '9f14': '02',
  '9f23': '05',
  '9f42': '0978',
  '8c': cdol,
  '8d': `8a02${cdol}`,
  '8f': 'e1',
  '90': certificate,
  '9f32': '03',
  '9f46': certificate,
  '9f47': '03',
  '9f49': '9f3704',
  '9f4a': '82',
};
const signed = ['5a', '5f24', '8e', '9f07', '9f0d', '9f0e', '9f0f'];

interface Card {
  readonly objects: Readonly<Record<string, string>>;
  readonly more?: readonly (readonly [string, string])[];
  readonly signed?: readonly string[];
}

function subjectOf({ objects, more = [], signed: covered = signed }: Card): RuleSubject {
  const tag = (digits: string) => Number.parseInt(digits, 16);
  return {
    objects: [...Object.entries(objects), ...more].map(([digits, hex]) => ({ tag: tag(digits), value: fromHex(hex) })),
    signedTags: new Set(covered.map(tag)),
  };
}

const without = (...tags: readonly string[]): Card => ({
  objects: Object.fromEntries(Object.entries(good).filter(([tag]) => !tags.includes(tag))),
});
const saying = (objects: Readonly<Record<string, string>>): Card => ({ objects: { ...good, ...objects } });
const listWithout = (tag: string, entry: string): Card => saying({ [tag]: (good[tag] ?? '').replace(entry, '') });

/** For every rule a card that differs from the good one just so that it breaks the rule. */
const broken: Readonly<Record<string, Card>> = {
  'emv-books/expiration-date': without('5f24'),
  'emv-books/account-number': without('5a'),
  'emv-books/first-list': without('8c'),
  'emv-books/second-list': without('8d'),
  'emv-books/application-name': without('84'),
  'emv-books/label': without('50'),
  'emv-books/interchange-profile': without('82'),
  'emv-books/file-locator': without('94'),
  'emv-books/value-forms': saying({ '5f24': '311331' }),
  'emv-books/once-only': { objects: good, more: [['5f34', '01']] },
  'emv-books/counters-by-get-data': { objects: good, more: [['9f36', '0001']] },
  'emv-books/card-data-only': { objects: good, more: [['9f02', '000000000000']] },
  'emv-books/effective-before-expiry': saying({ '5f25': '320101' }),
  'emv-books/track2-account': saying({ '57': '9900700000000023d31122010000000000000f' }),
  'emv-books/track2-expiry': saying({ '57': '9900700000000015d31112010000000000000f' }),
  'emv-books/track2-service-code': saying({ '57': '9900700000000015d31122210000000000000f' }),
  'emv-books/issuer-number': saying({ '42': '990071' }),
  'emv-books/chip-service-code': saying({ '5f30': '0101' }),
  'emv-books/authority-index': without('8f'),
  'emv-books/issuer-certificate': without('90'),
  'emv-books/issuer-exponent': without('9f32'),
  'emv-books/signed-static-data': saying({ '82': '7d00' }),
  'emv-books/card-certificate': without('9f46'),
  'emv-books/card-exponent': without('9f47'),
  'emv-books/no-idle-card-certificate': saying({ '82': '5c00' }),
  'emv-books/no-idle-issuer-certificate': saying({ '82': '1c00' }),
  'emv-books/signed-account': { objects: good, signed: signed.slice(1) },
  'emv-books/signed-interchange-profile': without('9f4a'),
  'emv-books/dynamic-list-number': saying({ '9f49': '9a03' }),
  'emv-books/combined-list-number': listWithout('8c', '9f3704'),
  'emv-books/combined-second-list-number': listWithout('8d', '9f3704'),
  'emv-books/first-list-data': listWithout('8c', '9505'),
  'emv-books/second-list-data': listWithout('8d', '9c01'),
  'emv-books/second-list-response': listWithout('8d', '8a02'),
  'emv-books/list-lengths': saying({ '8c': cdol.replace('9a03', '9a04') }),
  'emv-books/method-list': without('8e'),
  'emv-books/no-idle-method-list': saying({ '82': '2d00' }),
  'emv-books/methods-named': saying({ '8e': '0000000000000000' }),
  'emv-books/methods-assigned': saying({ '8e': '00000000000000000700' }),
  'emv-books/conditions-assigned': saying({ '8e': '00000000000000000120' }),
  'emv-books/amounts-of-methods': saying({ '8e': '0000100000000000420341031f03' }),
  'emv-books/currency-of-methods': without('9f42'),
  'emv-books/key-for-enciphered-pin': without('9f46'),
  'emv-books/usage-country': without('5f28'),
  'emv-books/usable-somewhere': saying({ '9f07': 'fc80' }),
  'emv-books/usage-reserved-bits': saying({ '9f07': 'ff81' }),
  'emv-books/national-use': saying({ '5f30': '0601' }),
  'emv-books/action-code-default-bits': saying({ '9f0d': 'fd60bc8800' }),
  'emv-books/action-code-denial-bits': saying({ '9f0e': '0011000000' }),
  'emv-books/action-code-online-bits': saying({ '9f0f': 'fc68bc980f' }),
  'emv-books/velocity-limits': saying({ '9f14': '06' }),
  'emv-books/label-characters': saying({ '50': '4e4f52544842414e4b2f' }),
  'emv-books/preferred-name-table': without('9f11'),
  'emv-books/code-table': saying({ '9f11': '11' }),
  'emv-books/priority-bits': saying({ '87': '11' }),
  'emv-books/languages-once': saying({ '5f2d': '656e656e' }),
  'northbank/account-range': saying({ '5a': '4532000000000000' }),
  'northbank/issuer-country': saying({ '5f28': '0250' }),
  'northbank/currency': saying({ '9f42': '0840' }),
  'northbank/action-codes-together': without('9f0e'),
  'northbank/denied-not-online': saying({ '9f0e': '0018000000' }),
  'northbank/label-of-bank': saying({ '50': '4445424954' }),
  'northbank/language': saying({ '5f2d': '6465' }),
  'northbank/online-above-floor-limit': saying({ '9f0f': 'fc68bc1800' }),
};

const rulesBroken = (card: Card): readonly string[] => [
  ...new Set(applyRules(packs, subjectOf(card)).map(({ rule }) => rule)),
];

describe('rule packs', () => {
  it('a card that keeps every rule has no finding', () => {
    expect(applyRules(packs, subjectOf({ objects: good }))).toEqual([]);
  });

  it('there is a card for every rule, and no other', () => {
    expect(Object.keys(broken)).toEqual(names);
  });

  it.each(names)('%s is found broken by a card that breaks it, in words without a value', (name) => {
    const card = broken[name] ?? { objects: good };
    const found = applyRules(packs, subjectOf(card)).filter(({ rule }) => rule === name);
    expect(found.length).toBeGreaterThan(0);
    const rule = packs.flatMap((pack) => pack.rules.map((each) => [`${pack.id}/${each.id}`, each] as const));
    const [, said] = rule.find(([id]) => id === name) ?? [];
    for (const { text, clause } of found) {
      expect(text.startsWith(said?.finding ?? '-')).toBe(true);
      expect(clause).toBe(said?.clause);
      for (const value of Object.values(card.objects)) {
        if (value.length > 8) expect(text.toLowerCase()).not.toContain(value);
      }
    }
  });

  it('names every tag at which one rule is broken', () => {
    expect(applyRules(packs, subjectOf({ objects: good, signed: [] })).map(({ tag }) => tag.toString(16))).toEqual(
      signed,
    );
    expect(rulesBroken(without('8c', '8d'))).toEqual(['emv-books/first-list', 'emv-books/second-list']);
  });

  it('asks of a card only what its own words make it owe', () => {
    const plain = without('8f', '90', '9f32', '9f46', '9f47', '9f49', '9f4a', '8e');
    expect(rulesBroken({ objects: { ...plain.objects, '82': '0c00' }, signed: [] })).toEqual([]);
  });

  it('stays on its feet whatever a value holds', () => {
    for (const tag of Object.keys(good)) {
      for (const value of ['', '00', 'ff', '9f', '9f37', '8001', 'ff'.repeat(260)]) {
        expect(() => applyRules(packs, subjectOf(saying({ [tag]: value })))).not.toThrow();
      }
    }
  });

  it('refuses a pack with an unknown form, a rule that stands there twice or a word it does not know', () => {
    const [{ rules } = { rules: [] }] = packs;
    const pack = { id: 'own', version: 1, title: 'Own', rules: [rules[0]] };
    const refused = (change: object): boolean => !rulePackSchema.safeParse({ ...pack, ...change }).success;
    expect(refused({})).toBe(false);
    expect(refused({ rules: [rules[0], rules[0]] })).toBe(true);
    expect(refused({ rules: [{ ...rules[0], test: { kind: 'form', name: 'toString' } }] })).toBe(true);
    expect(refused({ colour: 'red' })).toBe(true);
  });

  it('every form is used by a rule', () => {
    const used = packs.flatMap(({ rules }) => rules.flatMap(({ test }) => (test.kind === 'form' ? [test.name] : [])));
    expect([...new Set(used)].sort()).toEqual(Object.keys(ruleForms).sort());
  });
});
