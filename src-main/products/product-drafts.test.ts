import { beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import type { PersonId } from '#shared/domain/identifiers.ts';
import { Approvals } from '../approvals/approvals.ts';
import { openJournal } from '../journal/journal.fixture.ts';
import type { Journal } from '../journal/journal.ts';
import { rebuildProjections } from '../journal/rebuild.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { openProducts, type StationProducts } from '../station/products.ts';
import { ProductDrafts } from './product-drafts.ts';

const [amira, sofia] = ['amira' as PersonId, 'sofia' as PersonId];
type Content = Record<string, unknown>;

let journal: Journal;
let products: StationProducts;
let approvals: Approvals;
let drafts: ProductDrafts;

beforeEach(async () => {
  journal = openJournal();
  for (const [person, role] of [
    ['amira', 'administrator'],
    ['sofia', 'supervisor'],
  ] as const) {
    journal.append({
      kind: 'person.created',
      actor: { kind: 'station' },
      issuer: null,
      subjects: { person },
      payload: { person, displayName: person, roles: [role], issuers: 'all', environment: 'test' },
    });
  }
  approvals = new Approvals({
    journal,
    rows: journal.projections.approvals,
    prove: (name) => {
      const person = journal.projections.people.find(name);
      return Promise.resolve(person === null ? { kind: 'refused', reason: 'unknown' } : { kind: 'known', person });
    },
    signer: (name) => journal.projections.people.find(name),
    station: 'station-test',
    clock: { now: () => new Date(), monotonic: () => performance.now() },
    randomness: systemRandomness,
  });
  products = await openProducts(journal.projections);
  drafts = new ProductDrafts({ journal, approvals, catalogue: products, issuers: ['northbank'] });
});

/** The second version of a product or profile that is shipped, changed. */
function next(item: 'product' | 'profile', name: string, change: (content: Content) => void): Content {
  const source = item === 'product' ? products.catalogue.get(name as never)?.source : products.profiles.get(name);
  const content = structuredClone(source) as Content;
  content['version'] = 2;
  change(content);
  return content;
}

async function signed(approval: Awaited<ReturnType<ProductDrafts['propose']>>): Promise<string> {
  const row = journal.projections.approvals.find(approval);
  const statement = row?.statement ?? '';
  await approvals.decide({
    approval,
    approver: sofia,
    password: new Secret('training-sofia'),
    statementDigest: row?.statementDigest ?? '',
    verdict: { kind: 'approve' },
  });
  return statement;
}

const profile = 'contact-online-pin-dda@1';
const relabelled = (content: Content): void => {
  const text = JSON.stringify(content).replace('4e4f52544842414e4b204445424954', '4e4f52544842414e4b2050524f4649');
  Object.assign(content, JSON.parse(text));
};

describe('a draft', () => {
  test('of a profile says in words what it changes, is signed as it stands, and serves from then on and after a restart', async () => {
    const content = next('profile', profile, relabelled);
    const { findings, before, differences } = await drafts.check('profile', content);
    expect([findings, before]).toEqual([[], profile]);
    expect(differences.map(({ text }) => text).join('\n')).toContain('50');
    drafts.save('profile', content, amira);
    const approval = await drafts.propose('profile', 'contact-online-pin-dda@2', amira);
    const statement = await signed(approval);
    expect(JSON.parse(statement)).toMatchObject({ act: 'product-to-production', subject: 'contact-online-pin-dda@2' });
    expect(statement).toContain('Difference 1');
    await drafts.carryOut(approval);
    expect(products.profiles.get('contact-online-pin-dda@2')).toEqual(content);
    expect(drafts.list()).toEqual([]);

    const product = next('product', 'debit-online-dda@1', (made) => {
      made['title'] = 'Northbank Debit Profi';
      const { preparation } = made['chip'] as { preparation: Content };
      preparation['profile'] = 'contact-online-pin-dda@2';
    });
    drafts.save('product', product, amira);
    const second = await drafts.propose('product', 'debit-online-dda@2', amira);
    await signed(second);
    await drafts.carryOut(second);
    const again = await openProducts(journal.projections);
    const found = again.catalogue.get('debit-online-dda@2' as never);
    expect(found?.digest).toBe(products.catalogue.get('debit-online-dda@2' as never)?.digest);
    expect(found?.profile).toEqual(content);
    expect(products.find('debit-online-dda@1')?.title).not.toBe('Northbank Debit Profi');
    const { tables } = await rebuildProjections(journal, AbortSignal.timeout(20_000));
    expect(tables.filter(({ differing }) => differing > 0)).toEqual([]);
  });

  test('that is not right yet is kept, named field by field, and not proposed', async () => {
    const content = next('product', 'debit-online-dda@1', (made) => {
      made['stripe'] = { kind: 'tracks', coercivity: 'middling', tracks: [] };
    });
    drafts.save('product', content, amira);
    const { findings } = await drafts.check('product', content);
    expect(findings.map(({ field }) => field)).toEqual(['stripe.coercivity', 'stripe.tracks']);
    await expect(drafts.propose('product', 'debit-online-dda@2', amira)).rejects.toMatchObject({
      code: 'PRODUCT-DRAFT-WRONG',
      details: { field: 'stripe.coercivity' },
    });
    expect((await drafts.check('product', { ...content, id: 'of-nobody', issuer: 'nobody' })).findings[0]).toEqual({
      field: 'issuer',
      reason: 'is no issuer of this station',
    });
    expect(drafts.list()).toHaveLength(1);
    drafts.discard('product', 'debit-online-dda@2', amira);
    expect(drafts.list()).toEqual([]);
  });

  test.each([
    ['PRODUCT-IN-PRODUCTION', (content: Content) => ({ ...content, version: 1 })],
    ['PRODUCT-DRAFT-NAME', (content: Content) => ({ ...content, version: 'two' })],
    ['PRODUCT-DRAFT-NAME', (content: Content) => ({ ...content, issuer: undefined })],
  ])('is refused as %s', (code, changed) => {
    const content = changed(next('product', 'debit-online-dda@1', () => undefined));
    expect(() => drafts.save('product', content, amira)).toThrow(expect.objectContaining({ code }) as Error);
    expect(drafts.list()).toEqual([]);
  });

  test('does not change while it waits for its signature, and is taken into production only as it was signed', async () => {
    const content = next('profile', profile, relabelled);
    drafts.save('profile', content, amira);
    const name = 'contact-online-pin-dda@2';
    const approval = await drafts.propose('profile', name, amira);
    const proposed = expect.objectContaining({ code: 'PRODUCT-PROPOSED' }) as Error;
    expect(() => drafts.save('profile', content, amira)).toThrow(proposed);
    expect(() => drafts.discard('profile', name, amira)).toThrow(proposed);
    await expect(drafts.propose('profile', name, amira)).rejects.toMatchObject({ code: 'PRODUCT-PROPOSED' });
    await expect(drafts.carryOut(approval)).rejects.toMatchObject({ code: 'APPROVAL-NOT-GIVEN' });
    approvals.withdraw(approval, amira);
    drafts.save('profile', { ...content, title: 'Another' }, amira);
    expect(products.profiles.has(name)).toBe(false);
  });

  test('that is another one than was signed is not put into production, and its request is withdrawn', async () => {
    const content = next('profile', profile, relabelled);
    drafts.save('profile', content, amira);
    const name = 'contact-online-pin-dda@2';
    const approval = await drafts.propose('profile', name, amira);
    await signed(approval);
    const other = {
      item: 'profile',
      name,
      digest: 'ab'.repeat(32),
      content: { ...content, title: 'Another' },
    } as const;
    const actor = { kind: 'station' } as const;
    journal.append({ kind: 'product-draft.saved', actor, issuer: null, subjects: { product: name }, payload: other });
    await expect(drafts.carryOut(approval)).rejects.toMatchObject({ code: 'PRODUCT-DRAFT-CHANGED' });
    expect(journal.projections.approvals.find(approval)?.state).toBe('withdrawn');
    expect(products.profiles.has(name)).toBe(false);
  });

  test('is of one issuer: nobody else sees it compared, replaces it, or takes its next version', async () => {
    const theirs = (content: Content): Content => ({ ...content, issuer: 'mercato' });
    const own = next('product', 'debit-online-dda@1', () => undefined);
    const hidden = { code: 'ACCESS-NOT-FOUND' };
    await expect(drafts.check('product', theirs(own))).rejects.toMatchObject(hidden);
    expect(() => drafts.save('product', theirs(own), amira)).toThrow(expect.objectContaining(hidden) as Error);
    const fresh = { ...own, id: 'something-new', version: 1 };
    drafts.save('product', fresh, amira);
    expect(() => drafts.save('product', theirs(fresh), amira)).toThrow(expect.objectContaining(hidden) as Error);
    expect(drafts.list().map(({ issuer }) => issuer)).toEqual(['northbank']);
  });

  test('that is new shows the second person its keys, channel and proof', async () => {
    const fresh = next('product', 'debit-online-dda@1', (content) => {
      Object.assign(content, { id: 'something-new', version: 1 });
    });
    drafts.save('product', fresh, amira);
    const statement = await signed(await drafts.propose('product', 'something-new@1', amira));
    for (const wanted of ['northbank/scp03', 'SCP03', 'Read back by']) expect(statement).toContain(wanted);
  });

  test.each([
    ['chip.keySet', (chip: Content) => ({ ...chip, keySet: 'key:mercato/scp03' })],
    ['chip.keySet', (chip: Content) => ({ ...chip, keySet: 'kmc:kdf3:kmc-scp03/mercato/1' })],
    [
      'chip.factoryKeys.keySet',
      (chip: Content) => ({ ...chip, factoryKeys: { keySet: 'key:mercato/a', keyVersion: 1 } }),
    ],
  ])('does not name another issuer’s card keys in %s', async (field, changed) => {
    const content = next('product', 'debit-online-dda@1', (made) => {
      made['chip'] = changed(made['chip'] as Content);
    });
    const { findings } = await drafts.check('product', content);
    expect(findings.map((finding) => finding.field)).toContain(field);
  });

  test('of ready data is proven by all of its records', async () => {
    const content = next('product', 'emv-debit@1', (made) => {
      const { proof } = made['chip'] as { proof: Content };
      Object.assign(proof, { sequence: ['select'], records: [], values: [] });
    });
    const { findings } = await drafts.check('product', content);
    expect(findings.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['chip.proof.sequence', 'chip.proof.records']) as string[],
    );
  });

  test('with what may be a card number is not written into the journal', () => {
    const number = '4111 1111 1111 1111';
    for (const title of [number, number.replaceAll(' ', ''), `constant:${number.replaceAll(' ', '')}`]) {
      const content = next('product', 'debit-online-dda@1', (made) => {
        made['title'] = title;
      });
      const refused = expect.objectContaining({ code: 'PRODUCT-DRAFT-CARD-NUMBER' }) as Error;
      expect(() => drafts.save('product', content, amira)).toThrow(refused);
    }
    expect(drafts.list()).toEqual([]);
  });
});
