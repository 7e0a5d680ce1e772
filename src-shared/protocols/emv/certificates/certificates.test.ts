import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import type { CardKeyPurpose } from './card-certificate.ts';
import { recoverCardCertificate, signCardCertificate } from './card-certificate.ts';
import { authorityCheckSum } from './certification-authority-key.ts';
import type { CertificationAuthorityKey } from './certification-authority-key.ts';
import {
  checkIssuerCertificateAnswers,
  recoverIssuerCertificate,
  signIssuerCertificate,
} from './issuer-certificate.ts';
import { signIssuerRequest, verifyIssuerRequest } from './issuer-request.ts';
import { makeRsaSigner, nodeRsa } from './node-rsa.fixture.ts';
import type { PublicKeyCertificate } from './public-key-certificate.ts';
import { signRecoverable } from './recoverable-signature.ts';
import { recoverStaticData, signStaticData, staticDataToBeAuthenticated } from './static-data.ts';

const authority = makeRsaSigner(1408, 3);
const issuer = makeRsaSigner(1408, 65537);
const shortIssuer = makeRsaSigner(1024, 3);
const card = makeRsaSigner(1152, 65537);
const smallCard = makeRsaSigner(768, 3);

const uncheckedKey = { ...authority, rid: fromHex('a000000999'), index: 0x92, expiry: { year: 2035, month: 12 } };
const authorityKey: CertificationAuthorityKey = {
  ...uncheckedKey,
  checkSum: authorityCheckSum(uncheckedKey, nodeRsa),
};

const pan = '4761739001010119';
const now = { year: 2026, month: 11 };
const issuerContent = {
  issuerIdentifier: '476173',
  expiry: { year: 2031, month: 12 },
  serial: fromHex('03da0a'),
};
const cardContent = { pan, expiry: { year: 2030, month: 6 }, serial: fromHex('000001'), key: card };
const staticData = fromHex('5a0847617390010101195f24033006305900');
const authentication: CardKeyPurpose = { kind: 'authentication', staticData };

async function faultOf(act: () => unknown): Promise<readonly unknown[]> {
  try {
    await act();
    return ['taken'];
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    const { field } = thrown.details;
    return field === undefined ? [thrown.code] : [thrown.code, field];
  }
}

