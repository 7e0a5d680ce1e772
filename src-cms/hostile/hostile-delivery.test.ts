import { createHash } from 'node:crypto';
import { compactDecrypt, compactVerify, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestClaims, manifestHeader } from '#shared/contract/cms/manifest.ts';
import { recordHeader, recordLine } from '#shared/contract/cms/records.ts';
import { startTestCms, TestStation, type TestCms } from '../test-station.fixture.ts';
import { hostileKind, type HostileKind } from './hostile-kind.ts';

let test: TestCms;
let station: TestStation;
const batch = 'nb-debit-0001';

beforeAll(async () => {
  test = await startTestCms();
  station = await TestStation.enrolled(test, 'cw-01');
});
afterAll(() => test.close());

const json = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as unknown;
const fine = (act: () => unknown) => {
  try {
    act();
    return true;
  } catch {
    return false;
  }
};

/** Everything that a strict receiver would hold against what was sent; empty for an honest batch. */
async function complaints(): Promise<string[]> {
  const lease = await station.lease(batch);
  const found: string[] = [];
  const { text: jws } = await station.call('GET', `/v1/batches/${batch}/manifest?lease=${lease}`);
  const [header, payload] = jws.split('.');
  if (!fine(() => manifestHeader.parse(json(header)))) found.push('manifest header');
  const key = await importJWK({ ...station.enrolment?.signingKeys[0]?.jwk }, 'ES256');
  const verified = await compactVerify(jws, key, { algorithms: ['ES256'] }).then(
    () => true,
    () => false,
  );
  if (!verified) found.push('signature');
  if (!fine(() => json(payload))) return [...found, 'manifest form'];
  const parsed = manifestClaims.safeParse(json(payload));
  if (!parsed.success) return [...found, 'claims'];
  const claims = parsed.data;
  const { batch: id, product, environment, due, audience, count, recordDigests } = claims;
  if (id !== batch) found.push('batch');
  if (product !== 'emv-debit@1') found.push('product');
  if (environment !== 'test') found.push('environment');
  if (due === '2099-12-31') found.push('due');
  if (audience.station !== 'cw-01' || audience.lease !== lease) found.push('audience');
  if (recordDigests.length !== count) found.push('count');
  if (!fine(() => station.unwrap(claims))) return [...found, 'content key'];
  const contentKey = station.unwrap(claims);
  const { text } = await station.call('GET', `/v1/batches/${batch}/records?lease=${lease}&from=0&count=5`);
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length !== 5) found.push(`${lines.length} records`);
  for (const [at, line] of lines.entries()) {
    const record = recordLine.safeParse(JSON.parse(line));
    if (!record.success) {
      found.push(`record ${at} form`);
      continue;
    }
    const { index, jwe } = record.data;
    const heading = recordHeader.safeParse(json(jwe.split('.')[0]));
    if (!heading.success || heading.data.index !== index) found.push(`record ${at} header`);
    if (createHash('sha256').update(jwe).digest('hex') !== recordDigests[index]) found.push(`record ${at} digest`);
    const opened = await compactDecrypt(jwe, contentKey).then(
      () => true,
      () => false,
    );
    if (!opened) found.push(`record ${at} authentication`);
  }
  return found;
}

const expected: Readonly<Record<HostileKind, readonly string[]>> = {
  unsigned: ['manifest header', 'signature'],
  'foreign-signature': ['signature'],
  'altered-manifest': ['signature', 'due'],
  'header-not-allowed': ['manifest header'],
  'truncated-manifest': ['signature', 'manifest form'],
  'garbage-manifest': ['manifest header', 'signature', 'manifest form'],
  'truncated-records': ['3 records'],
  'reordered-records': ['record 0 header', 'record 0 digest', 'record 1 header', 'record 1 digest'],
  'over-many-records': ['6 records', 'record 5 header', 'record 5 digest'],
  'over-long-record': ['record 0 form'],
  'wrong-content-key': ['content key'],
  'wrong-encryption': ['record 0 authentication'],
  'record-header-not-allowed': ['record 0 header', 'record 0 authentication'],
  'wrong-audience': ['audience'],
  'future-version': ['claims'],
  'wrong-product-version': ['product'],
  'live-environment': ['environment'],
  'digest-differs': ['record 0 digest'],
  'wrong-count': ['count'],
  'another-batch': ['batch'],
};

describe('a batch spoilt for training', () => {
  it('is honest unless told otherwise, and again once mended', async () => {
    expect(await complaints()).toEqual([]);
    await test.cms.register.setHostile(batch, 'unsigned');
    expect(await complaints()).not.toEqual([]);
    await test.cms.register.setHostile(batch, null);
    expect(await complaints()).toEqual([]);
  });

  it.each(hostileKind.options)('%s differs from an honest batch in that and in nothing else', async (kind) => {
    await test.cms.register.setHostile(batch, kind);
    expect(await complaints()).toEqual(expected[kind]);
  });
});
