import { beforeEach, describe, expect, it, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { ApprovalId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CertificationAuthorityKey } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import { authorityCheckSum } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import { signIssuerCertificate } from '#shared/protocols/emv/certificates/issuer-certificate.ts';
import { verifyIssuerRequest } from '#shared/protocols/emv/certificates/issuer-request.ts';
import { makeRsaSigner } from '#shared/protocols/emv/certificates/node-rsa.fixture.ts';
import { nodeRsa } from '../../platform/node-rsa.ts';
import { JournalIssuerCertificates } from '../issuer-certificates.ts';
import { CertificateActs, type BroughtCertificate } from './certificate-acts.ts';
import { id, RegistryWorld } from './registry-world.fixture.ts';

const { signal } = new AbortController();
const authority = makeRsaSigner(1408, 3);
const stranger = makeRsaSigner(1408, 3);
const unchecked = {
  rid: fromHex('f043575249'),
  index: 0xf1,
  expiry: { year: 2035, month: 12 },
  modulus: authority.modulus,
  exponent: authority.exponent,
};
const authorityKey: CertificationAuthorityKey = { ...unchecked, checkSum: authorityCheckSum(unchecked, nodeRsa) };
const place = { rid: 'f043575249', index: 0xf1 };
const wanted = {
  issuerIdentifier: '9900',
  expiry: { year: 2031, month: 12 },
  trackingNumber: '000001',
  serial: fromHex('000001'),
};
const pair = { usage: 'issuer-rsa', algorithm: 'RSA', size: 1152, exponent: 3 } as const;

let world: RegistryWorld;
let acts: CertificateActs;
let key: string;

beforeEach(async () => {
  world = await RegistryWorld.open();
  const { journal, keys, approvals } = world;
  const clock = { now: () => new Date(world.now), monotonic: () => world.now };
  const certificates = new JournalIssuerCertificates({
    journal,
    keys,
    ciphers: nodeRsa,
    environment: 'test',
    now: () => new Date(world.now),
  });
  acts = new CertificateActs({ journal, approvals, clock, certificates });
  key = await world.activeKey(pair);
});

async function trustAuthority(): Promise<void> {
  const approval = acts.requestAuthorityImport(authorityKey, 'test', id('kofi'));
  await world.sign(approval, 'karin', 'sara');
  await acts.carryOut(approval, signal);
}

/** What the authority answers, by default what was asked for. */
async function answered(
  changes: Partial<Parameters<typeof signIssuerCertificate>[0]> = {},
  signer = authority,
): Promise<BroughtCertificate> {
  const content = {
    ...wanted,
    serial: fromHex('00a001'),
    key: await world.keys.publicRsaKey(key, signal),
    ...changes,
  };
  const { certificate, remainder } = await signIssuerCertificate(content, signer, nodeRsa);
  return { keyName: key, authority: place, certificate, remainder };
}

const asking = (brought: BroughtCertificate): Promise<ApprovalId> =>
  acts.requestCertificateImport(brought, id('kofi'), signal);

function fieldsOf(approval: ApprovalId): Readonly<Record<string, string>> {
  const { statement } = world.journal.projections.approvals.find(approval) ?? { statement: '{}' };
  const { fields } = JSON.parse(statement) as { fields: { label: string; value: string }[] };
  return Object.fromEntries(fields.map(({ label, value }) => [label, value]));
}

async function fault(act: () => unknown): Promise<string> {
  try {
    await act();
    return 'done';
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    const { code, details } = thrown;
    const { field } = details;
    return typeof field === 'string' ? `${code} ${field}` : code;
  }
}

const stateOf = (approval: ApprovalId) => world.journal.projections.approvals.find(approval)?.state;

describe('certificates under dual control', () => {
  it('takes authority key and certificate once others have signed what they say', async () => {
    const first = acts.requestAuthorityImport(authorityKey, 'test', id('kofi'));
    expect(fieldsOf(first)).toEqual({
      'Authority (RID)': 'F043575249',
      'Key index of the authority': 'F1',
      Size: '1408 bits',
      Modulus: toHex(authority.modulus).toUpperCase(),
      Exponent: '03',
      'Last month of use': '2035-12',
      'Hash (SHA-1 of the scheme)': toHex(authorityKey.checkSum).toUpperCase(),
      For: 'test cards',
    });
    await world.sign(first, 'karin');
    expect(await fault(() => acts.carryOut(first, signal))).toMatch(/^APPROVAL-/);
    expect(world.journal.projections.certificates.authorities()).toEqual([]);
    await world.sign(first, 'sara');
    await acts.carryOut(first, signal);
    expect(world.newest(2)).toEqual(['approval.used', 'scheme-authority.imported']);

    const made = await acts.request({ ...wanted, keyName: key }, id('kofi'), signal);
    expect(verifyIssuerRequest(made.request, nodeRsa)).toEqual({ ...wanted, key: made.key });
    const second = await asking(await answered());
    const kcv = world.journal.projections.keys.find(key)?.kcv.toUpperCase();
    expect(fieldsOf(second)).toMatchObject({
      Key: key,
      'Check value': kcv,
      Issuer: 'northbank',
      'Issuer identifier': '9900',
      'Serial number': '00A001',
      'Last month of use': '2031-12',
      'Authority (RID)': 'F043575249',
      'Key index of the authority': 'F1',
      For: 'test cards',
      'Hash of the certificate (SHA-256)': expect.stringMatching(/^[0-9A-F]{64}$/) as string,
    });
    expect(await fault(() => world.sign(second, 'kofi'))).toBe('APPROVAL-OWN-REQUEST');
    expect(await fault(() => world.sign(second, 'olga'))).toBe('ACCESS-NO-RIGHT');
    await world.sign(second, 'karin');
    await acts.carryOut(second, signal);
    expect(world.newest(2)).toEqual(['approval.used', 'issuer-certificate.imported']);
    const [entry] = world.journal.read(world.journal.head().sequence, 1);
    expect(entry?.header).toMatchObject({
      actor: { kind: 'person', person: 'kofi' },
      issuer: 'northbank',
      subjects: { key, approval: second },
    });
    expect(world.journal.projections.certificates.ofIssuer('northbank')).toMatchObject([{ key, serial: '00a001' }]);
    // The same again is nothing to sign for.
    expect(await fault(async () => asking(await answered()))).toBe('KEYS-REQUEST-REFUSED');
    expect(await fault(() => acts.requestAuthorityImport(authorityKey, 'test', id('kofi')))).toBe(
      'KEYS-REQUEST-REFUSED',
    );
  });

  it('refuses by name at asking, and nobody is asked to sign', async () => {
    const other = await world.activeKey(pair);
    const otherKey = await world.keys.publicRsaKey(other, signal);
    // The newer version retired the one before it.
    expect(await fault(() => acts.request({ ...wanted, keyName: key }, id('kofi'), signal))).toBe('KEYS-RETIRED');
    const older = await world.keys.publicRsaKey(key, signal);
    key = other;
    const flipped = async (): Promise<BroughtCertificate> => {
      const brought = await answered();
      return { ...brought, certificate: brought.certificate.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) };
    };
    expect(await fault(async () => asking(await answered()))).toBe('CERT-CA index');
    await trustAuthority();
    expect(await fault(async () => asking(await answered()))).toBe('CERT-REQUEST request');
    await acts.request({ ...wanted, keyName: key }, id('kofi'), signal);
    const head = world.journal.head().sequence;
    const cases: readonly (readonly [string, () => Promise<BroughtCertificate>, string])[] = [
      ['another issuer', () => answered({ issuerIdentifier: '4761' }), 'CERT-ISSUER'],
      ['a wider issuer', () => answered({ issuerIdentifier: '990' }), 'CERT-REQUEST issuer identifier'],
      ['another authority', () => answered({}, stranger), 'CERT-FORM'],
      ['expired', () => answered({ expiry: { year: 2026, month: 1 } }), 'CERT-EXPIRED'],
      ['altered', flipped, 'CERT-FORM'],
      ['another key', () => answered({ key: older }), 'CERT-REQUEST modulus'],
      ['remainder', async () => ({ ...(await answered()), remainder: Uint8Array.of(1) }), 'CERT-HASH'],
      ['no authority', async () => ({ ...(await answered()), authority: { ...place, index: 2 } }), 'CERT-CA index'],
      ['no key', async () => ({ ...(await answered()), keyName: 'issuer-rsa/northbank/9' }), 'KEYS-NOT-FOUND'],
    ];
    const seen: string[][] = [];
    for (const [name, brought] of cases) seen.push([name, await fault(async () => asking(await brought()))]);
    expect(seen.map(([name, code]) => [name, code?.replace(/^CERT-FORM .*/, 'CERT-FORM')])).toEqual(
      cases.map(([name, , code]) => [name, code]),
    );
    const authorities: readonly (readonly [Partial<CertificationAuthorityKey>, string])[] = [
      [{ index: 0xf2 }, 'CERT-CA check sum'],
      [{ expiry: { year: 2025, month: 12 } }, 'CERT-EXPIRED'],
      [{ exponent: fromHex('05') }, 'CERT-EXPONENT'],
    ];
    for (const [changes, code] of authorities) {
      const asked = { ...authorityKey, ...changes };
      expect(await fault(() => acts.requestAuthorityImport(asked, 'test', id('kofi')))).toBe(code);
    }
    expect(await fault(() => acts.requestAuthorityImport(authorityKey, 'live', id('kofi')))).toBe('KEYS-ENVIRONMENT');
    expect(world.journal.head().sequence).toBe(head);
    expect(otherKey).toEqual(await world.keys.publicRsaKey(key, signal));
  });

  it.each([
    ['the request on record became another one', 'CERT-ISSUER', () => requestedFor('4761')],
    ['the key was compromised', 'KEYS-COMPROMISED', compromised],
    ['the certificate ran out', 'CERT-EXPIRED', monthOver],
  ])('does nothing, and withdraws, where %s meanwhile', async (_, code, meanwhile) => {
    await trustAuthority();
    world.now = Date.UTC(2031, 11, 31, 23);
    await requestedFor('9900');
    const approval = await asking(await answered());
    await world.sign(approval, 'sara');
    await meanwhile();
    expect(await fault(() => acts.carryOut(approval, signal))).toBe(code);
    expect([stateOf(approval), world.newest(1)]).toEqual(['withdrawn', ['approval.withdrawn']]);
    expect(world.journal.projections.certificates.ofIssuer('northbank')).toEqual([]);
  });

  test('a certificate may come before its key is in use', async () => {
    await trustAuthority();
    const made = await world.registry.requestGeneration(
      { ...pair, issuer: 'northbank', validUntil: null },
      id('kofi'),
      signal,
    );
    await world.sign(made, 'karin');
    await world.registry.carryOut(made, signal);
    key = 'issuer-rsa/northbank/2';
    expect(world.stateOf(key)).toBe('pre-active');
    await acts.request({ ...wanted, keyName: key }, id('kofi'), signal);
    const approval = await asking(await answered());
    expect(await fault(async () => asking(await answered()))).toBe('KEYS-REQUEST-OPEN');
    await world.sign(approval, 'karin');
    await acts.carryOut(approval, signal);
    expect(world.journal.projections.certificates.ofIssuer('northbank')).toMatchObject([{ key }]);
  });
});

async function requestedFor(issuerIdentifier: string): Promise<void> {
  await acts.request({ ...wanted, issuerIdentifier, keyName: key }, id('kofi'), signal);
}

/** One key has one open request, so this came by another way: with a journal that was restored, say. */
function compromised(): Promise<void> {
  world.journal.append({
    kind: 'key.changed',
    actor: { kind: 'person', person: 'kofi' },
    issuer: 'northbank',
    subjects: { key },
    payload: { name: key, change: 'compromise', approval: 'another', reason: 'lost' },
  });
  return Promise.resolve();
}

function monthOver(): Promise<void> {
  world.now = Date.UTC(2032, 0, 1, 1);
  return Promise.resolve();
}
