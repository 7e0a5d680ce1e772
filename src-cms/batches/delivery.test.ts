import { createHash } from 'node:crypto';
import { compactDecrypt, compactVerify, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchList, batchStateView } from '#shared/contract/cms/batches.ts';
import { cmsError } from '#shared/contract/cms/errors.ts';
import { transportKeyHeader } from '#shared/contract/cms/enrolment.ts';
import { grantClaims, grantHeader } from '#shared/contract/cms/grant.ts';
import { lease as leaseSchema, leaseReleased } from '#shared/contract/cms/lease.ts';
import { manifestClaims, manifestHeader, type ManifestClaims } from '#shared/contract/cms/manifest.ts';
import { recordHeader, recordLine, type RecordLine } from '#shared/contract/cms/records.ts';
import { orderRecord } from '#shared/domain/order-record.ts';
import { startTestCms, TestStation, type Answer, type TestCms } from '../test-station.fixture.ts';
import { checkValue } from '../training/transport-cipher.ts';

let test: TestCms;
let station: TestStation;
let rival: TestStation;

beforeAll(async () => {
  test = await startTestCms();
  station = await TestStation.enrolled(test, 'cw-01');
  rival = await TestStation.enrolled(test, 'cw-02');
});
afterAll(() => test.close());

const code = (answer: Answer) => [answer.status, cmsError.parse(answer.json()).code];
const digest = (text: string) => createHash('sha256').update(text, 'ascii').digest('hex');
const headerOf = (compact: string) =>
  JSON.parse(Buffer.from(compact.split('.')[0] ?? '', 'base64url').toString()) as unknown;

async function fetchManifest(batch: string, lease: string): Promise<{ jws: string; claims: ManifestClaims }> {
  const answer = await station.call('GET', `/v1/batches/${batch}/manifest?lease=${lease}`);
  expect([answer.status, answer.type]).toEqual([200, 'application/jose']);
  const key = station.enrolment?.signingKeys[0];
  const { payload } = await compactVerify(answer.text, await importJWK({ ...key?.jwk }, 'ES256'), {
    algorithms: ['ES256'],
  });
  return { jws: answer.text, claims: manifestClaims.parse(JSON.parse(Buffer.from(payload).toString())) };
}

async function fetchRecords(batch: string, lease: string, from: number, count: number): Promise<RecordLine[]> {
  const answer = await station.call('GET', `/v1/batches/${batch}/records?lease=${lease}&from=${from}&count=${count}`);
  expect([answer.status, answer.type]).toEqual([200, 'application/x-ndjson']);
  return answer.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => recordLine.parse(JSON.parse(line)));
}