/** The block that a signature holds, opened by the openssl command line: an independent judge. */
function opensslRecover(signer: ReturnType<typeof makeRsaSigner>, signature: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  try {
    writeFileSync(join(folder, 'key.pem'), signer.publicKey.export({ type: 'spki', format: 'pem' }));
    writeFileSync(join(folder, 'signature'), signature);
    const options = ['-pubin', '-inkey', 'key.pem', '-in', 'signature', '-pkeyopt', 'rsa_padding_mode:none'];
    return toHex(execFileSync('openssl', ['pkeyutl', '-verifyrecover', ...options], { cwd: folder }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** EMV 4.4 Book 2 Annex A2.1.2, written anew with node:crypto. */
function expectedBlock(inside: string, outside: string): string {
  const hash = createHash('sha1').update(Buffer.from(inside + outside, 'hex'));
  return `6a${inside}${hash.digest('hex')}bc`;
}

function openIssuer(certificate: PublicKeyCertificate, use = { pan, now }, key = authorityKey) {
  return recoverIssuerCertificate(certificate, key, use, nodeRsa);
}

function openCard(certificate: PublicKeyCertificate, purpose = authentication, use = { pan, now }) {
  return recoverCardCertificate(purpose, certificate, issuer, use, nodeRsa);
}

function altered(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 0x01;
  return copy;
}

async function everyByteCounts(bytes: Uint8Array, open: (changed: Uint8Array) => unknown): Promise<void> {
  for (let at = 0; at < bytes.length; at++) {
    const [code] = await faultOf(() => open(altered(bytes, at)));
    expect(code, `byte ${at}`).toMatch(/^CERT-/);
  }
}

describe('issuer certificate', () => {
  it('holds what the standard says, with and without a remainder, by the word of openssl', async () => {
    const long = await signIssuerCertificate({ ...issuerContent, key: issuer }, authority, nodeRsa);
    const modulus = toHex(issuer.modulus);
    const prefix = `02476173ff123103da0a0101b003`;
    expect(toHex(long.remainder)).toBe(modulus.slice(-72));
    expect(opensslRecover(authority, long.certificate)).toBe(
      expectedBlock(prefix + modulus.slice(0, -72), `${modulus.slice(-72)}010001`),
    );
    expect(openIssuer(long)).toMatchObject({ ...issuerContent, key: { modulus: issuer.modulus } });

    const short = await signIssuerCertificate({ ...issuerContent, key: shortIssuer }, authority, nodeRsa);
    expect(short.remainder.length).toBe(0);
    expect(opensslRecover(authority, short.certificate)).toBe(
      expectedBlock(`02476173ff123103da0a01018001${toHex(shortIssuer.modulus)}${'bb'.repeat(176 - 36 - 128)}`, '03'),
    );
    expect(openIssuer(short).key.modulus).toEqual(shortIssuer.modulus);
  });

  it('is refused with any byte altered, in certificate, remainder or exponent', async () => {
    const made = await signIssuerCertificate({ ...issuerContent, key: issuer }, authority, nodeRsa);
    await everyByteCounts(made.certificate, (certificate) => openIssuer({ ...made, certificate }));
    await everyByteCounts(made.remainder, (remainder) => openIssuer({ ...made, remainder }));
    await everyByteCounts(made.exponent, (exponent) => openIssuer({ ...made, exponent }));
    expect(await faultOf(() => openIssuer({ ...made, remainder: new Uint8Array() }))).toEqual(['CERT-HASH']);
    expect(await faultOf(() => openIssuer({ ...made, certificate: made.certificate.slice(1) }))).toEqual([
      'CERT-LENGTH',
      'signature',
    ]);
  });

  it('is refused for another issuer, after its month and under an expired or wrong authority', async () => {
    const made = await signIssuerCertificate({ ...issuerContent, key: issuer }, authority, nodeRsa);
    const other = { ...authorityKey, ...makeRsaSigner(1408, 3) };
    expect(await faultOf(() => openIssuer(made, { pan: '5413330089020011', now }))).toEqual(['CERT-ISSUER']);
    expect(openIssuer(made, { pan, now: { year: 2031, month: 12 } }).serial).toEqual(issuerContent.serial);
    expect(await faultOf(() => openIssuer(made, { pan, now: { year: 2032, month: 1 } }))).toEqual(['CERT-EXPIRED']);
    const expired = { ...authorityKey, expiry: { year: 2026, month: 10 } };
    expect(await faultOf(() => openIssuer(made, { pan, now }, expired))).toEqual(['CERT-EXPIRED']);
    expect(await faultOf(() => openIssuer(made, { pan, now }, other))).toEqual(['CERT-CA', 'check sum']);
    const checkSum = authorityCheckSum(other, nodeRsa);
    expect(await faultOf(() => openIssuer(made, { pan, now }, { ...other, checkSum }))).toEqual([
      'CERT-FORM',
      expect.stringMatching(/^(value|trailer)$/),
    ]);
  });

  it('names each field that an authority got wrong', async () => {
    const [left, right] = [toHex(shortIssuer.modulus), 'bb'.repeat(12)];
    const good = { format: '02', identifier: '476173ff', month: '1231', algorithms: '0101', lengths: '8001', right };
    const refused = async (change: Partial<typeof good>) => {
      const { format, identifier, month, algorithms, lengths, right: padding } = { ...good, ...change };
      const inside = fromHex(`${format}${identifier}${month}03da0a${algorithms}${lengths}${left}${padding}`);
      const certificate = await signRecoverable('', { inside, outside: shortIssuer.exponent }, authority, nodeRsa);
      return faultOf(() => openIssuer({ certificate, remainder: new Uint8Array(), exponent: shortIssuer.exponent }));
    };
    expect(await refused({})).toEqual(['taken']);
    expect(await refused({ format: '04' })).toEqual(['CERT-FORM', 'format']);
    expect(await refused({ identifier: '47ffffff' })).toEqual(['CERT-FORM', 'issuer identifier']);
    expect(await refused({ identifier: '4f6173ff' })).toEqual(['CERT-FORM', 'issuer identifier']);
    expect(await refused({ identifier: '476174ff' })).toEqual(['CERT-ISSUER']);
    expect(await refused({ month: '1331' })).toEqual(['CERT-FORM', 'expiry']);
    expect(await refused({ month: '1026' })).toEqual(['CERT-EXPIRED']);
    expect(await refused({ algorithms: '0201' })).toEqual(['CERT-FORM', 'hash algorithm']);
    expect(await refused({ algorithms: '0102' })).toEqual(['CERT-FORM', 'public key algorithm']);
    expect(await refused({ lengths: 'b101' })).toEqual(['CERT-LENGTH', 'public key length']);
    expect(await refused({ lengths: '9001' })).toEqual(['CERT-LENGTH', 'remainder']);
    expect(await refused({ lengths: '8003' })).toEqual(['CERT-FORM', 'exponent length']);
    expect(await refused({ lengths: '7f01' })).toEqual(['CERT-FORM', 'padding']);
    expect(await refused({ right: 'bb'.repeat(11) + 'bc' })).toEqual(['CERT-FORM', 'padding']);
  });

  it('is not made for a key, identifier or month that the standard does not allow', async () => {
    const sign = (change: object, key: { modulus: Uint8Array; exponent: Uint8Array } = shortIssuer) =>
      faultOf(() => signIssuerCertificate({ ...issuerContent, key, ...change }, authority, nodeRsa));
    const [modulus, three] = [shortIssuer.modulus, Uint8Array.of(3)];
    expect(await sign({}, { modulus, exponent: Uint8Array.of(17) })).toEqual(['CERT-EXPONENT']);
    expect(await sign({}, { modulus, exponent: Uint8Array.of(0, 3) })).toEqual(['CERT-EXPONENT']);
    expect(await sign({}, { modulus: modulus.slice(0, 63), exponent: three })).toEqual(['CERT-LENGTH', 'modulus']);
    expect(await sign({}, { modulus: altered(modulus, 127), exponent: three })).toEqual(['CERT-FORM', 'modulus']);
    expect(await sign({}, makeRsaSigner(1416, 3))).toEqual(['CERT-LENGTH', 'public key length']);
    expect(await sign({ issuerIdentifier: '47' })).toEqual(['CERT-FORM', 'issuer identifier']);
    expect(await sign({ issuerIdentifier: '476173900' })).toEqual(['CERT-FORM', 'issuer identifier']);
    expect(await sign({ expiry: { year: 2050, month: 1 } })).toEqual(['CERT-FORM', 'expiry']);
    expect(await sign({ expiry: { year: 2030, month: 13 } })).toEqual(['CERT-FORM', 'expiry']);
    expect(await sign({ serial: fromHex('01') })).toEqual(['CERT-LENGTH', 'serial number']);
    const wrongKey = { ...authority, signRaw: makeRsaSigner(1408, 3).signRaw };
    const content = { ...issuerContent, key: shortIssuer };
    const byteOff = { ...authority, signRaw: async (block: Uint8Array) => altered(await authority.signRaw(block), 9) };
    expect(await faultOf(() => signIssuerCertificate(content, byteOff, nodeRsa))).toEqual(['CERT-SIGNER']);
    expect(await faultOf(() => signIssuerCertificate(content, wrongKey, nodeRsa))).toEqual(['CERT-SIGNER']);
  });
});

describe('request for an issuer certificate', () => {
  const asked = { ...issuerContent, trackingNumber: '123456' };

  it('says what was asked and is bound to the key, byte for byte', async () => {
    const { request, hash } = await signIssuerRequest(asked, issuer, nodeRsa);
    const { modulus, exponent } = issuer;
    expect(verifyIssuerRequest(request, nodeRsa)).toEqual({ ...asked, key: { modulus, exponent } });
    expect(toHex(hash)).toBe(createHash('sha1').update(request).digest('hex'));
    const clear = `2101476173ff123112345603da0a0101b003${toHex(modulus)}010001`;
    expect(opensslRecover(issuer, request.slice(-176))).toBe(expectedBlock(clear.slice(0, 308), clear.slice(308)));
    await everyByteCounts(request, (changed) => verifyIssuerRequest(changed, nodeRsa));
    expect(await faultOf(() => signIssuerRequest({ ...asked, trackingNumber: '12345' }, issuer, nodeRsa))).toEqual([
      'CERT-FORM',
      'tracking number',
    ]);
  });

  it('is answered only by a certificate of the same key and issuer', async () => {
    const { request } = await signIssuerRequest(asked, issuer, nodeRsa);
    const wanted = verifyIssuerRequest(request, nodeRsa);
    const certify = async (change: object) =>
      openIssuer(await signIssuerCertificate({ ...issuerContent, key: issuer, ...change }, authority, nodeRsa));
    checkIssuerCertificateAnswers(wanted, await certify({}));
    const refused = async (change: object) => {
      const content = await certify(change);
      return faultOf(() => checkIssuerCertificateAnswers(wanted, content));
    };
    expect(await refused({ key: shortIssuer })).toEqual(['CERT-REQUEST', 'modulus']);
    expect(await refused({ issuerIdentifier: '47617390' })).toEqual(['CERT-REQUEST', 'issuer identifier']);
  });
});

describe('card certificates', () => {
  it('hold what the standard says, by the word of openssl', async () => {
    const made = await signCardCertificate(authentication, cardContent, issuer, nodeRsa);
    const modulus = toHex(card.modulus);
    const inside = `044761739001010119ffff0630000001` + `01019003${modulus.slice(0, 268)}`;
    expect(opensslRecover(issuer, made.certificate)).toBe(
      expectedBlock(inside, `${modulus.slice(268)}010001${toHex(staticData)}`),
    );
    expect([made.remainder.length, openCard(made).key.modulus]).toEqual([10, card.modulus]);
    const pin = await signCardCertificate(
      { kind: 'pin-encipherment' },
      { ...cardContent, key: smallCard },
      issuer,
      nodeRsa,
    );
    const pinInside = `044761739001010119ffff063000000101016001${toHex(smallCard.modulus)}${'bb'.repeat(38)}`;
    expect(opensslRecover(issuer, pin.certificate)).toBe(expectedBlock(pinInside, '03'));
    expect(openCard(pin, { kind: 'pin-encipherment' }).key.modulus).toEqual(smallCard.modulus);
    expect(await faultOf(() => openCard(pin))).toEqual(['CERT-HASH']);
  });

  it('are refused with any byte altered, with other static data, for another PAN and after their month', async () => {
    const made = await signCardCertificate(authentication, cardContent, issuer, nodeRsa);
    await everyByteCounts(made.certificate, (certificate) => openCard({ ...made, certificate }));
    await everyByteCounts(made.remainder, (remainder) => openCard({ ...made, remainder }));
    await everyByteCounts(staticData, (changed) => openCard(made, { kind: 'authentication', staticData: changed }));
    expect(await faultOf(() => openCard(made, authentication, { pan: '4761739001010127', now }))).toEqual(['CERT-PAN']);
    const late = { pan, now: { year: 2030, month: 7 } };
    expect(await faultOf(() => openCard(made, authentication, late))).toEqual(['CERT-EXPIRED']);
  });

  it('take PANs of up to 19 digits', async () => {
    const nineteen = '4761739001010119000';
    const made = await signCardCertificate(authentication, { ...cardContent, pan: nineteen }, issuer, nodeRsa);
    expect(openCard(made, authentication, { pan: nineteen, now }).serial).toEqual(cardContent.serial);
    const longer = { ...cardContent, pan: `${nineteen}0` };
    expect(await faultOf(() => signCardCertificate(authentication, longer, issuer, nodeRsa))).toEqual([
      'CERT-PAN-LENGTH',
    ]);
    const wrong = { ...cardContent, pan: '4761' };
    expect(await faultOf(() => signCardCertificate(authentication, wrong, issuer, nodeRsa))).toEqual([
      'CERT-FORM',
      'application PAN',
    ]);
  });
});

describe('signed static data', () => {
  it('holds what the standard says, and any byte altered is refused', async () => {
    const signature = await signStaticData(fromHex('dac0'), staticData, shortIssuer, nodeRsa);
    expect(opensslRecover(shortIssuer, signature)).toBe(
      expectedBlock(`0301dac0${'bb'.repeat(102)}`, toHex(staticData)),
    );
    const open = (signed: Uint8Array, data: Uint8Array) => recoverStaticData(signed, data, shortIssuer, nodeRsa);
    expect(open(signature, staticData)).toEqual({ authenticationCode: fromHex('dac0') });
    await everyByteCounts(signature, (changed) => open(changed, staticData));
    await everyByteCounts(staticData, (changed) => open(signature, changed));
    expect(await faultOf(() => signStaticData(fromHex('da'), staticData, shortIssuer, nodeRsa))).toEqual([
      'CERT-LENGTH',
      'data authentication code',
    ]);
  });

  it('is joined of records without template 70, whole issuer records and the AIP that the list asks for', async () => {
    const records = [
      { shortFileIdentifier: 1, bytes: fromHex('70035a0112') },
      { shortFileIdentifier: 11, bytes: fromHex('70035a0134') },
    ];
    const interchangeProfile = fromHex('5c00');
    const [first] = records;
    const join82 = (tagList: Uint8Array) => staticDataToBeAuthenticated({ records, tagList, interchangeProfile });
    expect(toHex(join82(Uint8Array.of(0x82)))).toBe('5a011270035a01345c00');
    expect(toHex(staticDataToBeAuthenticated({ records, interchangeProfile }))).toBe('5a011270035a0134');
    expect(await faultOf(() => join82(fromHex('8284')))).toEqual(['CERT-STATIC', 'tag list (9F4A)']);
    const bare = { ...first, shortFileIdentifier: 10, bytes: concatBytes(fromHex('5a0112')) };
    expect(await faultOf(() => staticDataToBeAuthenticated({ records: [bare], interchangeProfile }))).toEqual([
      'CERT-STATIC',
      'record outside template 70',
    ]);
  });
});
