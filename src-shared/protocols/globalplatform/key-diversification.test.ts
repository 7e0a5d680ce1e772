import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../bytes/bytes.ts';
import { aesOfTests } from '../aes-of-tests.fixture.ts';
import { tdesOfTests } from '../tdes-of-tests.fixture.ts';
import { aesKeyCheckValue } from './key-check-value.ts';
import type { StaticKey } from './key-diversification.ts';
import { diversificationBlocks, diversifyAesKey, diversifyTdesKey } from './key-diversification.ts';

const kmc = fromHex('404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f');
const diversificationData = fromHex('00010203040506070809');
const keys: readonly StaticKey[] = ['enc', 'mac', 'dek'];

function tdesCheckValues(method: 'emv-cps-1.1' | 'visa2' | 'none'): readonly string[] {
  return keys.map((key) => {
    const derived = diversifyTdesKey(tdesOfTests, method, kmc.slice(0, 16), { diversificationData, key });
    return toHex(tdesOfTests.tdesEcbEncrypt(derived, new Uint8Array(8)).slice(0, 3));
  });
}

// Vectors: github.com/martinpaljak/GlobalPlatformPro, library/src/test/java/pro/javacard/gp/test/TestPlaintextKeys.java.
describe('keys of a card from a manufacturer key', () => {
  it('are those published for EMV CPS 1.1, Visa2 and none, by their check values', () => {
    expect([tdesCheckValues('emv-cps-1.1'), tdesCheckValues('visa2'), tdesCheckValues('none')]).toEqual([
      ['c33013', '6f4ca6', 'bb8179'],
      ['2be598', '58da38', '3c328e'],
      ['8baf47', '8baf47', '8baf47'],
    ]);
  });

  it.each([
    [16, ['e79c05', 'd1bd77', '3fde8c']],
    [24, ['1de8ea', '47c00c', 'c04d76']],
    [32, ['2972d2', '036f94', '5d57b8']],
  ])('are those published for KDF3 with a key of %i bytes, by their check values', (length, expected) => {
    const derived = keys.map((key) =>
      diversifyAesKey(aesOfTests, 'kdf3', kmc.slice(0, length), { diversificationData, key }),
    );
    expect(derived.map((key) => toHex(aesKeyCheckValue(aesOfTests, key)))).toEqual(expected);
  });

  // Vector: the same repository, TestSCP03.java, testKDF3.
  it('are the published bytes for KDF3 with 32 bytes', () => {
    const master = fromHex('8C72C72CF908411653018807950D82FBAD947562F0828A0B10B8B9606ABF3BCD');
    const card = { diversificationData: fromHex('D9B1DE5D0362DEDCE4FB'), key: 'enc' } as const;
    expect(toHex(diversifyAesKey(aesOfTests, 'kdf3', master, card))).toBe(
      '9aac5d0b3601f89438a0d9d0b6b256cfb47e6462dfa5228d3420c4ac7c224781',
    );
  });

  it('are the manufacturer key itself without a method, as a copy', () => {
    const master = kmc.slice(0, 16);
    const copy = diversifyAesKey(aesOfTests, 'none', master, { diversificationData, key: 'mac' });
    expect(copy).toEqual(master);
    expect(copy).not.toBe(master);
  });

  it('need ten bytes of the card and a key of an AES length', () => {
    const short = { diversificationData: diversificationData.slice(1), key: 'enc' } as const;
    const refused: unknown = expect.objectContaining({ code: 'EMV-VALUE-FORM' });
    expect(() => diversificationBlocks('visa2', short.diversificationData, 'enc')).toThrow(refused);
    expect(() => diversifyAesKey(aesOfTests, 'kdf3', kmc, short)).toThrow(refused);
    const card = { diversificationData, key: 'enc' } as const;
    expect(() => diversifyAesKey(aesOfTests, 'kdf3', kmc.slice(0, 17), card)).toThrow(refused);
  });
});

describe('the check value of GlobalPlatform', () => {
  // Vector: the same file, testSessionKeys_SCP03 (the static data encryption key).
  it('is the published one of the test key', () => {
    expect(toHex(aesKeyCheckValue(aesOfTests, kmc.slice(0, 16)))).toBe('504a77');
  });
});
