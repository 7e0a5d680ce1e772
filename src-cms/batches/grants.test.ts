import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cmsError } from '#shared/contract/cms/errors.ts';
import { grantClaims, type GrantClaims } from '#shared/contract/cms/grant.ts';
import { manifestClaims } from '#shared/contract/cms/manifest.ts';
import { changeTerms, startTestCms, TestStation, type Answer, type TestCms } from '../test-station.fixture.ts';

const releaseDigest = 'ab'.repeat(32);
const people = [
  { person: 'clara', password: 'training-clara' },
  { person: 'conrad', password: 'training-conrad' },
] as const;
const reason = 'not heard of since the flood';

let test: TestCms;
let [batches, stations] = [0, 0];
beforeAll(async () => {
  test = await startTestCms({ leaseSeconds: 3_600, heartbeatSeconds: 300, grantCards: 4, grantSeconds: 600 });
  await changeTerms(test.cms, 'mercato', { offline: 'no', cards: 1, seconds: 1 });
});
afterAll(() => test.close());

let station: TestStation;
let batch: string;
let orders: readonly string[];
beforeEach(async () => {
  station = await TestStation.enrolled(test, `gd-${(stations += 1)}`);
  batch = await make(10);
  orders = (await test.cms.register.orders({ batch, from: 0, count: 100 })).map(({ order }) => order);
});

async function make(count: number): Promise<string> {
  const id = `gd-batch-${(batches += 1)}`;
  await test.cms.training?.make({ id, product: 'gift-print@1', count, dueInDays: 1, priority: 'normal' });
  return id;
}

const code = (answer: Answer) => [answer.status, cmsError.parse(answer.json()).code];
const states = async (of = batch) =>
  (await test.cms.register.orders({ batch: of, from: 0, count: 100 })).map(({ state }) => state);

async function grant(lease: string): Promise<GrantClaims> {
  const answer = await station.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest });
  const { grant: jws } = answer.json() as { grant: string };
  return grantClaims.parse(JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()));
}

const send = (...entries: ReturnType<TestStation['entry']>[]) => station.call('POST', '/v1/events', { entries });
const begun = (at: number, attempt = `at-${at}`) =>
  station.entry('attempt.started', { batch, order: orders[at] ?? '', attempt }, { grant: 'g-1' });
const ended = (at: number, disposition: string, attempt = `at-${at}`) =>
  station.entry('attempt.ended', { batch, order: orders[at] ?? '', attempt }, { disposition });
const made = (at: number) => station.entry('order.made', { batch, order: orders[at] ?? '' }, { attempt: `at-${at}` });

describe('start grants', () => {
  it('hold a portion, and are refilled by as much as the CMS has heard of', async () => {
    const lease = await station.lease(batch);
    const first = await grant(lease);
    expect(first).toMatchObject({
      number: 1,
      count: 4,
      orders: { index: 4 },
      validForSeconds: 600,
      refill: { below: 2, afterSeconds: 300 },
    });
    // Nothing used: time anew, no further order.
    expect(await grant(lease)).toMatchObject({ number: 2, count: 4, orders: { index: 4 } });
    await send(begun(0), ended(0, 'good'), made(0), begun(1));
    expect(await grant(lease)).toMatchObject({ number: 3, count: 6, orders: { index: 6 } });
    expect((await test.cms.register.orders({ batch, from: 0, count: 2 }))[1]).toEqual({
      index: 1,
      order: orders[1],
      state: 'begun',
      station: station.id,
      attempt: 'at-1',
      grant: 'g-1',
    });
    expect(await test.cms.grants.overview(station.id)).toMatchObject([
      { batch, grants: 3, count: 6, index: 6, used: 2 },
    ]);
  });

  it('are larger for an issuer that lets stations work offline', async () => {
    await changeTerms(test.cms, 'mercato', { offline: 'yes', cards: 8, seconds: 7_200 });
    const claims = await grant(await station.lease(batch));
    await changeTerms(test.cms, 'mercato', { offline: 'no', cards: 8, seconds: 7_200 });
    expect(claims).toMatchObject({ count: 8, validForSeconds: 7_200 });
  });

  it('keep their orders when the lease runs out; the others come back as a batch of their own, once', async () => {
    const lease = await station.lease(batch);
    await grant(lease);
    await send(begun(0), ended(0, 'good'), made(0));
    test.clock.advance(3_700_000);
    expect(code(await station.call('POST', `/v1/leases/${lease}/heartbeat`, {}))).toEqual([410, 'ORDERS-RETURNED']);
    const told = await grant(lease);
    expect(told).toMatchObject({ count: 4, orders: { index: 4 }, returnedFrom: 4 });
    expect((await station.call('POST', `/v1/leases/${lease}/heartbeat`, {})).status).toBe(200);
    expect(await states()).toEqual([
      'produced',
      ...Array<string>(3).fill('waiting'),
      ...Array<string>(6).fill('returned'),
    ]);
    test.clock.advance(3_700_000);
    await test.cms.desk.endExpired();
    const family = (await test.cms.register.overview()).filter(({ id }) => id.startsWith(batch));
    expect(family.map(({ id, count, state }) => [id, count, state])).toEqual([
      [batch, 10, 'granted'],
      [`${batch}.r1`, 6, 'available'],
    ]);
    const rival = await TestStation.enrolled(test, `${station.id}-rival`);
    const next = await rival.lease(`${batch}.r1`);
    const manifest = await rival.call('GET', `/v1/batches/${batch}.r1/manifest?lease=${next}`);
    const claims = manifestClaims.parse(
      JSON.parse(Buffer.from(manifest.text.split('.')[1] ?? '', 'base64url').toString()),
    );
    expect([claims.batch, claims.count]).toEqual([`${batch}.r1`, 6]);
    const records = await rival.call('GET', `/v1/batches/${batch}.r1/records?lease=${next}&from=0&count=10`);
    expect(records.text.trim().split('\n')).toHaveLength(6);
    // Its own lease runs out: the next is named after the first batch, too.
    await rival.call('POST', `/v1/leases/${next}/grant`, { releaseDigest });
    test.clock.advance(3_700_000);
    await test.cms.desk.endExpired();
    expect((await test.cms.register.overview()).find(({ id }) => id === `${batch}.r2`)?.count).toBe(2);
  });

  it('make a card begun beyond them a finding', async () => {
    await grant(await station.lease(batch));
    await send(begun(7));
    expect(
      (await test.cms.ledger.findings()).filter((found) => found.station === station.id).map((found) => found.code),
    ).toEqual(['BEGUN-WITHOUT-GRANT']);
  });
});

