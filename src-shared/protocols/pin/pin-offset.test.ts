import { describe, expect, it } from 'vitest';
import { fromHex } from '../../bytes/bytes.ts';
import { tdesOfTests } from '../tdes-of-tests.fixture.ts';
import { matchesPinOffset, naturalPin, pinOffset, pinValidationBlock } from './pin-offset.ts';

const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
const table = '1234567890123456';
const pan = '1122334455667788';
const digits = (text: string): Uint8Array => Uint8Array.from(text, Number);

function natural(start: number, length: number, pad: string, pinLength = 4): Uint8Array {
  const block = pinValidationBlock({ pan, start, length, pad });
  return naturalPin(tdesOfTests.tdesEcbEncrypt(key, block), table, pinLength);
}

// Vectors: github.com/knovichikhin/psec, psec/pin.py, examples of generate_ibm3624_pin and generate_ibm3624_offset; tests/test_pin.py.
describe('the PIN of IBM 3624', () => {
  it.each([
    [0, 16, 'F', '4524'],
    [0, 14, 'F', '5518'],
    [0, 14, 'f', '5518'],
    [1, 14, '1', '3675'],
    [2, 14, '1', '5550'],
  ])('from digit %i, %i digits, filled up with %s is %s by nature, as published', (start, length, pad, pin) => {
    expect(natural(start, length, pad).join('')).toBe(pin);
  });

  it.each([
    ['4524', '0000'],
    ['5635', '1111'],
    ['0000', '6586'],
    ['1111', '7697'],
    ['1234', '7710'],
  ])('%s has the offset %s, as published, and is recognised by it', (pin, offset) => {
    const own = natural(0, 16, 'F');
    expect(pinOffset(own, digits(pin))).toBe(offset);
    expect(matchesPinOffset(own, offset, digits(pin))).toBe(true);
    expect(matchesPinOffset(own, offset, digits('9876'))).toBe(false);
  });

  it('has as many digits as are asked for', () => {
    expect(natural(0, 16, 'F', 12).join('').slice(0, 4)).toBe('4524');
    expect(pinOffset(natural(0, 16, 'F', 6), digits('123456'))).toHaveLength(6);
  });

  it('is not made from parts of another form', () => {
    const refused = expect.objectContaining({ code: 'EMV-VALUE-FORM' }) as unknown as Error;
    const enciphered = new Uint8Array(8);
    expect(() => pinValidationBlock({ pan, start: 1, length: 16, pad: 'F' })).toThrow(refused);
    expect(() => pinValidationBlock({ pan, start: -1, length: 8, pad: 'F' })).toThrow(refused);
    expect(() => pinValidationBlock({ pan, start: 0, length: 12, pad: 'FF' })).toThrow(refused);
    expect(() => naturalPin(enciphered, '123456789012345', 4)).toThrow(refused);
    expect(() => naturalPin(enciphered, table, 13)).toThrow(refused);
    expect(() => pinOffset(digits('4524'), digits('12345'))).toThrow(refused);
    expect(() => matchesPinOffset(digits('4524'), '12345', digits('1234'))).toThrow(refused);
  });

  it.each(['0000000100000000', '0101010101010101', '0123456700000000', '0123456012345601'])(
    'is not made with the table %s, which would give PINs away',
    (weak) => {
      expect(() => naturalPin(new Uint8Array(8), weak, 4)).toThrow(
        expect.objectContaining({
          details: { what: 'decimalization table', reason: 'too few different digits' },
        }),
      );
    },
  );
});
