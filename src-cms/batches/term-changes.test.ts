import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Credentials } from '../people/people.ts';
import { answerControl } from '../control/control-commands.ts';
import { TrainingWeather } from '../http/training-weather.ts';
import { startTestCms, TestStation, twoPeople, type TestCms } from '../test-station.fixture.ts';
import type { OwnTerms, TermsSubject } from './lease-terms.ts';

const usual = { leaseSeconds: 3_600, heartbeatSeconds: 300, grantCards: 4, grantSeconds: 600 };
const reason = 'the line is slow this week';
const mercato: TermsSubject = { kind: 'issuer', issuer: 'mercato' };
const { first: clara, second: conrad } = twoPeople;

let test: TestCms;
let station: TestStation;
beforeAll(async () => {
  test = await startTestCms(usual);
  station = await TestStation.enrolled(test, 'tc-1');
});
afterAll(() => test.close());

const change = (
  to: OwnTerms,
  more: {
    subject?: TermsSubject;
    first?: Credentials;
    second?: Credentials;
    statement?: string;
    reason?: string;
  } = {},
) => test.cms.termChanges.change({ subject: mercato, to, reason, ...twoPeople, ...more });
const refusal = (act: Promise<unknown>) =>
  act.then(
    () => 'done',
    (fault: { code?: string }) => fault.code,
  );
const ofMercato = (of = station.id) => test.cms.terms.of('mercato', of);

it('changes what an issuer allows once two people have signed what is and what shall be', async () => {
  const before = await ofMercato();
  const to = { offline: 'yes', cards: 9, seconds: 7_200 } as const;
  expect(await refusal(change(to, { second: clara }))).toBe('SAME-PERSON');
  expect(await refusal(change(to, { second: { ...conrad, password: 'wrong' } }))).toBe('PERSON-OR-PASSWORD');
  expect(await refusal(change(to, { first: { person: 'nobody', password: 'wrong' } }))).toBe('PERSON-OR-PASSWORD');
  expect(await refusal(change(to, { reason: 'slow' }))).toBe('REASON-MISSING');
  expect(await ofMercato()).toEqual(before);

  const statement = await test.cms.termChanges.statement({ subject: mercato, to, reason });
  expect(JSON.parse(statement)).toMatchObject({ act: 'grant-terms', subject: mercato, from: before, to, reason });
  // Shown one thing, asked for another.
  expect(await refusal(change({ ...to, cards: 90 }, { statement }))).toBe('STATEMENT-CHANGED');
  expect(await change(to, { statement })).toMatchObject({ by: ['clara', 'conrad'], statement });
  expect(await ofMercato()).toMatchObject({ cards: 9, seconds: 7_200 });
});

it('carries out no statement twice, and none that speaks of terms that are no more', async () => {
  const [small, large] = [
    { offline: 'yes', cards: 5, seconds: 600 },
    { offline: 'yes', cards: 50, seconds: 6_000 },
  ] as const;
  await change(small);
  const { statement } = await change(large);
  expect(await refusal(change(large, { statement }))).toBe('STATEMENT-USED');
  expect(await refusal(change(large))).toBe('TERMS-SAME');
  await change(small);
  // The terms are again what that statement began with; it stays used.
  expect(await refusal(change(large, { statement }))).toBe('STATEMENT-USED');
  const waiting = await test.cms.termChanges.statement({ subject: mercato, to: large, reason });
  await change({ ...small, cards: 6 });
  expect(await refusal(change(large, { statement: waiting }))).toBe('STATEMENT-CHANGED');
  expect(await ofMercato()).toMatchObject({ cards: 6 });
  const kept = await test.cms.termChanges.list();
  expect(kept.some((act) => act.statement === statement && act.by.join(' ') === 'clara conrad')).toBe(true);
});

it('bounds what one station may hold of any issuer, and leaves the others alone', async () => {
  await change({ offline: 'yes', cards: 20, seconds: 9_000 });
  const subject = { kind: 'station', station: station.id } as const;
  await change({ offline: 'yes', cards: 7, seconds: 90_000 }, { subject });
  expect(await ofMercato()).toEqual({ cards: 7, seconds: 9_000 });
  expect(await ofMercato('tc-other')).toMatchObject({ cards: 20, seconds: 9_000 });
  await change({ offline: 'no', cards: 7, seconds: 90_000 }, { subject });
  expect(await ofMercato()).toEqual({ cards: usual.grantCards, seconds: usual.grantSeconds });
  expect(await test.cms.terms.listOfStations()).toEqual([
    { station: station.id, offline: 'no', cards: 7, seconds: 90_000 },
  ]);
  const lease = await station.lease(await made(12));
  const answer = await station.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest: 'ab'.repeat(32) });
  const { grant } = answer.json() as { grant: string };
  const claims: unknown = JSON.parse(Buffer.from(grant.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({ count: usual.grantCards, validForSeconds: usual.grantSeconds });
});

async function made(count: number): Promise<string> {
  await test.cms.training?.make({ id: 'tc-batch', product: 'gift-print@1', count, dueInDays: 1, priority: 'normal' });
  return 'tc-batch';
}

it('knows no terms of a station or issuer that there is not, and the control connection has no way round', async () => {
  const to = { offline: 'no', cards: 1, seconds: 60 } as const;
  expect(await refusal(change(to, { subject: { kind: 'station', station: 'nowhere' } }))).toBe('STATION-UNKNOWN');
  expect(await refusal(change(to, { subject: { kind: 'issuer', issuer: 'nobody' } }))).toBe('ISSUER-UNKNOWN');
  const { cms } = test;
  const training = cms.training;
  if (training === null) throw new Error('a training CMS is wanted');
  const ask = (request: unknown) =>
    answerControl({ cms, training, weather: new TrainingWeather(), clock: null }, request);
  const wish = { subject: mercato, to, reason };
  await expect(ask({ terms: wish })).rejects.toThrow('not a command');
  await expect(ask({ terms: { ...wish, first: clara, second: clara } })).rejects.toThrow('SAME-PERSON');
  expect(await ask({ terms: { ...wish, ...twoPeople } })).toMatchObject({ terms: expect.any(Array) as unknown });
  expect((await cms.terms.list()).find(({ issuer }) => issuer === 'mercato')).toMatchObject(to);
  await expect(ask({ takeBack: { station: station.id, reason, ...twoPeople } })).rejects.toThrow('STATION-NOT-LOST');
});