async function open(claims: ManifestClaims, jwe: string): Promise<unknown> {
  const { plaintext } = await compactDecrypt(jwe, station.unwrap(claims), {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return JSON.parse(Buffer.from(plaintext).toString()) as unknown;
}

describe('a batch on its way to a station', () => {
  it('is listed urgent first, leased, described by a signed manifest and sent enciphered, each record as listed', async () => {
    const list = batchList.parse((await station.call('GET', '/v1/batches')).json());
    expect(list.batches.map(({ id, holder }) => [id, holder])).toEqual([
      ['nb-debit-0001', 'nobody'],
      ['mc-club-0001', 'nobody'],
      ['mc-gift-0001', 'nobody'],
      ['nb-dda-0001', 'nobody'],
      ['nb-debit-bad', 'nobody'],
      ['nb-cda-0001', 'nobody'],
      ['nb-dual-0001', 'nobody'],
      ['nb-debit-0500', 'nobody'],
    ]);
    const lease = await station.lease('nb-debit-0001');
    const { jws, claims } = await fetchManifest('nb-debit-0001', lease);
    expect(manifestHeader.parse(headerOf(jws))).toEqual({
      alg: 'ES256',
      typ: 'cardwright-manifest+jwt',
      kid: station.enrolment?.signingKeys[0]?.kid,
    });
    expect({ ...claims, recordDigests: claims.recordDigests.length, contentKey: null, issuedAt: null }).toEqual({
      version: 1,
      batch: 'nb-debit-0001',
      issuer: 'northbank',
      product: 'emv-debit@1',
      count: 5,
      recordDigests: 5,
      due: test.clock.now().toISOString().slice(0, 10),
      priority: 'urgent',
      environment: 'test',
      audience: { station: 'cw-01', lease },
      contentKey: null,
      issuedAt: null,
    });
    const records = await fetchRecords('nb-debit-0001', lease, 0, 5);
    expect(records.map(({ jwe }) => digest(jwe))).toEqual(claims.recordDigests);
    expect(records.map(({ jwe }) => recordHeader.parse(headerOf(jwe)))).toEqual(
      [0, 1, 2, 3, 4].map((index) => ({
        alg: 'dir',
        enc: 'A256GCM',
        typ: 'cardwright-record',
        batch: 'nb-debit-0001',
        index,
      })),
    );
    for (const { jwe } of records) expect(orderRecord.safeParse(await open(claims, jwe)).success).toBe(true);
    // The same again, byte for byte, so that an interrupted download may go on where it stopped.
    expect((await fetchManifest('nb-debit-0001', lease)).claims).toEqual(claims);
    expect(await fetchRecords('nb-debit-0001', lease, 3, 50)).toEqual(records.slice(3));
    expect(await fetchRecords('nb-debit-0001', lease, 5, 50)).toEqual([]);
    await station.call('DELETE', `/v1/leases/${lease}`);
  });

  it('has a fresh content key for each lease', async () => {
    const first = await station.lease('mc-gift-0001');
    const before = await fetchManifest('mc-gift-0001', first);
    await station.call('DELETE', `/v1/leases/${first}`);
    const after = await fetchManifest('mc-gift-0001', await station.lease('mc-gift-0001'));
    expect(station.unwrap(after.claims).equals(station.unwrap(before.claims))).toBe(false);
    expect(after.claims.recordDigests.some((value) => before.claims.recordDigests.includes(value))).toBe(false);
  });

  it('comes with the issuers transport key, enciphered for this station alone', async () => {
    const [sent] = station.enrolment?.transportKeys ?? [];
    expect(transportKeyHeader.safeParse(headerOf(sent?.jwe ?? '')).success).toBe(true);
    const { plaintext } = await compactDecrypt(sent?.jwe ?? '', station.recordKey.privateKey);
    expect([plaintext.length, checkValue(Buffer.from(plaintext))]).toEqual([32, sent?.kcv]);
    await expect(compactDecrypt(sent?.jwe ?? '', rival.recordKey.privateKey)).rejects.toThrow();
  });
});

describe('leases', () => {
  it('hold a batch for one station, are renewed by heartbeats, and lapse', async () => {
    const taken = leaseSchema.parse((await station.call('POST', '/v1/batches/mc-club-0001/lease', {})).json());
    expect(code(await rival.call('POST', '/v1/batches/mc-club-0001/lease', {}))).toEqual([409, 'LEASE-HELD']);
    expect(code(await rival.call('POST', `/v1/leases/${taken.lease}/heartbeat`, {}))).toEqual([404, 'LEASE-UNKNOWN']);
    expect(code(await rival.call('GET', `/v1/batches/mc-club-0001/manifest?lease=${taken.lease}`))).toEqual([
      404,
      'LEASE-UNKNOWN',
    ]);
    test.clock.advance(50 * 60_000);
    const renewed = leaseSchema.parse((await station.call('POST', `/v1/leases/${taken.lease}/heartbeat`, {})).json());
    expect(Date.parse(renewed.expiresAt) - Date.parse(taken.expiresAt)).toBeGreaterThanOrEqual(50 * 60_000);
    test.clock.advance(50 * 60_000);
    expect(await station.lease('mc-club-0001')).toBe(taken.lease);
    test.clock.advance(61 * 60_000);
    expect(code(await station.call('POST', `/v1/leases/${taken.lease}/heartbeat`, {}))).toEqual([410, 'LEASE-EXPIRED']);
    const next = leaseSchema.parse((await rival.call('POST', '/v1/batches/mc-club-0001/lease', {})).json());
    expect(next.station).toBe('cw-02');
    const given = await rival.call('DELETE', `/v1/leases/${next.lease}`);
    expect(leaseReleased.parse(given.json()).released).toBe('yes');
  });

  it('are settled by a grant for one statement, after which granted orders neither lapse nor are given back', async () => {
    const lease = await station.lease('mc-club-0001');
    const releaseDigest = digest('statement');
    const answer = await station.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest });
    const { grant } = answer.json() as { grant: string };
    expect(grantHeader.safeParse(headerOf(grant)).success).toBe(true);
    const key = await importJWK({ ...station.enrolment?.signingKeys[0]?.jwk }, 'ES256');
    const { payload } = await compactVerify(grant, key);
    expect(grantClaims.parse(JSON.parse(Buffer.from(payload).toString()))).toMatchObject({
      batch: 'mc-club-0001',
      lease,
      station: 'cw-01',
      count: 25,
      number: 1,
      orders: { kind: 'below-index', index: 25 },
      returnedFrom: null,
      releaseDigest,
    });
    // Asked again: the same orders, a new grant.
    const again = (await station.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest })).json() as {
      grant: string;
    };
    const refill = grantClaims.parse(JSON.parse(Buffer.from(again.grant.split('.')[1] ?? '', 'base64url').toString()));
    expect([refill.number, refill.orders.index]).toEqual([2, 25]);
    const other = { releaseDigest: digest('another') };
    expect(code(await station.call('POST', `/v1/leases/${lease}/grant`, other))).toEqual([409, 'GRANT-DIFFERS']);
    expect(code(await rival.call('POST', `/v1/leases/${lease}/grant`, { releaseDigest }))).toEqual([
      404,
      'LEASE-UNKNOWN',
    ]);
    expect(code(await station.call('DELETE', `/v1/leases/${lease}`))).toEqual([409, 'LEASE-GRANTED']);
    test.clock.advance(30 * 86_400_000);
    expect(code(await rival.call('POST', '/v1/batches/mc-club-0001/lease', {}))).toEqual([409, 'LEASE-HELD']);
    const state = batchStateView.parse((await station.call('GET', '/v1/batches/mc-club-0001/state')).json());
    expect([state.state, state.station, state.orders.waiting]).toEqual(['granted', 'cw-01', 25]);
  });
});
