import { describe, expect, it } from 'vitest';
import { tdesOfTests } from '../tdes-of-tests.fixture.ts';
import { fromHex, toHex } from '../../bytes/bytes.ts';
import { buildPinBlock, readPinBlock } from './pin-block.ts';
import { finishPinVerificationValue, pinVerificationBlock } from './pin-verification-value.ts';

const pan = '5544332211009966';
const random = Uint8Array.from([0, 1, 2, 3, 4, 5, 250, 251, 252, 255]);

describe('PIN blocks', () => {
  // Vectors: github.com/knovichikhin/psec, psec/pinblock.py, examples of encode_pinblock_iso_0 and encode_pinblock_iso_2.
  it('builds formats 0 and 2 as published', () => {
    expect([toHex(buildPinBlock({ format: 0, pan }, '1234')), toHex(buildPinBlock({ format: 2 }, '1234'))]).toEqual([
      '041277cddeeff669',
      '241234ffffffffff',
    ]);
  });

  it.each([4, 5, 6, 7, 8, 9, 10, 11, 12])('reads back a PIN of %i digits in every format', (length) => {
    const pin = '907856341290'.slice(0, length);
    const forms = [{ format: 0, pan }, { format: 2 }, { format: 3, pan, random }] as const;
    expect(forms.map((form) => readPinBlock(form, buildPinBlock(form, pin)))).toEqual([pin, pin, pin]);
  });

  it.each([
    ['041234ffffffffff', 'control field'],
    ['231234ffffffffff', 'PIN length'],
    ['2d1234567890123f', 'PIN length'],
    ['24123affffffffff', 'PIN digits'],
    ['241234fffffffff0', 'filling'],
    ['241234ffffffff', 'not 8 bytes'],
  ])('refuses %s for its %s', (block, reason) => {
    expect(() => readPinBlock({ format: 2 }, fromHex(block))).toThrow(
      expect.objectContaining({ code: 'PIN-BLOCK-FORM', details: { format: 2, reason } }),
    );
  });

  it.each(['123', '1234567890123', '12a4'])('refuses the PIN %s', (pin) => {
    expect(() => buildPinBlock({ format: 2 }, pin)).toThrow(expect.objectContaining({ code: 'EMV-VALUE-FORM' }));
  });
});

describe('the PIN verification value', () => {
  // Vector: github.com/knovichikhin/psec, psec/pin.py, example of generate_visa_pvv.
  it('is made as published', () => {
    const block = pinVerificationBlock('1122334455667788', '3', '4524');
    const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
    expect(finishPinVerificationValue(tdesOfTests.tdesEcbEncrypt(key, block))).toBe('4021');
  });

  it('takes letters in a second pass', () => {
    expect(finishPinVerificationValue(fromHex('abcdef1f2fffffff'))).toBe('1201');
  });
});
