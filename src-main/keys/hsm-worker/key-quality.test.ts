import { expect, test } from 'vitest';
import { concatBytes, fromHex } from '#shared/bytes/bytes.ts';
import { requireParity, requireStrength } from './key-quality.ts';
import { tdesCbcEncrypt } from './node-tdes.ts';

const good = fromHex('0123456789abcdef');
const other = fromHex('23456789abcdef01');

/** Weak keys, then pairs of semi-weak keys. NIST SP 800-67 rev. 2 §3.3.2; that they are is proven here by DES itself. */
const pairs = [
  ['0101010101010101', '0101010101010101'],
  ['fefefefefefefefe', 'fefefefefefefefe'],
  ['e0e0e0e0f1f1f1f1', 'e0e0e0e0f1f1f1f1'],
  ['1f1f1f1f0e0e0e0e', '1f1f1f1f0e0e0e0e'],
  ['011f011f010e010e', '1f011f010e010e01'],
  ['01e001e001f101f1', 'e001e001f101f101'],
  ['01fe01fe01fe01fe', 'fe01fe01fe01fe01'],
  ['1fe01fe00ef10ef1', 'e01fe01ff10ef10e'],
  ['1ffe1ffe0efe0efe', 'fe1ffe1ffe0efe0e'],
  ['e0fee0fef1fef1fe', 'fee0fee0fef1fef1'],
] as const;

/** Single DES: all parts of the TDES key are the same. */
function des(key: Uint8Array, block: Uint8Array): Uint8Array {
  return tdesCbcEncrypt(concatBytes(key, key, key), block);
}

test.each(pairs)(
  'with the keys %s and %s enciphering twice gives the text again, and neither is taken',
  (left, right) => {
    const [one, two] = [fromHex(left), fromHex(right)];
    expect(des(two, des(one, other))).toEqual(other);
    for (const weak of [one, two, one.map((byte) => byte ^ 1)]) {
      for (const key of [concatBytes(weak, good), concatBytes(good, weak)]) {
        expect(() => requireStrength('TDES-2', key, 'it')).toThrow(/KEYS-WEAK/);
      }
      expect(() => requireStrength('TDES-3', concatBytes(good, weak, other), 'it')).toThrow(/KEYS-WEAK/);
    }
  },
);

test('equal parts are refused, parity or not, and sound keys are taken', () => {
  const even = good.map((byte) => byte ^ 1);
  for (const key of [concatBytes(good, good), concatBytes(good, even)]) {
    expect(() => requireStrength('TDES-2', key, 'it')).toThrow(/KEYS-WEAK/);
  }
  for (const key of [concatBytes(good, other, good), concatBytes(good, good, other), concatBytes(other, good, even)]) {
    expect(() => requireStrength('TDES-3', key, 'it')).toThrow(/KEYS-WEAK/);
  }
  expect(() => requireStrength('TDES-2', concatBytes(good, other), 'it')).not.toThrow();
  expect(() => requireStrength('TDES-3', concatBytes(good, other, fromHex('456789abcdef0123')), 'it')).not.toThrow();
});

test('one bit that slipped is seen in any byte of a TDES key, and never asked of AES', () => {
  const key = concatBytes(good, other);
  expect(() => requireParity('TDES-2', key, 'it')).not.toThrow();
  for (let at = 0; at < key.length * 8; at++) {
    const slipped = key.slice();
    slipped[at >> 3] = (slipped[at >> 3] ?? 0) ^ (1 << (at & 7));
    expect(() => requireParity('TDES-2', slipped, 'it')).toThrow(/KEYS-PARITY/);
    expect(() => requireParity('AES-128', slipped, 'it')).not.toThrow();
  }
});
