import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { cmsError } from '#shared/contract/cms/errors.ts';
import { issuerKeyCertificate, schemeAuthority } from '#shared/contract/cms/scheme.ts';
import type { CertificationAuthorityKey } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import { recoverIssuerCertificate } from '#shared/protocols/emv/certificates/issuer-certificate.ts';
import { signIssuerRequest } from '#shared/protocols/emv/certificates/issuer-request.ts';
import { openCms } from '../open-cms.ts';
import { ShiftedClock } from '../platform/shifted-clock.ts';
import { systemSurroundings } from '../platform/surroundings.ts';
import { startTestCms, TestStation, type TestCms } from '../test-station.fixture.ts';
import { nodeRsa, rsaSigner } from './node-rsa.ts';

let test: TestCms;
let station: TestStation;
const issuerKey = rsaSigner(generateKeyPairSync('rsa', { modulusLength: 1408, publicExponent: 3 }).privateKey);
const path = '/v1/scheme/issuer-certificates';

beforeAll(async () => {
  test = await startTestCms();
  station = await TestStation.enrolled(test, 'scheme-01');
});
afterAll(() => test.close());

async function requestFor(changes: object = {}, signer = issuerKey): Promise<string> {
  const year = test.clock.now().getUTCFullYear() + 3;
  const content = {
    issuerIdentifier: '9900',
    expiry: { year, month: 12 },
    trackingNumber: '000001',
    serial: fromHex('000001'),
  };
  return toHex((await signIssuerRequest({ ...content, ...changes }, signer, nodeRsa)).request);
}

async function authorityKey(): Promise<CertificationAuthorityKey> {
  const answer = schemeAuthority.parse((await station.call('GET', '/v1/scheme/authority')).json());
  const [year, month] = answer.expires.split('-').map(Number);
  return {
    rid: fromHex(answer.rid),
    index: answer.index,
    modulus: fromHex(answer.modulus),
    exponent: fromHex(answer.exponent),
    checkSum: fromHex(answer.checkSum),
    expiry: { year: year ?? 0, month: month ?? 0 },
  };
}

describe("the scheme's test authority", () => {
  it('certifies an issuer key that signed its request, once for the same request', async () => {
    const authority = await authorityKey();
    expect([authority.modulus.length, toHex(authority.rid), authority.index]).toEqual([248, 'f043575249', 0xf1]);
    const request = await requestFor();
    const first = await station.call('POST', path, { issuer: 'northbank', request });
    const again = await station.call('POST', path, { issuer: 'northbank', request });
    expect(again.json()).toEqual(first.json());
    const { certificate, remainder, exponent } = issuerKeyCertificate.parse(first.json());
    const now = { year: test.clock.now().getUTCFullYear(), month: 6 };
    const made = { certificate: fromHex(certificate), remainder: fromHex(remainder), exponent: fromHex(exponent) };
    const content = recoverIssuerCertificate(made, authority, { now, pan: '9900010000000000' }, nodeRsa);
    expect(content).toEqual({
      issuerIdentifier: '9900',
      expiry: { year: now.year + 3, month: 12 },
      serial: expect.any(Uint8Array) as Uint8Array,
      key: { modulus: issuerKey.modulus, exponent: issuerKey.exponent },
    });
    const other = await station.call('POST', path, {
      issuer: 'northbank',
      request: await requestFor({ serial: fromHex('000002') }),
    });
    expect(issuerKeyCertificate.parse(other.json()).certificate).not.toBe(certificate);
  });

  it('refuses what is not signed by its own key, of another issuer, or beyond its time', async () => {
    const good = await requestFor();
    const end = test.clock.now().getUTCFullYear();
    const altered = (at: number): string =>
      `${good.slice(0, at * 2)}${good.slice(at * 2, at * 2 + 2) === '00' ? '01' : '00'}${good.slice(at * 2 + 2)}`;
    const refused: readonly (readonly [string, object])[] = [
      ['ISSUER-REQUEST-INVALID', { issuer: 'northbank', request: altered(0) }],
      ['ISSUER-REQUEST-INVALID', { issuer: 'northbank', request: altered(7) }],
      ['ISSUER-REQUEST-INVALID', { issuer: 'northbank', request: altered(100) }],
      ['ISSUER-REQUEST-INVALID', { issuer: 'northbank', request: altered(250) }],
      ['ISSUER-REQUEST-INVALID', { issuer: 'northbank', request: good.slice(0, -2) }],
      ['ISSUER-REQUEST-INVALID', { issuer: 'northbank', request: await requestFor({ issuerIdentifier: '4761' }) }],
      [
        'ISSUER-REQUEST-INVALID',
        { issuer: 'northbank', request: await requestFor({ expiry: { year: end - 1, month: 12 } }) },
      ],
      [
        'ISSUER-REQUEST-INVALID',
        { issuer: 'northbank', request: await requestFor({ expiry: { year: end + 20, month: 1 } }) },
      ],
      ['ISSUER-UNKNOWN', { issuer: 'mercato', request: good }],
      ['BODY-INVALID', { issuer: 'northbank', request: good.toUpperCase() }],
      ['BODY-INVALID', { issuer: 'northbank', request: `${good}${'00'.repeat(300)}` }],
    ];
    const found: string[] = [];
    for (const [, body] of refused) {
      const answer = await station.call('POST', path, body);
      found.push(answer.status === 200 ? 'certified' : cmsError.parse(answer.json()).code);
    }
    expect(found).toEqual(refused.map(([code]) => code));
    expect(test.notes).toEqual([]);
  });

  it('keeps its key over a restart, sealed', async () => {
    const before = await authorityKey();
    const surroundings = new ShiftedClock(systemSurroundings);
    const again = await openCms({ data: test.data, environment: 'test', surroundings });
    try {
      expect((await again.scheme?.publicKey())?.modulus).toBe(toHex(before.modulus));
    } finally {
      await again.close();
    }
  });
});
