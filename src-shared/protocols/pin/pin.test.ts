import { describe, expect, it } from 'vitest';
import { tdesOfTests } from '../tdes-of-tests.fixture.ts';
import { fromHex, toHex } from '../../bytes/bytes.ts';
import { buildPinBlock, readPinBlock } from './pin-block.ts';
import { finishPinVerificationValue, pinVerificationBlock } from './pin-verification-value.ts';

const pan = '5544332211009966';
const random = Uint8Array.from([0, 1, 2, 3, 4, 5, 250, 251, 252, 255]);
const digits = (text: string): Uint8Array => Uint8Array.from(text, Number);

describe('PIN blocks', () => {
  // Vectors: github.com/knovichikhin/psec, psec/pinblock.py, examples of encode_pinblock_iso_0 and encode_pinblock_iso_2.
  it('builds formats 0 and 2 as published', () => {
    expect([
      toHex(buildPinBlock({ format: 0, pan }, digits('1234'))),
      toHex(buildPinBlock({ format: 2 }, digits('1234'))),
    ]).toEqual(['041277cddeeff669', '241234ffffffffff']);
  });

  // Vectors: IBM 4758 CCA Basic Services Reference, release 2.54, figure E-4, example; github.com/openemv/dukpt, pinblock_format1_test.c.
  it('builds format 1 as published', () => {
    expect([
      toHex(buildPinBlock({ format: 1, random: fromHex('6abcfde100') }, digits('123456'))),
      toHex(buildPinBlock({ format: 1, random: fromHex('edcba98760') }, digits('12345'))),
    ]).toEqual(['161234566abcfde1', '1512345edcba9876']);
  });

  // Vectors: github.com/knovichikhin/psec, tests/test_pinblock.py, test_encode_pinblock_iso_3 (without the filling) and test_decode_pinblock_iso_3.
  it('builds and reads format 3 as published', () => {
    const card = '5555555551234567';
    const form = { format: 3, pan: card, random } as const;
    expect([
      toHex(buildPinBlock(form, digits('1234'))).slice(0, 6),
      toHex(buildPinBlock(form, digits('123456789012'))).slice(0, 14),
    ]).toEqual(['341261', '3c1261032d8226']);
    const blocks = ['341261AAAAEDCBA9', '391261032D8DCBA9', '3A1261032D82CBA9', '3C1261032D8226A9'];
    expect(blocks.map((block) => readPinBlock({ format: 3, pan: card }, fromHex(block)).join(''))).toEqual([
      '1234',
      '123456789',
      '1234567890',
      '123456789012',
    ]);
    expect(() => readPinBlock({ format: 3, pan: card }, fromHex('341261AAAAEDCBA2'))).toThrow(
      expect.objectContaining({ details: { format: 3, reason: 'filling' } }),
    );
  });

  it.each([4, 5, 6, 7, 8, 9, 10, 11, 12])('reads back a PIN of %i digits in every format', (length) => {
    const pin = digits('907856341290'.slice(0, length));
    const forms = [
      { format: 0, pan },
      { format: 1, random: random.slice(0, 5) },
      { format: 2 },
      { format: 3, pan, random },
    ] as const;
    expect(forms.map((form) => readPinBlock(form, buildPinBlock(form, pin)))).toEqual([pin, pin, pin, pin]);
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
    const typed = Uint8Array.from(pin, (digit) => Number.parseInt(digit, 16));
    expect(() => buildPinBlock({ format: 2 }, typed)).toThrow(expect.objectContaining({ code: 'EMV-VALUE-FORM' }));
  });

  it('refuses random bytes that are too few', () => {
    for (const form of [
      { format: 1, random: random.slice(0, 4) },
      { format: 3, pan, random: random.slice(1) },
    ] as const) {
      expect(() => buildPinBlock(form, digits('1234'))).toThrow(expect.objectContaining({ code: 'EMV-VALUE-FORM' }));
    }
  });
});

describe('the PIN verification value', () => {
  const key = fromHex('0123456789ABCDEFFEDCBA9876543210');

  // Vectors: github.com/knovichikhin/psec, psec/pin.py, example of generate_visa_pvv; tests/test_pin.py, test_generate_visa_pvv.
  it.each([
    ['3', '4524', '1122334455667788', '4021'],
    ['1', '4524', '1122334455667788', '8523'],
    ['2', '1912', '1122334455667788', '3244'],
    ['1', '0570', '1122334455667718', '3144'],
    ['1', '8299', '1122334455667708', '4422'],
  ])('of key index %s, PIN %s and %s is %s, as published', (index, pin, card, value) => {
    const block = pinVerificationBlock(card, index, digits(pin));
    expect(finishPinVerificationValue(tdesOfTests.tdesEcbEncrypt(key, block))).toBe(value);
  });

  it('takes letters in a second pass', () => {
    expect(finishPinVerificationValue(fromHex('abcdef1f2fffffff'))).toBe('1201');
  });
});
