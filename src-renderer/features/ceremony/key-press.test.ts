import { describe, expect, it } from 'vitest';
import { readKeyPress } from './key-press.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false };
const kinds = (keys: readonly string[], held: Partial<typeof plain> = {}) =>
  keys.map((key) => readKeyPress({ ...plain, ...held, key }).kind);

describe('readKeyPress', () => {
  it('reads the sixteen characters in both cases', () => {
    const digits = '0123456789abcdefABCDEF'.split('').map((key) => readKeyPress({ ...plain, key }));
    const expected = [...Array(16).keys(), 10, 11, 12, 13, 14, 15];
    expect(digits).toEqual(expected.map((digit) => ({ kind: 'digit', digit })));
  });

  it('clears, ends, and refuses to paste in every way of the keyboard', () => {
    expect(kinds(['Backspace', 'Delete', 'Enter'])).toEqual(['clear', 'clear', 'end']);
    expect(kinds(['v', 'V'], { ctrlKey: true })).toEqual(['paste', 'paste']);
    expect(kinds(['v'], { metaKey: true })).toEqual(['paste']);
    expect(kinds(['Insert'], { shiftKey: true })).toEqual(['paste']);
  });

  it('takes nothing from a key that is held down, from a shortcut, or from keys that move the focus', () => {
    expect(kinds(['a', '1', 'Backspace'], { repeat: true })).toEqual(['none', 'none', 'none']);
    expect(kinds(['a', 'c', '1'], { ctrlKey: true })).toEqual(['none', 'none', 'none']);
    expect(kinds(['1'], { altKey: true })).toEqual(['none']);
    expect(kinds(['Tab', 'ArrowLeft', 'Escape', 'F5', 'Shift'])).toEqual(Array(5).fill('none'));
    expect(kinds(['g', 'O', ' ', 'ß'])).toEqual(Array(4).fill('other'));
  });
});
