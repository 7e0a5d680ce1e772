import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cmsError } from '#shared/contract/cms/errors.ts';
import type { Credentials } from '../people/people.ts';
import { startTestCms, TestStation, twoPeople, type Answer, type TestCms } from '../test-station.fixture.ts';

const reason = 'it was found in the cellar';
const { first: clara, second: conrad } = twoPeople;

let test: TestCms;
beforeAll(async () => {
  test = await startTestCms();
});
afterAll(() => test.close());

let station: TestStation;
let stations = 0;
beforeEach(async () => {
  station = await TestStation.enrolled(test, `sr-${(stations += 1)}`);
});

const declareLost = () => test.cms.losses.declare({ station: station.id, reason, ...twoPeople });
const allow = (more: { first?: Credentials; second?: Credentials; statement?: string; reason?: string } = {}) =>
  test.cms.returns.allow({ station: station.id, reason, ...twoPeople, ...more });
const refusal = (act: Promise<unknown>) =>
  act.then(
    () => 'done',
    (fault: { code?: string }) => fault.code,
  );
const code = (answer: Answer) => [answer.status, cmsError.parse(answer.json()).code];

it('is enrolled anew by nothing but the act of two people, under a new enrolment, and its old certificate stays refused', async () => {
  const { code: before } = await test.cms.stations.issueCode(station.id, 'replace');
  await declareLost();
  const old = station.identity;
  // One person cannot make a code for it, and what was handed out before the loss is void.
  expect(await refusal(test.cms.stations.issueCode(station.id, 'replace'))).toBe('STATION-LOST');
  expect(await refusal(test.cms.stations.issueCode(station.id, 'first'))).toBe('STATION-LOST');
  expect(code(await station.enrol(before))).toEqual([403, 'CODE-UNKNOWN']);

  const back = await allow();
  expect(back).toMatchObject({ station: station.id, by: ['clara', 'conrad'], reason });
  // Until it has enrolled it stays lost.
  expect(code(await station.call('GET', '/v1/batches'))).toEqual([403, 'STATION-LOST']);
  expect((await station.enrol(back.code)).status).toBe(200);
  expect((await station.call('GET', '/v1/batches')).status).toBe(200);
  const anew = station.identity;
  station.identity = old;
  for (const [method, path, body] of [
    ['GET', '/v1/batches', undefined],
    ['POST', '/v1/events', { entries: [] }],
  ] as const) {
    expect(code(await station.call(method, path, body))).toEqual([403, 'CERTIFICATE-UNKNOWN']);
  }
  station.identity = anew;

  // The code serves once, and neither it nor its statement brings back a station that is lost once more.
  expect(code(await station.enrol(back.code))).toEqual([403, 'CODE-UNKNOWN']);
  expect(await refusal(allow({ statement: back.statement }))).toBe('STATION-NOT-LOST');
  await declareLost();
  expect(await refusal(allow({ statement: back.statement }))).toBe('STATEMENT-CHANGED');
  expect(code(await station.enrol(back.code))).toEqual([403, 'CODE-UNKNOWN']);
  const acts = (await test.cms.returns.list()).filter((act) => act.station === station.id);
  expect(acts.map(({ statement, statementDigest }) => [statement, statementDigest])).toEqual([
    [back.statement, back.statementDigest],
  ]);
});

it('takes two different people with their passwords, a reason, and what both were shown', async () => {
  expect(await refusal(allow())).toBe('STATION-NOT-LOST');
  await declareLost();
  expect(await refusal(allow({ second: clara }))).toBe('SAME-PERSON');
  expect(await refusal(allow({ second: { ...conrad, password: clara.password } }))).toBe('PERSON-OR-PASSWORD');
  expect(await refusal(allow({ first: { person: 'nobody', password: 'wrong' } }))).toBe('PERSON-OR-PASSWORD');
  expect(await refusal(allow({ reason: 'found' }))).toBe('REASON-MISSING');
  const unknown = { station: 'sr-none', reason, ...twoPeople };
  expect(await refusal(test.cms.returns.allow(unknown))).toBe('STATION-UNKNOWN');
  expect(await refusal(test.cms.returns.statement('sr-none', reason))).toBe('STATION-UNKNOWN');
  const otherReason = await test.cms.returns.statement(station.id, 'it was bought back by us');
  expect(await refusal(allow({ statement: otherReason }))).toBe('STATEMENT-CHANGED');
  expect(await refusal(allow({ statement: 'no JSON' }))).toBe('STATEMENT-CHANGED');
  expect((await test.cms.returns.list()).filter((act) => act.station === station.id)).toEqual([]);
  const shown = await test.cms.returns.statement(station.id, reason);
  expect(await allow({ statement: shown })).toMatchObject({ statement: shown });
});

it('makes the code of an earlier act void, and each act needs its own statement', async () => {
  await declareLost();
  const first = await allow();
  expect(await refusal(allow({ statement: first.statement }))).toBe('STATEMENT-CHANGED');
  const second = await allow();
  expect(code(await station.enrol(first.code))).toEqual([403, 'CODE-UNKNOWN']);
  test.clock.advance(61 * 60_000);
  expect(code(await station.enrol(second.code))).toEqual([403, 'CODE-UNKNOWN']);
  expect((await station.enrol((await allow()).code)).status).toBe(200);
});
