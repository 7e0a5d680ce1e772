import type { Carried } from './raw-wire.fixture.ts';

/** A wrong input: how it travels, what it is once unpacked, and what is wrong with it. */
export interface BadInput {
  readonly what: string;
  readonly carried: Carried;
  readonly value: unknown;
}

type Key = string | number;

function withMember(whole: unknown, path: readonly Key[], member: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return member;
  if (Array.isArray(whole))
    return whole.map((one, at) => (at === key ? withMember(one, rest, member) : (one as unknown)));
  return { ...(whole as object), [key]: withMember((whole as Record<string, unknown>)[key], rest, member) };
}

function without(whole: unknown, path: readonly Key[]): unknown {
  const last = path.at(-1);
  const above = path.slice(0, -1);
  const owner = above.reduce<unknown>((at, key) => (at as Record<Key, unknown>)[key], whole);
  if (Array.isArray(owner))
    return withMember(
      whole,
      above,
      owner.filter((_one, at) => at !== last),
    );
  const kept = Object.entries(owner as object).filter(([name]) => name !== last);
  return withMember(whole, above, Object.fromEntries(kept));
}

function pathsIn(value: unknown, path: readonly Key[] = []): readonly (readonly Key[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value)
    ? value.flatMap((one, at) => pathsIn(one, [...path, at]))
    : Object.entries(value).flatMap(([name, one]) => pathsIn(one, [...path, name]));
  return path.length === 0 ? inner : [path, ...inner];
}

const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

/** What JSON can say that a member should not be. */
const wrongValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  -1e300,
  '',
  ' ',
  '7',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  "' OR 1=1 --",
  '__proto__',
  'constructor',
  '\u202eabc\n\r',
  'y'.repeat(401),
  'y'.repeat(100_000),
  [],
  {},
  ['none'],
  deep(500),
  Array.from({ length: 5_000 }, () => 'none'),
  JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}'),
];

/** What only oRPC's second list can say: its type numbers, with the JSON beside it. */
const carriedTypes: readonly (readonly [number, unknown, unknown])[] = [
  [0, '7', 7n],
  [1, '2026-01-01T00:00:00.000Z', new Date(0)],
  [2, null, Number.NaN],
  [3, null, undefined],
  [4, 'http://127.0.0.1/', new URL('http://127.0.0.1/')],
  [5, '/(a+)+$/', /a/],
  [6, ['none'], new Set(['none'])],
  [7, [['none', 1]], new Map([['none', 1]])],
];

function ofMember(base: unknown, path: readonly Key[]): readonly BadInput[] {
  const name = path.join('.');
  const plain = wrongValues.map((wrong): BadInput => {
    const value = withMember(base, path, wrong);
    return { what: `${name} = ${(JSON.stringify(wrong) ?? '').slice(0, 40)}`, carried: { json: value }, value };
  });
  const typed = carriedTypes.map(([type, json, real]): BadInput => {
    const carried = { json: withMember(base, path, json), meta: [[type, ...path]] };
    return { what: `${name} of type ${type}`, carried, value: withMember(base, path, real) };
  });
  const missing = without(base, path);
  return [...plain, ...typed, { what: `${name} missing`, carried: { json: missing }, value: missing }];
}

/** Every wrong input made from a right one: each member in turn, and the whole. */
export function badInputs(base: object): readonly BadInput[] {
  const extras = ['extra', 'constructor', 'prototype', '__proto__'].map((name): BadInput => {
    const value: unknown = JSON.parse(
      `{"${name}":{"polluted":"yes"},${JSON.stringify(base).slice(1)}`.replace(',}', '}'),
    );
    return { what: `with ${name}`, carried: { json: value }, value };
  });
  const wholes = [null, 7, 'x', [], [base], true, deep(500)].map((value): BadInput => ({
    what: `whole ${JSON.stringify(value).slice(0, 20)}`,
    carried: { json: value },
    value,
  }));
  const none: BadInput = { what: 'nothing', carried: {}, value: undefined };
  return [
    ...extras,
    ...wholes,
    none,
    ...pathsIn(base)
      .filter(({ length }) => length > 0)
      .flatMap((path) => ofMember(base, path)),
  ];
}
