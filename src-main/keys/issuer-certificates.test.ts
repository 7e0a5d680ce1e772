import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Secret } from '#shared/bytes/secret.ts';
import { issuerId } from '#shared/domain/identifiers.ts';
import type { CertificationAuthorityKey } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import { authorityCheckSum } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import { signIssuerCertificate } from '#shared/protocols/emv/certificates/issuer-certificate.ts';
import { verifyIssuerRequest } from '#shared/protocols/emv/certificates/issuer-request.ts';
import { makeRsaSigner } from '#shared/protocols/emv/certificates/node-rsa.fixture.ts';
import type { PublicKeyCertificate } from '#shared/protocols/emv/certificates/public-key-certificate.ts';
import { signRecoverable } from '#shared/protocols/emv/certificates/recoverable-signature.ts';
import { Journal } from '../journal/journal.ts';
import { rebuildProjections } from '../journal/rebuild.ts';
import { systemClock } from '../platform/clock.ts';
import { nodeRsa } from '../platform/node-rsa.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { JournalIssuerCertificates } from './issuer-certificates.ts';
import { openKeyPort } from './open-key-port.ts';
import type { KeyPort } from './port.ts';

const { signal } = new AbortController();
const actor = { kind: 'station' } as const;
const northbank = issuerId.parse('northbank');
const now = new Date('2026-11-29T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'cardwright-certificates-'));
const authority = makeRsaSigner(1408, 3);
const unchecked = {
  rid: fromHex('f043575249'),
  index: 0xf1,
  expiry: { year: 2035, month: 12 },
  modulus: authority.modulus,
  exponent: authority.exponent,
};
const authorityKey: CertificationAuthorityKey = { ...unchecked, checkSum: authorityCheckSum(unchecked, nodeRsa) };
const place = { rid: 'f043575249', index: 0xf1 };
const [first, second, strange] = ['issuer-rsa/northbank/1', 'issuer-rsa/northbank/2', 'cvk/northbank/1'];
const wish = {
  keyName: first,
  issuerIdentifier: '9900',
  expiry: { year: 2031, month: 12 },
  trackingNumber: '000001',
  serial: fromHex('000001'),
};
let keys: KeyPort;
let journal: Journal;
let certificates: JournalIssuerCertificates;

beforeAll(async () => {
  const logger = { info: () => undefined, warn: () => undefined };
  const pin = new Secret('certificates');
  keys = await openKeyPort({ kind: 'node-crypto', folder: join(folder, 'keys'), pin }, { logger });
  await keys.prepareStation([northbank], 'test', signal);
  const common = { issuer: northbank, environment: 'test', version: 1 } as const;
  for (const name of [first, second]) {
    await keys.generateKey({ ...common, name, usage: 'issuer-rsa', algorithm: 'RSA', size: 1152, exponent: 3 }, signal);
  }
  await keys.generateKey({ ...common, name: strange, usage: 'cvk', algorithm: 'TDES-2' }, signal);
});
afterAll(async () => {
  await keys.close();
  rmSync(folder, { recursive: true });
});

let journals = 0;
beforeEach(() => {
  journal = Journal.open({
    file: join(folder, `${journals++}.db`),
    key: new Secret(new Uint8Array(32).fill(7)),
    whenMissing: 'create',
    station: 'station-certificates',
    headRegister: null,
    clock: systemClock,
    randomness: systemRandomness,
    onFatal: () => undefined,
    onSubscriberFault: () => undefined,
  });
  onTestFinished(() => journal.close());
  certificates = new JournalIssuerCertificates({
    journal,
    keys,
    ciphers: nodeRsa,
    environment: 'test',
    now: () => now,
  });
  for (const name of [first, second]) {
    const payload = { name, usage: 'issuer-rsa', algorithm: 'RSA', kcv: 'a1b2c3', environment: 'test' } as const;
    journal.append({ kind: 'key.made', actor, issuer: northbank, subjects: { key: name }, payload });
  }
});

/** What the authority answers, by default what was asked for. */
async function certified(
  changes: Partial<Parameters<typeof signIssuerCertificate>[0]> = {},
  keyName: string = first,
  signer = authority,
): Promise<PublicKeyCertificate> {
  const key = await keys.publicRsaKey(keyName, signal);
  const content = { issuerIdentifier: '9900', expiry: wish.expiry, serial: fromHex('00a001'), key, ...changes };
  return signIssuerCertificate(content, signer, nodeRsa);
}

async function outcome(act: () => unknown): Promise<readonly unknown[]> {
  try {
    await act();
    return ['taken'];
  } catch (thrown) {
    const { code, details } = thrown as { code: string; details: Record<string, unknown> };
    return details['field'] === undefined ? [code] : [code, details['field']];
  }
}

const importing = (certificate: PublicKeyCertificate, changes: object = {}): Promise<void> =>
  certificates.importCertificate({ keyName: first, authority: place, certificate, ...changes }, actor, signal);

describe('issuer certificates', () => {
  test('come in by request, authority key and certificate, and follow from the journal alone', async () => {
    certificates.importAuthority(authorityKey, 'test', actor);
    const { request, hash } = await certificates.request(wish, actor, signal);
    const publicKey = await keys.publicRsaKey(first, signal);
    const { keyName: _, ...content } = wish;
    expect(verifyIssuerRequest(request, nodeRsa)).toEqual({ ...content, key: publicKey });
    expect(certificates.newest(northbank, now)).toBeNull();
    const made = await certified();
    await importing(made);
    const expected = {
      keyName: first,
      issuer: northbank,
      authorityKeyIndex: 0xf1,
      certificate: made.certificate,
      remainder: made.remainder,
      publicKey,
      expires: '2031-12',
      authority: authorityKey,
    };
    expect(certificates.newest(northbank, now)).toEqual(expected);
    const { tables } = await rebuildProjections(journal, AbortSignal.timeout(20_000));
    expect(tables.filter(({ differing }) => differing > 0)).toEqual([]);
    expect(certificates.newest(northbank, now)).toEqual(expected);
    expect(journal.projections.certificates.request(first)?.hash).toBe(toHex(hash));
    // The same again changes nothing.
    const head = journal.head().sequence;
    certificates.importAuthority(authorityKey, 'test', actor);
    await importing(made);
    expect(journal.head().sequence).toBe(head);
  });

  test('the newest that holds is used: a later one replaces an earlier one, a newer key an older one', async () => {
    certificates.importAuthority(authorityKey, 'test', actor);
    await certificates.request(wish, actor, signal);
    await importing(await certified({ serial: fromHex('000011') }));
    await importing(await certified({ serial: fromHex('000012'), expiry: { year: 2028, month: 1 } }));
    const inUse = (at: string): string | undefined => certificates.newest(northbank, new Date(at))?.expires;
    expect([inUse('2026-11-29'), inUse('2028-01-31T23:59:59Z'), inUse('2028-02-01'), inUse('2032-01-01')]).toEqual([
      '2028-01',
      '2028-01',
      '2031-12',
      undefined,
    ]);
    expect(journal.projections.certificates.ofIssuer(northbank).map(({ serial }) => serial)).toEqual([
      '000012',
      '000011',
    ]);
    await certificates.request({ ...wish, keyName: second }, actor, signal);
    await importing(await certified({ serial: fromHex('000021') }, second), { keyName: second });
    await importing(await certified({ serial: fromHex('000013') }));
    expect(certificates.newest(northbank, now)?.keyName).toBe(second);
    const payload = { name: second, usage: 'issuer-rsa', kcv: 'a1b2c3' };
    journal.append({ kind: 'key.destroyed', actor, issuer: northbank, subjects: { key: second }, payload });
    expect(certificates.newest(northbank, now)?.keyName).toBe(first);
    expect(certificates.newest(issuerId.parse('mercato'), now)).toBeNull();
    // A card of another scheme's application needs a certificate of that scheme.
    const { rid } = authorityKey;
    expect(certificates.newest(northbank, now, toHex(rid))?.keyName).toBe(first);
    expect(certificates.newest(northbank, now, 'a000000001')).toBeNull();
  });

  test('nothing is certified of a key whose life is over', async () => {
    certificates.importAuthority(authorityKey, 'test', actor);
    await certificates.request(wish, actor, signal);
    const given = await certified();
    const ended = (name: string, change: 'retire' | 'compromise') =>
      journal.append({
        kind: 'key.changed',
        actor,
        issuer: northbank,
        subjects: { key: name },
        payload: { name, change, approval: 'ap-1', reason: 'over' },
      });
    ended(first, 'compromise');
    ended(second, 'retire');
    expect([
      await outcome(() => certificates.request(wish, actor, signal)),
      await outcome(() => importing(given)),
      await outcome(() => certificates.request({ ...wish, keyName: second }, actor, signal)),
    ]).toEqual([['KEYS-COMPROMISED'], ['KEYS-COMPROMISED'], ['KEYS-RETIRED']]);
    expect(journal.projections.certificates.ofIssuer(northbank)).toEqual([]);
  });

  test('every certificate that does not fit is refused by name and leaves nothing', async () => {
    const good = await certified();
    const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    expect(await outcome(() => importing(good))).toEqual(['CERT-CA', 'index']);
    certificates.importAuthority(authorityKey, 'test', actor);
    expect(await outcome(() => importing(good))).toEqual(['CERT-REQUEST', 'request']);
    await certificates.request(wish, actor, signal);
    const head = journal.head();
    const other = await keys.publicRsaKey(second, signal);
    const inside = new Uint8Array(authority.modulus.length - 22).fill(0xbb);
    const wrongFormat = await signRecoverable('x', { inside, outside: new Uint8Array() }, authority, nodeRsa);
    const cases: readonly (readonly [string, () => Promise<void>, readonly unknown[]])[] = [
      ['format', () => importing({ ...good, certificate: wrongFormat }), ['CERT-FORM', 'format']],
      ['altered', () => importing({ ...good, certificate: flip(good.certificate, 40) }), ['CERT-FORM']],
      ['cut', () => importing({ ...good, certificate: good.certificate.subarray(1) }), ['CERT-LENGTH', 'signature']],
      ['remainder', () => importing({ ...good, remainder: Uint8Array.of(1) }), ['CERT-HASH']],
      ['exponent', () => importing({ ...good, exponent: fromHex('010001') }), ['CERT-HASH']],
      ['another authority', async () => importing(await certified({}, first, makeRsaSigner(1408, 3))), ['CERT-FORM']],
      ['another issuer', async () => importing(await certified({ issuerIdentifier: '4761' })), ['CERT-ISSUER']],
      [
        'a wider issuer',
        async () => importing(await certified({ issuerIdentifier: '990' })),
        ['CERT-REQUEST', 'issuer identifier'],
      ],
      ['expired', async () => importing(await certified({ expiry: { year: 2026, month: 10 } })), ['CERT-EXPIRED']],
      ['another key', async () => importing(await certified({ key: other })), ['CERT-REQUEST', 'modulus']],
      ['no key', () => importing(good, { keyName: 'issuer-rsa/northbank/9' }), ['KEYS-NOT-FOUND']],
      ['no issuer key', () => importing(good, { keyName: strange }), ['KEYS-REFUSED']],
    ];
    const found: unknown[] = [];
    for (const [what, act, expected] of cases) {
      // A block under another key is noise: which of its two ends is noticed first is by chance.
      found.push([what, (await outcome(act)).slice(0, expected.length)]);
    }
    expect(found).toEqual(cases.map(([what, , expected]) => [what, expected]));
    expect(journal.head()).toEqual(head);
    await importing(good);
    const again = await certified({ expiry: { year: 2030, month: 1 } });
    expect(await outcome(() => importing(again))).toEqual(['CERT-SERIAL']);
  });

  test('authority keys and requests that do not fit are refused by name', async () => {
    const imported = (changes: Partial<CertificationAuthorityKey>): Promise<readonly unknown[]> =>
      outcome(() => certificates.importAuthority({ ...authorityKey, ...changes }, 'test', actor));
    const another = makeRsaSigner(1408, 3);
    const renamed = { ...unchecked, modulus: another.modulus };
    expect([
      await imported({ rid: fromHex('f0435749') }),
      await imported({ index: 256 }),
      await imported({ index: 1 }),
      await imported({ exponent: Uint8Array.of(5) }),
      await imported({ modulus: new Uint8Array(249).fill(0xff) }),
      await imported({ checkSum: new Uint8Array(20) }),
      await imported({ expiry: { year: 2026, month: 10 } }),
      await outcome(() => certificates.importAuthority(authorityKey, 'live', actor)),
    ]).toEqual([
      ['CERT-CA', 'RID'],
      ['CERT-CA', 'index'],
      ['CERT-CA', 'check sum'],
      ['CERT-EXPONENT'],
      ['CERT-LENGTH', 'modulus'],
      ['CERT-CA', 'check sum'],
      ['CERT-EXPIRED'],
      ['KEYS-ENVIRONMENT'],
    ]);
    certificates.importAuthority(authorityKey, 'test', actor);
    expect(await imported({ ...renamed, checkSum: authorityCheckSum(renamed, nodeRsa) })).toEqual([
      'CERT-CA',
      'modulus',
    ]);
    expect(await imported({ expiry: { year: 2036, month: 1 } })).toEqual(['CERT-CA', 'expiry']);
    const asked = (changes: object): Promise<readonly unknown[]> =>
      outcome(() => certificates.request({ ...wish, ...changes }, actor, signal));
    expect([
      await asked({ issuerIdentifier: '99' }),
      await asked({ trackingNumber: '1' }),
      await asked({ serial: fromHex('01') }),
      await asked({ expiry: { year: 2031, month: 13 } }),
      await asked({ keyName: strange }),
    ]).toEqual([
      ['CERT-FORM', 'issuer identifier'],
      ['CERT-FORM', 'tracking number'],
      ['CERT-FORM', 'serial number'],
      ['CERT-FORM', 'expiry'],
      ['KEYS-REFUSED'],
    ]);
    expect(journal.projections.certificates.request(first)).toBeNull();
  });
});
