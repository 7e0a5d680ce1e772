import { describe, expect, it } from 'vitest';
import { en } from './en.ts';

/** The sources of the page by path, as text. */
const files = import.meta.glob<string>(['../**/*.ts', '../**/*.tsx', '!../**/*.test.ts', '!./en*.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

function keysOf(words: object, before = ''): string[] {
  return Object.entries(words).flatMap(([name, word]) =>
    typeof word === 'string' ? [`${before}${name}`] : keysOf(word as object, `${before}${name}.`),
  );
}

const text = Object.values(files).join('\n');
const keys = keysOf(en);
/** Keys without the plural ending that i18next puts there. */
const names = new Set(keys.map((key) => key.replace(/_(one|other)$/, '')));
const topics = new Set(Object.keys(en));

/** Every quoted text of the sources that starts with a topic of the wording: literal keys and the fixed beginnings of made-up ones. */
function literals(): string[] {
  return [...text.matchAll(/['`"]([A-Za-z]+\.[A-Za-z0-9.-]+)['`"]/g)].map((match) => match[1] ?? '');
}
/** `batchState.${state}` as a pattern. */
function patterns(): RegExp[] {
  return [...text.matchAll(/`([A-Za-z]+\.[^`\s]*\$\{[^`]*)`/g)]
    .map((match) => match[1] ?? '')
    .filter((pattern) => topics.has(pattern.split('.')[0] ?? ''))
    .map((pattern) => {
      const parts = pattern.split(/\$\{(?:[^{}]|\{[^}]*\})*\}/).map((part) => part.replaceAll('.', '\\.'));
      return new RegExp(`^${parts.join('[A-Za-z-]+')}$`);
    });
}

describe('wording', () => {
  const used = literals();
  const made = patterns();

  it('has a word for every key that a screen names in t()', () => {
    const asked = [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');
    expect(asked.length).toBeGreaterThan(200);
    expect(asked.filter((key) => !names.has(key))).toEqual([]);
  });

  it('has at least one word for every made-up key', () => {
    expect(made.filter((pattern) => ![...names].some((name) => pattern.test(name))).map(String)).toEqual([]);
  });

  it('has no word that nobody uses', () => {
    const lists = [...text.matchAll(/word\('([A-Za-z]+)'/g)].map((match) => `${match[1] ?? ''}.`);
    const faults = [...text.matchAll(/'(fault\.[A-Za-z]+)'/g)].map((match) => `${match[1] ?? ''}.`);
    const spare = [...names].filter(
      (name) =>
        !used.includes(name) &&
        !made.some((pattern) => pattern.test(name)) &&
        ![...lists, ...faults].some((start) => name.startsWith(start)),
    );
    expect(spare).toEqual([]);
  });

  it('gives both forms of each plural, and the same values in both', () => {
    const marks = (key: string) => {
      const word = key.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], en) as string;
      return [...word.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
    };
    for (const key of keys.filter((one) => one.endsWith('_one')))
      expect({ key, marks: marks(key) }).toEqual({ key, marks: marks(key.replace(/_one$/, '_other')) });
  });
});
