import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cmsError } from '#shared/contract/cms/errors.ts';
import { enrolmentAnswer } from '#shared/contract/cms/enrolment.ts';
import { cmsRoutes } from '#shared/contract/cms/routes.ts';
import { call, makeCsr, publicJwk, startTestCms, TestStation, type TestCms } from '../test-station.fixture.ts';

let test: TestCms;
let other: TestCms;

beforeAll(async () => {
  [test, other] = await Promise.all([startTestCms(), startTestCms()]);
});
afterAll(async () => {
  await Promise.all([test.close(), other.close()]);
});

describe('who may call', () => {
  it('refuses every route but enrol without a client certificate', async () => {
    const stranger = new TestStation(test, 'stranger');
    const codes = await Promise.all(
      Object.entries(cmsRoutes).map(async ([name, route]) => {
        const answer = await stranger.call(
          route.method,
          route.path.replace(/:\w+/, 'x'),
          route.method === 'POST' ? {} : undefined,
        );
        return [name, answer.status, cmsError.parse(answer.json()).code];
      }),
    );
    const expected = Object.keys(cmsRoutes).map((name) =>
      name === 'enrol' ? [name, 400, 'BODY-INVALID'] : [name, 401, 'CERTIFICATE-MISSING'],
    );
    expect(codes).toEqual(expected);
  });

  it('refuses a certificate of another authority, and its server is not believed by a station that knows another', async () => {
    const foreign = await TestStation.enrolled(other, 'cw-01');
    const where = { url: test.serving.url, ca: test.cms.authority.certificatePem, identity: foreign.identity };
    const answer = await call(where, 'GET', '/v1/batches');
    expect([answer.status, cmsError.parse(answer.json()).code]).toEqual([403, 'CERTIFICATE-UNKNOWN']);
    await expect(
      call({ ...where, ca: other.cms.authority.certificatePem, identity: null }, 'GET', '/v1/health'),
    ).rejects.toThrow(/certificate/);
  });

  it('serves its own station until it is revoked or replaced', async () => {
    const station = await TestStation.enrolled(test, 'cw-02');
    expect((await station.call('GET', '/v1/health')).json()).toEqual({ state: 'ready', version: '0.1.0' });
    const again = new TestStation(test, 'cw-02');
    const first = await test.cms.stations.issueCode('cw-02', 'first');
    expect(cmsError.parse((await again.enrol(first.code)).json()).code).toBe('STATION-ENROLLED');
    const replacing = await test.cms.stations.issueCode('cw-02', 'replace');
    expect((await again.enrol(replacing.code)).status).toBe(200);
    expect(cmsError.parse((await station.call('GET', '/v1/time')).json()).code).toBe('CERTIFICATE-UNKNOWN');
    expect((await again.call('GET', '/v1/time')).status).toBe(200);
    await test.cms.stations.revoke('cw-02');
    expect(cmsError.parse((await again.call('GET', '/v1/time')).json()).code).toBe('STATION-REVOKED');
  });
});

describe('enrolment', () => {
  it('works once, for the station named, within the hour', async () => {
    const station = new TestStation(test, 'cw-10');
    const { code, expiresAt } = await test.cms.stations.issueCode('cw-10', 'first');
    expect(Date.parse(expiresAt) - test.clock.now().getTime()).toBeLessThanOrEqual(3_600_000);
    const wrongName = await new TestStation(test, 'cw-11').enrol(code);
    expect([wrongName.status, cmsError.parse(wrongName.json()).code]).toEqual([403, 'CODE-UNKNOWN']);
    const answer = await station.enrol(code);
    const enrolment = enrolmentAnswer.parse(answer.json());
    expect(enrolment).toMatchObject({
      station: 'cw-10',
      environment: 'test',
      issuers: [
        { id: 'mercato', name: 'Mercato Retail' },
        { id: 'northbank', name: 'Northbank' },
      ],
      transportKeys: [{ name: 'dgi-transport/northbank/1', issuer: 'northbank' }],
    });
    const second = await new TestStation(test, 'cw-10').enrol(code);
    expect(cmsError.parse(second.json()).code).toBe('CODE-UNKNOWN');
    const late = await test.cms.stations.issueCode('cw-12', 'first');
    test.clock.advance(3_601_000);
    expect(cmsError.parse((await new TestStation(test, 'cw-12').enrol(late.code)).json()).code).toBe('CODE-UNKNOWN');
  });

  it('refuses bad keys and leaves the code for another try', async () => {
    const station = new TestStation(test, 'cw-13');
    const { code } = await test.cms.stations.issueCode('cw-13', 'first');
    const { csr } = await makeCsr();
    const { csr: otherCurve } = await makeCsr('P-384');
    const good = {
      code,
      station: 'cw-13',
      csr,
      recordKey: publicJwk(station.recordKey.publicKey),
      signingKey: publicJwk(station.signingKey.publicKey),
    };
    const flipped = csr.replace(/[A-Za-z](?=[^\n]*\n-----END)/, (letter) => (letter === 'A' ? 'B' : 'A'));
    const tries = [
      { ...good, csr: otherCurve },
      { ...good, csr: flipped },
      { ...good, recordKey: { ...good.recordKey, x: good.recordKey.y } },
    ];
    for (const body of tries) {
      const answer = await station.call('POST', '/v1/enrol', body);
      expect([answer.status, cmsError.parse(answer.json()).code]).toEqual([422, 'KEY-INVALID']);
    }
    const extra = await station.call('POST', '/v1/enrol', { ...good, d: 'private' });
    expect(cmsError.parse(extra.json()).code).toBe('BODY-INVALID');
    expect((await station.enrol(code)).status).toBe(200);
  });
});

describe('what else is answered plainly', () => {
  it('bodies, types, methods and paths that are not the contract', async () => {
    const station = await TestStation.enrolled(test, 'cw-20');
    const answers = await Promise.all([
      station.call('GET', '/v1/nothing'),
      station.call('PUT', '/v1/batches'),
      station.call('POST', '/v1/events', '{"entries":', {}),
      station.call('POST', '/v1/events', 'entries', { 'content-type': 'text/plain' }),
      station.call('POST', '/v1/events', { entries: [] }),
      station.call('POST', '/v1/batches/nb-debit-0001/lease', { pad: 'x'.repeat(5_000) }),
      station.call('POST', '/v1/batches/no-such/lease', {}),
      station.call('GET', '/v1/batches/nb-debit-0001/records?lease=l&from=0&count=999999'),
      station.call('GET', '/v1/batches/nb-debit-0001/records?lease=l-x&from=0&count=5'),
    ]);
    expect(answers.map((answer) => [answer.status, cmsError.parse(answer.json()).code])).toEqual([
      [404, 'ROUTE-UNKNOWN'],
      [405, 'METHOD-WRONG'],
      [400, 'BODY-INVALID'],
      [415, 'CONTENT-TYPE-WRONG'],
      [400, 'BODY-INVALID'],
      [413, 'BODY-TOO-LONG'],
      [404, 'BATCH-UNKNOWN'],
      [400, 'QUERY-INVALID'],
      [404, 'LEASE-UNKNOWN'],
    ]);
    expect(test.notes).toEqual([]);
  });
});
