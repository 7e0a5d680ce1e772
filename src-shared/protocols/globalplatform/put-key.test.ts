import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../bytes/bytes.ts';
import { aesOfTests } from '../aes-of-tests.fixture.ts';
import { encodeCommand } from '../apdu/command-apdu.ts';
import { opensslTdesCbc, tdesOfTests } from '../tdes-of-tests.fixture.ts';
import { aesKeyCheckValue } from './key-check-value.ts';
import { encodeKeys, expectedKeyAnswer, keyType, putKey, type CipheredKey } from './put-key.ts';
import { scp02Constant, scp02DerivationData } from './scp02-derivation.ts';
import { padSensitive, sensitiveLength } from './sensitive-data.ts';

const zero = new Uint8Array(8);
const refused = expect.objectContaining({ code: 'CARD-PERSONALISATION' }) as Error;

function key(type: CipheredKey['type'], clearLength: number, length = clearLength): CipheredKey {
  const enciphered = new Uint8Array(length).fill(clearLength);
  return { type, clearLength, enciphered, checkValue: Uint8Array.of(0xc1, 0xc2, clearLength) };
}

// osmocom pySim, tests/unittests/test_globalplatform.py, PutKey_PSK_Test: the session DEK of counter 0001.
it('enciphers a key under the session data encryption key as the published SCP02 trace does', () => {
  const dek = tdesOfTests.tdesCbcEncrypt(
    fromHex('102102030405060708090a0b0c0d0e0f'),
    zero,
    scp02DerivationData(scp02Constant.dek, fromHex('0001')),
  );
  const clear = fromHex('303132333435363738393a3b3c3d3e3f');
  expect(toHex(tdesOfTests.tdesEcbEncrypt(dek, clear))).toBe('15abf1fe16ccc5aa13743394442942cd');
  const halves = [0, 8].map((at) => opensslTdesCbc(dek, zero, clear.subarray(at, at + 8)));
  expect(halves.map(toHex).join('')).toBe('15abf1fe16ccc5aa13743394442942cd');
});

// osmocom pySim, SCP03_KCV_Test.
it.each([
  ['000102030405060708090a0b0c0d0e0f', 'c35280'],
  ['101112131415161718191a1b1c1d1e1f', '013808'],
  ['202122232425262728292a2b2c2d2e2f', '840de5'],
])('the published check value of the AES key %s', (value, expected) => {
  expect(toHex(aesKeyCheckValue(aesOfTests, fromHex(value)))).toBe(expected);
});

it('writes TDES keys bare, AES keys in both forms, and a padded key with its length in either', () => {
  const written = (one: CipheredKey, form: 'with-length' | 'plain-length'): string =>
    toHex(encodeKeys(0x30, [one], form));
  const tdes = `308010${'10'.repeat(16)}03c1c210`;
  expect([written(key(keyType.tdes, 16), 'with-length'), written(key(keyType.tdes, 16), 'plain-length')]).toEqual([
    tdes,
    tdes,
  ]);
  expect(written(key(keyType.aes, 16), 'with-length')).toBe(`30881110${'10'.repeat(16)}03c1c210`);
  expect(written(key(keyType.aes, 16), 'plain-length')).toBe(`308810${'10'.repeat(16)}03c1c210`);
  const padded = `30882118${'18'.repeat(32)}03c1c218`;
  expect(written(key(keyType.aes, 24, 32), 'with-length')).toBe(padded);
  expect(written(key(keyType.aes, 24, 32), 'plain-length')).toBe(padded);
  expect(written(key(keyType.aes, 32), 'plain-length')).toBe(`308820${'20'.repeat(32)}03c1c220`);
});

it('adds and replaces three keys or one, and says what a card answers that took them', () => {
  const data = fromHex('30');
  const head = (target: Parameters<typeof putKey>[0]): string =>
    toHex(encodeCommand(putKey(target, data)).subarray(0, 4));
  expect([
    head({ replaces: 'new', keys: 'all' }),
    head({ replaces: 0x20, keys: 'all' }),
    head({ replaces: 'new', keys: 'enc' }),
    head({ replaces: 0x7f, keys: 'dek' }),
  ]).toEqual(['80d80081', '80d82081', '80d80001', '80d87f03']);
  const keys = [key(keyType.tdes, 16), key(keyType.aes, 24, 32), key(keyType.aes, 32)];
  expect(toHex(expectedKeyAnswer(0x31, keys))).toBe('31c1c210c1c218c1c220');
  expect(encodeKeys(0x31, keys, 'plain-length')[0]).toBe(0x31);
});

it('refuses versions and keys that no card takes', () => {
  for (const version of [0, 128, 255, 1.5]) {
    expect(() => encodeKeys(version, [key(keyType.aes, 16)], 'with-length')).toThrow(refused);
  }
  expect(() => encodeKeys(1, [], 'with-length')).toThrow(refused);
  expect(() => encodeKeys(1, Array<CipheredKey>(4).fill(key(keyType.aes, 16)), 'with-length')).toThrow(refused);
  expect(() => encodeKeys(1, [key(keyType.aes, 16, 8)], 'with-length')).toThrow(refused);
  expect(() => encodeKeys(1, [{ ...key(keyType.aes, 16), checkValue: zero }], 'with-length')).toThrow(refused);
  for (const replaces of [0, 128, 255]) expect(() => putKey({ replaces, keys: 'all' }, zero)).toThrow(refused);
});

it('pads secret data to whole blocks, always or when needed', () => {
  const of = (length: number, block: 8 | 16, padding: 'always' | 'when-needed'): string =>
    toHex(padSensitive([new Uint8Array(length).fill(0xee)], block, padding)).replaceAll('ee', '');
  expect([of(16, 8, 'always'), of(16, 8, 'when-needed'), of(15, 16, 'when-needed'), of(5, 8, 'always')]).toEqual([
    '8000000000000000',
    '',
    '80',
    '800000',
  ]);
  for (let length = 0; length < 40; length++) {
    for (const block of [8, 16] as const) {
      for (const padding of ['always', 'when-needed'] as const) {
        const padded = padSensitive([new Uint8Array(length)], block, padding);
        expect([padded.length, padded.length % block]).toEqual([sensitiveLength(length, block, padding), 0]);
      }
    }
  }
});
