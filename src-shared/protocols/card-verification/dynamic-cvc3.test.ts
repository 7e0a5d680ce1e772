import { describe, expect, it } from 'vitest';
import { ascii, fromHex } from '../../bytes/bytes.ts';
import { iccMasterKey, iccMasterKeyBlocksA } from '../emv/icc-master-key.ts';
import { tdesOfTests } from '../tdes-of-tests.fixture.ts';
import { cvc3InitialVector, dynamicCvc3 } from './dynamic-cvc3.ts';

const issuerKey = fromHex('01234567899876543210012345678998');
const key = iccMasterKey(tdesOfTests, issuerKey, iccMasterKeyBlocksA('5123456789012345', '00'));

function digits(staticTrack: Uint8Array): string {
  return dynamicCvc3(tdesOfTests, key, {
    initialVector: cvc3InitialVector(tdesOfTests, key, staticTrack),
    unpredictableNumber: fromHex('00000899'),
    atc: fromHex('005E'),
  });
}

describe('the dynamic CVC3', () => {
  // Vector: github.com/knovichikhin/pyemv, pyemv/cvv.py, example of generate_cvc3.
  it('of track 2 is the published one', () => {
    expect(digits(fromHex('5123456789012345D35121010000000000000F'))).toBe('29488');
  });

  // Vector: the same repository, tests/test_cvv_hsm.py, which publishes the right three digits as they stand in the track.
  it('of track 1 ends in the published digits', () => {
    expect(digits(ascii('B5123456789012345^KENOBI/OBIWAN^3512101000000000000000000000000')).slice(-3)).toBe('419');
  });

  it('refuses parts of another length', () => {
    const parts = { initialVector: fromHex('0000'), unpredictableNumber: fromHex('00000899'), atc: fromHex('5E') };
    expect(() => dynamicCvc3(tdesOfTests, key, parts)).toThrow(
      expect.objectContaining({ code: 'EMV-VALUE-FORM', details: { what: 'atc', reason: 'not 2 bytes' } }),
    );
  });
});
