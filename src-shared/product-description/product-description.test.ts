import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { productSchema, type Product } from '../domain/product.ts';
import { paymentProfileSchema, type PaymentProfile, type ProfileRow } from '../payment-profile/profile-schema.ts';
import { completeProduct } from '../payment-profile/product-of-profile.ts';
import { compareProducts, productGroupings, type ComparedProduct } from './compare-products.ts';
import { compareProfiles } from './compare-profiles.ts';
import { describeProduct } from './describe-product.ts';
import { describeSource } from './describe-source.ts';
import { groupingLines } from './description-text.ts';
import { profileGroupings } from './described-grouping.ts';
import { neededKeys } from './needed-keys.ts';

function asset(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../assets/${path}.json`, import.meta.url), 'utf8'));
}
const product = (name: string): Product => productSchema.parse(asset(`profiles/${name}`));
const profile = (name: string): PaymentProfile => paymentProfileSchema.parse(asset(`payment-profiles/${name}`));
const compared = (
  one: Product,
  of: PaymentProfile | null = null,
  further: readonly PaymentProfile[] = [],
): ComparedProduct => ({
  product: one,
  profile: of,
  further,
  digest: `digest of ${one.id}`,
});

const debit = product('emv-debit@1');
const gift = product('gift-print@1');
const dda = profile('contact-online-pin-dda@1');
const sda = profile('contact-online-pin-sda@1');
const enciphered = profile('contact-enciphered-pin-cda@1');
const cda = profile('contact-offline-pin-cda@1');

/** A product that the station prepares, with all that follows from its profile. */
function prepared(name: string, ...by: readonly PaymentProfile[]): Product {
  const profiles = new Map(by.map((one) => [`${one.id}@${one.version}`, one] as const));
  const completed = completeProduct(asset(`profiles/${name}`), profiles);
  return productSchema.parse(completed.kind === 'complete' ? completed.content : null);
}
const online = prepared('debit-online-dda@1', dda);
const signed = prepared('debit-online-sda@1', sda);
const offline = prepared('debit-offline-cda@1', cda);
const club = profile('club-membership@1');
const dual = prepared('debit-loyalty-dual@1', dda, club);

function withRow(item: string, change: (row: ProfileRow) => ProfileRow): PaymentProfile {
  const groupings = dda.groupings.map((grouping) => ({
    ...grouping,
    rows: grouping.rows.map((row) => (row.item === item ? change(row) : row)),
  }));
  return { ...dda, groupings };
}

describe('what is said of a product', () => {
  test('every field, track, expectation and side stands in it once', () => {
    const facts = describeProduct(debit);
    const subjects = facts.map(({ area, subject }) => `${area}: ${subject}`);
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(facts).toEqual(
      expect.arrayContaining([
        { area: 'chip', subject: 'Key set of the blank', value: 'northbank/scp03, version 48' },
        { area: 'stripe', subject: 'Track 2', value: "the order's track 2, read back and compared" },
        {
          area: 'fields',
          subject: 'Card number',
          value: '16 digits with check digit, beginning with 990001 to 990049',
        },
        {
          area: 'proof',
          subject: '5F24 Application Expiration Date',
          value: "the order's expiry date, as date last day",
        },
        { area: 'proof', subject: '9F42 Application Currency Code', value: 'always 0978' },
        { area: 'stock', subject: 'Blank', value: 'northbank-emv-contact' },
      ]),
    );
  });

  test('a row of a profile keeps its form, source, clause and rule; a grouping in a container says what an order fails by', () => {
    const rows = profileGroupings(dda).flatMap((grouping) => grouping.rows);
    expect(rows.map(({ item }) => item)).toEqual(dda.groupings.flatMap((one) => one.rows.map(({ item }) => item)));
    expect(rows.find(({ item }) => item === '5a')).toEqual({
      item: '5a',
      tag: '5A',
      name: '5A Application Primary Account Number (PAN)',
      format: 'cn',
      least: 8,
      most: 10,
      source: 'record:pan',
      sourceWords: "the order's card number",
      clause: 'EMV 4.3 Book 3 §7.2',
      finding: 'account-number',
    });
    const container = productGroupings(compared(debit));
    expect(container.flatMap((one) => one.rows).map(({ finding }) => finding)).toEqual([
      ...Array.from({ length: 20 }, () => 'INTAKE-TAG-MISSING'),
      ...Array.from({ length: 2 }, () => 'INTAKE-DGI-MISSING'),
    ]);
    expect(productGroupings(compared(gift))).toEqual([]);
  });

  test.each([
    ['record:pan', "the order's card number"],
    ['constant:0a', 'always 0A'],
    ['key:imk-ac/card-key', 'from a key (Issuer master key, application cryptograms): card key'],
    ['card:icc-crt-prime-p', 'made for the card: crt prime p'],
    ['card:signed-static-data', 'made for the card: signed static data'],
    ['computed:file-locator', 'computed: file locator'],
    ['container:0101', "DGI 0101 of the order's container"],
    ['nothing', 'nothing'],
  ])('%s is %s', (source, words) => {
    expect(describeSource(source)).toBe(words);
  });

  test('keys follow from the data: those of the channel always, the others by what the rows take', () => {
    const usages = (of: PaymentProfile | null, one = debit) => neededKeys(one, of).map(({ usage }) => usage);
    const channel = ['scp03-enc', 'scp03-mac', 'scp03-dek'];
    expect(usages(null)).toEqual([...channel, 'dgi-transport']);
    const made = ['issuer-rsa', 'imk-ac', 'imk-smi', 'imk-smc', 'icc-pool-wrapping'];
    expect(usages(dda, online)).toEqual([...channel, 'cvk', ...made]);
    expect(usages(cda, offline)).toEqual([...channel, 'cvk', 'dgi-transport', ...made]);
    expect(usages(sda, signed)).toEqual([...channel, 'cvk', ...made.slice(0, -1)]);
    expect(usages(null, gift)).toEqual([]);
    expect(neededKeys(signed, sda).find(({ usage }) => usage === 'issuer-rsa')?.does).toBe(
      "gives certificate, authority key index, exponent, remainder; signs the card's static data",
    );
    expect(neededKeys(online, dda).find(({ usage }) => usage === 'imk-ac')).toEqual({
      usage: 'imk-ac',
      title: 'Issuer master key, application cryptograms',
      does: 'gives card key, card key check',
    });
  });
});

test.each([
  [sda, 'F0609C8800'],
  [dda, 'F8609C8800'],
  [cda, 'FC60BC8800'],
  [enciphered, 'FC60BC8800'],
])('$0.id@$0.version as text names every row with its form, clause and rule', (one, actions) => {
  const text = groupingLines(profileGroupings(one)).join('\n');
  for (const row of one.groupings.flatMap(({ rows }) => rows))
    expect(text).toContain(`${row.clause}; rule ${row.finding}`);
  expect(text).toContain(
    `9F0D Issuer Action Code - Default: always ${actions} [b, 5 bytes] EMV 4.3 Book 3 §10.7; rule action-code-default\n    - offline data authentication was not performed\n`,
  );
  expect(text).toContain('    - no CVM required, if the terminal supports it, else verification fails');
});

describe('what two differ in', () => {
  test('the same differs from itself in nothing', () => {
    expect(compareProducts(compared(debit), compared(debit))).toEqual([]);
    expect(compareProfiles(dda, dda)).toEqual([]);
  });

  test('each row of a profile that is altered makes one difference', () => {
    for (const { item } of dda.groupings.flatMap(({ rows }) => rows)) {
      const altered = withRow(item, (row) => ({ ...row, source: 'computed:x' }));
      expect(compareProfiles(dda, altered)).toHaveLength(1);
    }
    expect(
      compareProfiles(
        dda,
        withRow('9f0d', (row) => ({ ...row, source: 'constant:fc609c8800', clause: 'somewhere' })),
      ),
    ).toEqual([
      {
        kind: 'changed',
        area: 'data',
        subject: '9F0D Issuer Action Code - Default, in DGI 0201',
        text: '9F0D Issuer Action Code - Default, in DGI 0201: always FC609C8800 instead of always F8609C8800',
        before: 'always F8609C8800',
        after: 'always FC609C8800',
      },
      expect.objectContaining({ before: 'by EMV 4.3 Book 3 §10.7', after: 'by somewhere' }),
    ]);
  });

  test('a profile says its title and what it is for', () => {
    expect(compareProfiles(dda, { ...dda, title: 'Other', application: 'loyalty' }).map(({ text }) => text)).toEqual([
      `Title: Other instead of ${dda.title}`,
      'Application: loyalty instead of payment',
    ]);
  });

  test('the two payment profiles differ in interchange profile, verification methods, action codes and the PIN of the card', () => {
    expect(compareProfiles(dda, cda).map(({ kind, text }) => [kind, text])).toEqual([
      ['changed', 'Title: Contact debit, offline PIN, CDA instead of Contact debit, online PIN, DDA'],
      ['added', 'DGI 8010 (reference PIN block) is new: secret'],
      ['added', 'DGI 9010 (tries of the reference PIN) is new: open'],
      [
        'changed',
        '8E Cardholder Verification Method List, in DGI 0201: always 0000000000000000410342031E031F03 instead of always 000000000000000042031E031F03',
      ],
      ['changed', '8E Cardholder Verification Method List, in DGI 0201: 16 bytes instead of 14 bytes'],
      ['changed', '9F0D Issuer Action Code - Default, in DGI 0201: always FC60BC8800 instead of always F8609C8800'],
      ['changed', '9F0F Issuer Action Code - Online, in DGI 0201: always FC68BC9800 instead of always F8689C9800'],
      ['changed', '82 Application Interchange Profile, in DGI 9104: always 3D00 instead of always 3C00'],
      ['added', 'pin block, in DGI 8010 is new: made for the card: pin block'],
      ['added', 'pin try counter, in DGI 9010 is new: always 03'],
      ['added', 'pin try limit, in DGI 9010 is new: always 03'],
    ]);
    expect(compareProfiles(cda, dda).map(({ kind }) => kind)).toEqual([
      'changed',
      'removed',
      'removed',
      'changed',
      'changed',
      'changed',
      'changed',
      'changed',
      'removed',
      'removed',
      'removed',
    ]);
  });

  test('a card whose data is signed once has no key pair, and its product a code instead', () => {
    const differences = compareProfiles(sda, dda).map(({ text }) => text);
    expect(differences).toEqual(
      expect.arrayContaining([
        '82 Application Interchange Profile, in DGI 9104: always 3C00 instead of always 5C00',
        '93 Signed Static Application Data, in DGI 0303 is gone',
        expect.stringContaining('DGI 8205 (card key pair: crt prime p) is new'),
      ]),
    );
    expect(compareProducts(compared(signed, sda), compared(online, dda)).map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'Data authentication code is gone',
        'Key pair of the card is new: RSA, 1152 bits, exponent 3',
      ]),
    );
  });

  test('an enciphered PIN brings a certificate and a key pair, in groupings of their own', () => {
    expect(compareProfiles(cda, enciphered).map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('DGI 8305 (key pair for enciphered PINs: crt prime p) is new') as string,
        '9F2D ICC PIN Encipherment Public Key Certificate, in DGI 0304 is new: made for the card: pin certificate',
        '8E Cardholder Verification Method List, in DGI 0201: always 0000000000000000440342031E031F03 instead of always 0000000000000000410342031E031F03',
      ]),
    );
    const one = prepared('debit-enciphered-cda@1', enciphered);
    expect(neededKeys(one, enciphered).find(({ usage }) => usage === 'issuer-rsa')?.does).toContain(
      "signs the card's certificate; signs the certificate of its key for enciphered PINs",
    );
    expect(describeProduct(one)).toContainEqual({
      area: 'chip',
      subject: 'Key pair for enciphered PINs',
      value: 'RSA, 1152 bits, exponent 3',
    });
  });

  test('two products of different ids, by area; what only one has is new or gone', () => {
    const found = compareProducts(compared(debit), compared(gift));
    expect([...new Set(found.map(({ area }) => area))]).toEqual([
      'product',
      'chip',
      'data',
      'proof',
      'stripe',
      'print',
      'fields',
      'stock',
      'keys',
    ]);
    expect(found.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'Chip: none instead of EMV, contact',
        'Application is gone',
        'Stripe: none instead of high coercivity',
        'Gift card number is new: 16 digits with check digit',
        'DGI transport key (dgi-transport) is gone',
      ]),
    );
    expect(compareProducts(compared(gift), compared(debit))).toHaveLength(found.length);
  });

  test('data that comes in a container and data that is made here: said once, then only what stands elsewhere', () => {
    const found = compareProducts(compared(debit), compared(online, dda));
    expect(found.find(({ subject }) => subject === "The chip's data")).toMatchObject({
      area: 'chip',
      after: 'here, by profile contact-online-pin-dda@1',
    });
    expect(found.filter(({ kind, text }) => kind === 'changed' && /INTAKE-|signed/.test(text))).toEqual([]);
    expect(found).toContainEqual(
      expect.objectContaining({ kind: 'added', subject: '9F46 ICC Public Key Certificate, in DGI 0303' }),
    );
  });

  test('a layout that was drawn anew shows, where every word is the same', () => {
    const before = compared(debit);
    expect(compareProducts(before, { ...before, digest: 'another' })).toEqual([
      expect.objectContaining({ kind: 'changed', area: 'print', before: before.digest, after: 'another' }),
    ]);
  });
});

describe('a chip with two applications', () => {
  const both = compared(dual, dda, [club]);

  test('says of the second who it is, what is in it and how it is proven, each thing once', () => {
    const facts = describeProduct(dual);
    const subjects = facts.map(({ area, subject }) => `${area}: ${subject}`);
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(facts).toEqual(
      expect.arrayContaining([
        {
          area: 'chip',
          subject: 'Application beside it, loyalty',
          value: 'F0435752494C4F5901, made here by profile club-membership@1',
        },
        {
          area: 'proof',
          subject: 'DF40 Member Number, of loyalty',
          value: "the order's loyalty number, as compressed numeric",
        },
        {
          area: 'proof',
          subject: 'Record 1 of file 1, of loyalty',
          value: 'byte for byte DGI 0101 as it was made here',
        },
      ]),
    );
    expect(productGroupings(both).map(({ dgi, application }) => [dgi, application])).toEqual(
      expect.arrayContaining([
        ['0101', null],
        ['0101', 'loyalty'],
      ]),
    );
  });

  test('differs from the same card without the second by that application alone', () => {
    const differences = compareProducts(
      compared({ ...dual, chip: prepared('debit-online-dda@1', dda).chip }, dda),
      both,
    );
    expect(differences.every(({ subject }) => /loyalty|club/.test(subject))).toBe(true);
    expect(differences.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['DF41 Membership Tier, in DGI 0101 of loyalty']),
    );
  });

  test('a changed row of the second is named with its application', () => {
    const groupings = club.groupings.map((one) => ({
      ...one,
      rows: one.rows.map((row) => (row.item === 'df41' ? { ...row, most: 12 } : row)),
    }));
    expect(compareProducts(both, compared(dual, dda, [{ ...club, groupings }]))).toEqual([
      expect.objectContaining({ area: 'data', subject: 'DF41 Membership Tier, in DGI 0101 of loyalty' }),
    ]);
  });
});