describe('a lost station', () => {
  const declare = (
    first = people[0] as { person: string; password: string },
    second = people[1] as { person: string; password: string },
  ) => test.cms.losses.declare({ station: station.id, reason, first, second });
  const refusal = async (act: Promise<unknown>) =>
    act.then(
      () => 'done',
      (fault: { code?: string }) => fault.code,
    );

  it('takes two different people with their passwords, and a reason', async () => {
    expect(await refusal(declare(people[0], people[0]))).toBe('SAME-PERSON');
    expect(await refusal(declare(people[0], { person: 'conrad', password: 'wrong' }))).toBe('PERSON-OR-PASSWORD');
    expect(await refusal(declare(people[0], { person: 'nobody', password: 'wrong' }))).toBe('PERSON-OR-PASSWORD');
    const hasty = test.cms.losses.declare({ station: station.id, reason: 'gone', first: people[0], second: people[1] });
    expect(await refusal(hasty)).toBe('REASON-MISSING');
    expect((await station.call('GET', '/v1/batches')).status).toBe(200);
  });

  it('has every card blocked that may exist, gives back what was never granted, and tells its journal as evidence only', async () => {
    const lease = await station.lease(batch);
    await grant(lease);
    await send(begun(0), ended(0, 'good'), made(0), begun(1), ended(1, 'rejected'));
    const loss = await declare();
    expect(loss).toMatchObject({
      station: station.id,
      by: ['clara', 'conrad'],
      reason,
      blocked: 4,
      returned: 6,
      batches: [`${batch}.r1`],
    });
    expect(loss.statementDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(await states()).toEqual([...Array<string>(4).fill('blocked'), ...Array<string>(6).fill('returned')]);
    expect(await refusal(declare())).toBe('STATION-LOST-ALREADY');
    for (const [method, path, body] of [
      ['GET', '/v1/batches', undefined],
      ['POST', `/v1/leases/${lease}/grant`, { releaseDigest }],
      ['POST', `/v1/leases/${lease}/heartbeat`, {}],
      ['POST', `/v1/batches/${batch}.r1/lease`, {}],
    ] as const) {
      expect(code(await station.call(method, path, body))).toEqual([403, 'STATION-LOST']);
    }
    expect((await send(begun(2), ended(2, 'good'), made(2), begun(3))).json()).toMatchObject({ kind: 'accepted' });
    expect((await states()).slice(0, 4)).toEqual(Array<string>(4).fill('blocked'));
    expect(
      (await test.cms.losses.blockedOrders(station.id)).map(({ blockedFrom, toldSince }) => [
        blockedFrom,
        toldSince.map(({ state }) => state),
      ]),
    ).toEqual([
      ['produced', []],
      ['failed', []],
      ['waiting', ['good']],
      ['waiting', ['begun']],
    ]);
    expect(
      (await test.cms.ledger.findings()).filter((found) => found.station === station.id).map((found) => found.code),
    ).toEqual(['LOST-STATION-CARD']);
  });

  it('leaves alone what it had closed, works again once enrolled anew, and its old orders stay blocked', async () => {
    const lease = await station.lease(batch);
    await grant(lease);
    await send(begun(0), ended(0, 'good'), made(0), station.entry('batch.closed', { batch }, {}));
    const second = await make(3);
    const held = await station.lease(second);
    await station.call('POST', `/v1/leases/${held}/grant`, { releaseDigest });
    await declare();
    expect((await states())[0]).toBe('produced');
    expect(new Set(await states(second))).toEqual(new Set(['blocked']));
    const [first, otherOne] = people;
    const back = await test.cms.returns.allow({ station: station.id, reason, first, second: otherOne });
    expect((await station.enrol(back.code)).status).toBe(200);
    expect((await station.call('GET', '/v1/batches')).status).toBe(200);
    expect(code(await station.call('POST', `/v1/leases/${held}/heartbeat`, {}))).toEqual([410, 'LEASE-EXPIRED']);
    expect(new Set(await states(second))).toEqual(new Set(['blocked']));
  });
});

describe('people of the CMS', () => {
  it('beyond the first two are added by two of them, and wrong passwords lock', async () => {
    const add = (agreed: Parameters<typeof test.cms.people.add>[1]) =>
      test.cms.people
        .add({ person: `new-${(stations += 1)}`, title: 'New', password: 'long-enough-word' }, agreed)
        .then(
          () => 'done',
          (fault: { code?: string }) => fault.code,
        );
    expect(await add(null)).toBe('TWO-PEOPLE');
    expect(await add([people[0], people[1]])).toBe('done');
    for (let tries = 0; tries < 5; tries++) await add([people[0], { person: 'conrad', password: 'wrong' }]);
    expect(await add([people[0], people[1]])).toBe('PERSON-LOCKED');
  });
});
