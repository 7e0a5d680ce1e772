import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../bytes/bytes.ts';
import { listRecords, parseFileLocator } from '../protocols/emv/file-locator.ts';
import { parseTlvs } from '../protocols/tlv/ber-tlv.ts';
import { buildGroupings } from './build-groupings.ts';
import { checkProfile } from './check-profile.ts';
import { paymentProfileSchema, type PaymentProfile, type ProfileRow } from './profile-schema.ts';

const names = [
  'contact-online-pin-sda@1',
  'contact-online-pin-dda@1',
  'contact-offline-pin-cda@1',
  'contact-enciphered-pin-cda@1',
] as const;

function load(name: (typeof names)[number] | 'club-membership@1'): PaymentProfile {
  const file = new URL(`../../assets/payment-profiles/${name}.json`, import.meta.url);
  return paymentProfileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** A profile with one row put as another, or left out. */
function withRow(
  profile: PaymentProfile,
  item: string,
  change: (row: ProfileRow) => ProfileRow | null,
): PaymentProfile {
  const groupings = profile.groupings.map((grouping) => ({
    ...grouping,
    rows: grouping.rows.flatMap((row) => (row.item === item ? [change(row)].filter((kept) => kept !== null) : [row])),
  }));
  return { ...profile, groupings };
}

const order = {
  pan: '9900010000000001',
  panSequence: '01',
  expiry: '2802',
  effective: '2601',
  serviceCode: '201',
  encodedName: 'LOVELACE/ADA',
} as const;
const made = new Map([['computed:track2', utf8('9900010000000001=28022010000012345')]]);

const alterations: readonly (readonly [what: string, change: (row: ProfileRow) => ProfileRow])[] = [
  ['another format', (row) => ({ ...row, format: row.format === 'a' ? 'n' : 'a' })],
  ['too long', (row) => ({ ...row, least: 252, most: 252 + 1 })],
  ['shortest over longest', (row) => ({ ...row, least: row.most + 1 })],
  ['another source', (row) => ({ ...row, source: 'computed:something' })],
  ['a source of the order', (row) => ({ ...row, source: 'record:loyaltyNumber' })],
  ['an unknown field', (row) => ({ ...row, source: 'record:shoeSize' })],
  ['an unknown key', (row) => ({ ...row, source: 'key:imk-none/card-key' })],
  ['a constant of no sense', (row) => ({ ...row, source: `constant:${'ff'.repeat(200)}` })],
  ['another clause', (row) => ({ ...row, clause: 'somewhere' })],
  ['another rule', (row) => ({ ...row, finding: 'another-rule' })],
];

describe.each(names)('%s', (name) => {
  const profile = load(name);
  const rows = profile.groupings.flatMap((grouping) => grouping.rows);

  test('keeps every rule', () => {
    expect(checkProfile(profile)).toEqual([]);
  });

  test.each(rows.map((row) => [row.item, row] as const))('without %s its own rule fails and names it', (item, row) => {
    const findings = checkProfile(withRow(profile, item, () => null));
    expect(findings).toContainEqual(expect.objectContaining({ rule: row.finding, item }));
  });

  test.each(alterations)('each row with %s is named', (_what, change) => {
    for (const { item } of rows) {
      const findings = checkProfile(withRow(profile, item, change));
      expect(
        findings.map((finding) => finding.item),
        item,
      ).toContain(item);
    }
  });

  test('each row in a grouping of the other kind is named', () => {
    for (const grouping of profile.groupings) {
      const content = grouping.content === 'open' ? ('secret' as const) : ('open' as const);
      const turned = profile.groupings.map((other) => (other === grouping ? { ...other, content } : other));
      const named = checkProfile({ ...profile, groupings: turned }).map(({ item }) => item);
      expect(named).toEqual(expect.arrayContaining(grouping.rows.map(({ item }) => item)));
    }
  });

  test('each row as an unknown tag, and each row twice, is named', () => {
    for (const { item } of rows) {
      const unknown = checkProfile(withRow(profile, item, (row) => ({ ...row, item: 'df7f' })));
      expect(unknown).toContainEqual(expect.objectContaining({ rule: 'unknown-item', item: 'df7f' }));
      const twice = profile.groupings.map((grouping) => ({
        ...grouping,
        rows: grouping.rows.flatMap((row) => (row.item === item ? [row, row] : [row])),
      }));
      expect(checkProfile({ ...profile, groupings: twice })).toContainEqual(
        expect.objectContaining({ rule: 'once-only', item }),
      );
    }
  });

  test('a record that is left out leaves a gap, one more length is too long', () => {
    const without = profile.groupings.filter(({ dgi }) => dgi !== '0302');
    expect(checkProfile({ ...profile, groupings: without })).toContainEqual(
      expect.objectContaining({ rule: 'record-gap', dgi: '0303' }),
    );
    const moved = profile.groupings.map((grouping) =>
      grouping.dgi === '0301' ? { ...grouping, rows: [...grouping.rows, ...grouping.rows] } : grouping,
    );
    expect(checkProfile({ ...profile, groupings: moved })).toContainEqual(
      expect.objectContaining({ rule: 'record-length', dgi: '0301' }),
    );
  });

  test('a list that forgets one datum of the cryptogram is named', () => {
    for (const [item, tag] of [
      ['8c', '9F37'],
      ['8d', '8A'],
      ['9f49', '9F37'],
    ] as const) {
      if (!rows.some((row) => row.item === item)) continue;
      const found = checkProfile(
        withRow(profile, item, (row) => ({ ...row, source: 'constant:9f0206', least: 3, most: 3 })),
      );
      expect(found).toContainEqual(expect.objectContaining({ item, text: `does not ask for ${tag}` }));
    }
  });

  test('action codes that let a failure of this card pass are named', () => {
    const lenient = ['9f0d', '9f0f'].map((item) =>
      checkProfile(withRow(profile, item, (row) => ({ ...row, source: 'constant:b0609c8800' }))),
    );
    const failures = [
      ...(name === 'contact-online-pin-sda@1' ? ['SDA failed'] : ['DDA failed']),
      ...(name.endsWith('-cda@1') ? ['CDA failed', 'PIN Try Limit exceeded'] : []),
    ];
    expect(lenient.map((found) => found.map(({ rule, text }) => `${rule} ${text}`))).toEqual(
      ['action-code-default', 'action-code-online'].map((rule) =>
        failures.map((text) => `${rule} does not go online for "${text}"`),
      ),
    );
  });

  test('builds the open groupings of an order; what needs a key waits', () => {
    const built = buildGroupings(profile, order, made);
    const bytesOf = (dgi: string): Uint8Array => {
      const found = built.find((grouping) => grouping.dgi === dgi);
      return found?.kind === 'bytes' ? found.bytes : new Uint8Array(0);
    };
    // Written out by hand from EMV 4.3 Book 3 Annex A1; 28-02 ends with the 29th.
    expect(toHex(bytesOf('0101'))).toBe(
      '7022' + '5711' + '9900010000000001d28022010000012345' + '5f200c' + '4c4f56454c4143452f414441',
    );
    const [record] = parseTlvs(bytesOf('0201'));
    expect(record?.children?.slice(0, 5).map(({ value }) => toHex(value))).toEqual([
      '9900010000000001',
      '280229',
      '260101',
      '0276',
      '01',
    ]);
    const [, locator] = parseTlvs(bytesOf('9104'));
    expect(
      listRecords(parseFileLocator(locator?.value ?? new Uint8Array(0))).map((row) => [
        row.shortFileIdentifier,
        row.record,
        row.coverage,
      ]),
    ).toEqual(
      profile.groupings.flatMap(({ record: at }) => (at === undefined ? [] : [[at.sfi, at.number, at.coverage]])),
    );
    expect(buildGroupings(profile, order)[0]).toEqual({ kind: 'waits', dgi: '0101', references: ['computed:track2'] });
    expect(built.filter(({ kind }) => kind === 'waits').map(({ dgi }) => dgi)).toEqual(
      profile.groupings
        .filter(({ rows: inside }) => inside.some(({ source }) => /^(key|card):/.test(source)))
        .map(({ dgi }) => dgi),
    );
  });

  test.each([
    ['a name outside the character set', { encodedName: 'LOVELACE/ÁDA' }, /5F20/],
    ['a name in lower case', { encodedName: 'Lovelace/Ada' }, /5F20/],
    ['a card number too long', { pan: '990001000000000000004' }, /5A/],
    ['a card number with a wrong check digit', { pan: '9900010000000000' }, /5A/],
    ['a month 13', { expiry: '2813' }, /5F24/],
  ])('refuses %s by its tag, without the value', (_what, change, tag) => {
    const attempt = () => buildGroupings(profile, { ...order, ...change }, made);
    expect(attempt).toThrow(expect.objectContaining({ code: 'CARD-PERSONALISATION' }));
    expect(attempt).toThrow(tag);
    for (const value of Object.values(change)) expect(attempt).not.toThrow(value);
  });

  test('refuses an order without a field, and a profile that breaks a rule', () => {
    const { expiry: _left, ...without } = order;
    expect(() => buildGroupings(profile, without, made)).toThrow(/PREPARATION-NO-VALUE.*record:expiry/);
    expect(() =>
      buildGroupings(
        withRow(profile, '8c', () => null),
        order,
      ),
    ).toThrow(/list-for-first-cryptogram/);
  });
});

describe('club-membership@1', () => {
  const club = load('club-membership@1');
  const rows = club.groupings.flatMap((grouping) => grouping.rows);
  const members = { ...order, loyaltyNumber: '2700300000000017', tier: 'Silver' };

  test('keeps every rule, and each row that is missing or altered is named', () => {
    expect(checkProfile(club)).toEqual([]);
    const other = (row: ProfileRow): string => (row.item === '50' ? 'record:tier' : 'constant:00');
    const changes: readonly ((row: ProfileRow) => ProfileRow | null)[] = [
      () => null,
      (row) => ({ ...row, clause: 'somewhere' }),
      (row) => ({ ...row, finding: 'another-rule' }),
      (row) => ({ ...row, format: 'a' }),
      (row) => ({ ...row, source: other(row) }),
      (row) => ({ ...row, most: 200 }),
      (row) => ({ ...row, least: row.most + 1 }),
      (row) => ({ ...row, source: 'key:imk-ac/card-key' }),
    ];
    for (const row of rows) {
      for (const change of changes) {
        const found = checkProfile(withRow(club, row.item, change));
        expect(found).toContainEqual(expect.objectContaining({ rule: row.finding, item: row.item }));
      }
    }
  });

  test('has no key, no secret and no row of a payment application, and a payment profile has none of its rows', () => {
    const [record, ...others] = club.groupings;
    if (record === undefined) throw new Error('a record is wanted');
    const more = (row: Partial<ProfileRow>, grouping: Partial<typeof record> = {}): PaymentProfile => {
      const [first] = record.rows;
      if (first === undefined) throw new Error('a row is wanted');
      return {
        ...club,
        groupings: [{ ...record, ...grouping, rows: [...record.rows, { ...first, ...row }] }, ...others],
      };
    };
    for (const item of ['5a', 'part:ac-key']) {
      expect(checkProfile(more({ item }))).toContainEqual(expect.objectContaining({ rule: 'unknown-item', item }));
    }
    expect(checkProfile(more({ item: '9f12' }, { content: 'secret' }))).toContainEqual(
      expect.objectContaining({ rule: 'member-number', item: 'df40', text: 'stands in a grouping that is secret' }),
    );
    const payment = { ...club, application: 'payment' as const };
    expect(checkProfile(payment)).toContainEqual(expect.objectContaining({ rule: 'unknown-item', item: 'df40' }));
  });

  test('makes its record of the order, and refuses what cannot be written by the name of its tag', () => {
    const built = buildGroupings(club, members).map((one) => [one.dgi, one.kind === 'bytes' ? toHex(one.bytes) : '']);
    expect(built).toEqual([
      ['0101', '701adf40082700300000000017df410653696c7665725f2403280229'],
      ['9102', 'a510500e4e6f72746862616e6b20436c7562'],
    ]);
    expect(() => buildGroupings(club, { ...members, tier: 'Épée' })).toThrow(
      expect.objectContaining({ details: { reason: "DF41: the order's tier cannot be written as ans" } }),
    );
    expect(() => buildGroupings(club, { ...members, loyaltyNumber: '12345' })).toThrow(
      expect.objectContaining({ details: { reason: expect.stringMatching(/^DF40: /) as string } }),
    );
  });
});

test('a card that checks a PIN is given all its tries, and at least one', () => {
  const profile = load('contact-offline-pin-cda@1');
  const tries = buildGroupings(profile, order, made).find(({ dgi }) => dgi === '9010');
  expect(tries).toEqual({ kind: 'bytes', dgi: '9010', bytes: Uint8Array.of(3, 3) });
  const counter = withRow(profile, 'part:pin-try-counter', (row) => ({ ...row, source: 'constant:02' }));
  expect(checkProfile(counter)).toEqual([
    { rule: 'pin-try-counter', dgi: '9010', item: 'part:pin-try-counter', text: 'is 2 where the limit is 3' },
  ]);
  const none = ['part:pin-try-counter', 'part:pin-try-limit'].reduce(
    (before, item) => withRow(before, item, (row) => ({ ...row, source: 'constant:00' })),
    profile,
  );
  expect(checkProfile(none)).toEqual([
    { rule: 'pin-try-limit', dgi: '9010', item: 'part:pin-try-limit', text: 'gives no try' },
  ]);
});

test.each([
  ['sda', 'contact-online-pin-sda@1', '7c00', 'dda'],
  ['dda', 'contact-online-pin-dda@1', '5c00', 'sda'],
] as const)(
  'a profile of %s that claims the other way of offline authentication names every row too few or too many',
  (_way, name, claimed, other) => {
    const items = (of: PaymentProfile): readonly string[] =>
      of.groupings.flatMap(({ rows }) => rows.map(({ item }) => item));
    const profile = load(name);
    const wanted = load(`contact-online-pin-${other}@1`);
    const found = checkProfile(withRow(profile, '82', (row) => ({ ...row, source: `constant:${claimed}` })));
    const differing = [
      ...items(profile).filter((item) => !items(wanted).includes(item)),
      ...items(wanted).filter((item) => !items(profile).includes(item)),
    ];
    expect(found.map(({ item }) => item).toSorted()).toEqual(differing.toSorted());
  },
);

test('an enciphered PIN asks for its key pair, and is for a card with a key pair of its own only', () => {
  const plain = load('contact-offline-pin-cda@1');
  const enciphered = load('contact-enciphered-pin-cda@1');
  const methods = (of: PaymentProfile) =>
    of.groupings.flatMap(({ rows }) => rows).find(({ item }) => item === '8e')?.source ?? '';
  const items = (of: PaymentProfile): readonly string[] =>
    of.groupings.flatMap(({ rows }) => rows.map(({ item }) => item));
  const own = items(enciphered).filter((item) => !items(plain).includes(item));
  const turned = (from: PaymentProfile, to: PaymentProfile) =>
    checkProfile(withRow(from, '8e', (row) => ({ ...row, source: methods(to) }))).map(({ item }) => item);
  expect(own).toHaveLength(8);
  expect(turned(plain, enciphered).toSorted()).toEqual(own.toSorted());
  expect(turned(enciphered, plain).toSorted()).toEqual(own.toSorted());
  const signed = load('contact-online-pin-sda@1');
  const source = methods(enciphered);
  const found = checkProfile(withRow(signed, '8e', (row) => ({ ...row, source, least: 16, most: 16 })));
  expect(found).toContainEqual({
    rule: 'verification-methods',
    dgi: '0201',
    item: '8e',
    text: 'names an enciphered PIN for a card that does not authenticate by DDA or CDA',
  });
});
