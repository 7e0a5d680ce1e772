import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../bytes/bytes.ts';
import { cardVerificationValue, verificationBlocks } from '../card-verification/card-verification-value.ts';
import { applicationCryptogram, responseCryptogram1, responseCryptogram2 } from './application-cryptogram.ts';
import { iccMasterKey, iccMasterKeyBlocksA, iccMasterKeyBlocksB } from './icc-master-key.ts';
import { cryptogramDiversifier, sessionKey } from './session-key.ts';
import { tdesOfTests } from '../tdes-of-tests.fixture.ts';

const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
const cryptogramKey = fromHex('AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB');
const sha1 = (data: Uint8Array): Uint8Array => createHash('sha1').update(data).digest();

describe('keys of a card', () => {
  // Vectors: github.com/knovichikhin/pyemv, pyemv/kd.py, examples of derive_icc_mk_a, derive_icc_mk_b and derive_common_sk.
  it('derives the master key by options A and B and the session key of an ATC', () => {
    expect([
      toHex(iccMasterKey(tdesOfTests, key, iccMasterKeyBlocksA('12345678901234567', '01'))),
      toHex(iccMasterKey(tdesOfTests, key, iccMasterKeyBlocksB(sha1, '12345678901234567', '01'))),
      toHex(sessionKey(tdesOfTests, key, cryptogramDiversifier(fromHex('001C')))),
    ]).toEqual([
      '73ad54688cef2934b0979857e3c719f1',
      'ad406d7f6d7570916d75e5dcab8cf737',
      'e9fb384af807b940fedcea613461b0c4',
    ]);
  });

  it('takes option A for a card number of up to 16 digits by option B', () => {
    expect(iccMasterKeyBlocksB(sha1, '1234567890123456', '01')).toEqual(iccMasterKeyBlocksA('1234567890123456', '01'));
  });

  it.each([
    ['123456789012345x', '01', 'pan', 'not 8 to 19 digits'],
    ['12345678901234567890', '01', 'pan', 'not 8 to 19 digits'],
    ['1234567890123456', '1', 'psn', 'not 2 digits'],
  ])('refuses %s with %s', (pan, psn, what, reason) => {
    expect(() => iccMasterKeyBlocksA(pan, psn)).toThrow(
      expect.objectContaining({ code: 'EMV-VALUE-FORM', details: { what, reason } }),
    );
  });
});

describe('cryptograms', () => {
  // Vectors: github.com/knovichikhin/pyemv, pyemv/ac.py, examples of generate_ac, generate_arpc_1 and generate_arpc_2.
  it('makes the request cryptogram and both response cryptograms', () => {
    const data = fromHex('0000000020000000000000000124000000800001241103090038 04823E 5800 0001');
    const arqc = fromHex('1234567890ABCDEF');
    expect([
      toHex(applicationCryptogram(tdesOfTests, cryptogramKey, data)),
      toHex(responseCryptogram1(tdesOfTests, cryptogramKey, arqc, fromHex('0000'))),
      toHex(responseCryptogram2(tdesOfTests, cryptogramKey, arqc, fromHex('00000000'), new Uint8Array())),
    ]).toEqual(['3b76cf10fecd8789', 'f5e6f44147e2f1b0', '9308bebc']);
  });
});

describe('card verification values', () => {
  // Vector: github.com/knovichikhin/psec, psec/cvv.py, example of generate_cvv.
  it('makes the published value', () => {
    expect(cardVerificationValue(tdesOfTests, key, verificationBlocks('1234567890123456', '9912', '220'))).toBe('170');
  });

  it('refuses a service code of two digits', () => {
    expect(() => verificationBlocks('1234567890123456', '9912', '22')).toThrow(
      expect.objectContaining({ details: { what: 'service code', reason: 'not 3 digits' } }),
    );
  });
});
