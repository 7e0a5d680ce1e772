import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbers, ranges, texts } from './list-text.ts';

const digits = fc.nat(999_999).map((number) => String(number).padStart(6, '0'));

const some = { minLength: 1 };

describe('a list in one line', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.array(digits, some),
        fc.array(fc.nat(999), some),
        fc.array(fc.record({ from: digits, to: digits }), some),
        (a, b, c) => {
          expect(texts.read(texts.write(a))).toEqual(a);
          expect(numbers.read(numbers.write(b))).toEqual(b);
          expect(ranges.read(ranges.write(c))).toEqual(c);
        },
      ),
    );
  });

  it('keeps what is no number for the station to say so', () => {
    expect(numbers.read('16, x,, 19 ')).toEqual([16, 'x', 19]);
    expect(ranges.read('990001 - 990049, 5')).toEqual([
      { from: '990001', to: '990049' },
      { from: '5', to: '5' },
    ]);
    expect([texts, numbers, ranges].map(({ read }) => read(' , '))).toEqual(['', '', '']);
    expect([texts, numbers, ranges].map(({ write }) => write(undefined))).toEqual(['', '', '']);
  });
});
