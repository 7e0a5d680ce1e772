import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../../../bytes/bytes.ts';
import { isFault } from '../../../faults/station-fault.ts';
import { constructed, encodeTlv, parseTlvs } from '../../tlv/ber-tlv.ts';
import { recoverCardCertificate } from './card-certificate.ts';
import { checkAuthorityKey } from './certification-authority-key.ts';
import { recoverCombinedSignature, recoverDynamicSignature } from './dynamic-data.ts';
import { recoverIssuerCertificate } from './issuer-certificate.ts';
import { nodeRsa } from './node-rsa.fixture.ts';
import * as published from './published-cards.fixture.ts';
import { recoverStaticData, staticDataToBeAuthenticated } from './static-data.ts';

const { visaAuthority, visaIssuer, visaStaticData, mastercardAuthority, mastercardIssuer } = published;
const { mastercardCard, mastercardSignatures } = published;

/** A record in file 1 as the card gives it: the published tests carry the content of template 70 only. */
function signedData({
  record,
  interchangeProfile,
}: {
  record: Uint8Array;
  interchangeProfile: Uint8Array;
}): Uint8Array {
  const bytes = encodeTlv(constructed(0x70, parseTlvs(record)));
  const tagList = Uint8Array.of(0x82);
  return staticDataToBeAuthenticated({ records: [{ shortFileIdentifier: 1, bytes }], tagList, interchangeProfile });
}

function visa() {
  const use = { pan: visaStaticData.pan, now: { year: 2005, month: 1 } };
  return recoverIssuerCertificate(visaIssuer, visaAuthority, use, nodeRsa);
}

const use = { pan: mastercardCard.pan, now: { year: 2014, month: 9 } };

function mastercard() {
  const issuer = recoverIssuerCertificate(mastercardIssuer, mastercardAuthority, use, nodeRsa);
  const purpose = { kind: 'authentication', staticData: signedData(mastercardCard) } as const;
  return { issuer, card: recoverCardCertificate(purpose, mastercardCard, issuer.key, use, nodeRsa) };
}

function combined(change: Partial<typeof mastercardSignatures.combined>) {
  const parts = { ...mastercardSignatures.combined, ...change };
  const context = { ...parts, transactionData: concatBytes(parts.cdolValues, parts.answerObjects) };
  return recoverCombinedSignature(parts.signature, context, mastercard().card.key, nodeRsa);
}

function faultOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (thrown) {
    for (const code of ['CERT-HASH', 'CERT-FORM', 'CERT-CA']) {
      if (isFault(thrown, code)) return [code, thrown.details['field'] ?? thrown.details['what']];
    }
    throw thrown;
  }
}

describe('keys and certificates of published cards', () => {
  it('the check sums of the authorities fit, and no altered index does', () => {
    for (const key of [visaAuthority, published.visaTestAuthority, mastercardAuthority]) {
      checkAuthorityKey(key, nodeRsa);
      expect(faultOf(() => checkAuthorityKey({ ...key, index: key.index + 1 }, nodeRsa))).toEqual([
        'CERT-CA',
        'check sum',
      ]);
    }
  });

  it('the issuer certificates open', () => {
    const { key, serial, ...said } = visa();
    expect([said, toHex(serial), key.modulus.length]).toEqual([
      { issuerIdentifier: '427655', expiry: { year: 2009, month: 12 } },
      '0042b3',
      128,
    ]);
    const { key: other, serial: number, ...content } = mastercard().issuer;
    expect([content, toHex(number), other.modulus.length]).toEqual([
      { issuerIdentifier: '528588', expiry: { year: 2021, month: 12 } },
      '006ee2',
      176,
    ]);
  });

  it('a certificate opens whose key is shorter than the room for it', () => {
    const { visaTestIssuer, visaTestAuthority } = published;
    const test = { pan: '4761739001010119', now: { year: 2025, month: 5 } };
    const { key, serial, ...said } = recoverIssuerCertificate(visaTestIssuer, visaTestAuthority, test, nodeRsa);
    expect([said, toHex(serial), key.modulus.length, toHex(key.modulus.slice(-4))]).toEqual([
      { issuerIdentifier: '476173', expiry: { year: 2031, month: 12 } },
      '03da0a',
      176,
      '7207bc41',
    ]);
  });

  it('SDA: the signature covers record and AIP', () => {
    const { key } = visa();
    const { authenticationCode } = recoverStaticData(
      visaStaticData.signature,
      signedData(visaStaticData),
      key,
      nodeRsa,
    );
    expect(toHex(authenticationCode)).toBe('3132');
    const other = signedData({ ...visaStaticData, interchangeProfile: Uint8Array.of(0x5c, 0x01) });
    expect(faultOf(() => recoverStaticData(visaStaticData.signature, other, key, nodeRsa))).toEqual([
      'CERT-HASH',
      'signed static application data',
    ]);
  });

  it('the card certificate opens with its static data', () => {
    const { key, serial, expiry } = mastercard().card;
    expect([expiry, toHex(serial), key.modulus.length]).toEqual([{ year: 2015, month: 6 }, '345653', 112]);
  });

  it('DDA: the signature covers the terminal data', () => {
    const { key } = mastercard().card;
    const { signature, terminalData } = mastercardSignatures.dynamic;
    const { dynamicNumber, further } = recoverDynamicSignature(signature, terminalData, key, nodeRsa);
    expect([toHex(dynamicNumber), toHex(further)]).toEqual(['7a33fb8c9546e1e7', '']);
    expect(faultOf(() => recoverDynamicSignature(signature, Uint8Array.of(0, 0, 0, 1), key, nodeRsa))).toEqual([
      'CERT-HASH',
      'signed dynamic application data',
    ]);
  });

  it('CDA: the signature covers number, cryptogram information and transaction', () => {
    const { dynamicNumber, cryptogram } = combined({});
    expect([toHex(dynamicNumber), toHex(cryptogram)]).toEqual(['4cc2fb1fafb30915', '16afba13c52fb173']);
    expect(faultOf(() => combined({ cryptogramInformation: 0x80 }))).toEqual(['CERT-FORM', 'cryptogram information']);
    expect(faultOf(() => combined({ cdolValues: new Uint8Array(43) }))).toEqual(['CERT-HASH', 'transaction data']);
    expect(faultOf(() => combined({ unpredictableNumber: new Uint8Array(4) }))).toEqual([
      'CERT-HASH',
      'signed dynamic application data',
    ]);
  });
});
