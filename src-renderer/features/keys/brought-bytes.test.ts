import { expect, test } from 'vitest';
import { authorityName, hexOfFile, indexOfHex, isHex, plainHex } from './brought-bytes.ts';

test('bytes are read as they are or as digits', async () => {
  const file = (...bytes: number[]) => new Blob([Uint8Array.from(bytes)]);
  expect([
    await hexOfFile(file(0x00, 0xff, 0x41)),
    await hexOfFile(new Blob(['00 ff\n41\n'])),
    await hexOfFile(new Blob(['00f'])),
    await hexOfFile(file()),
  ]).toEqual(['00FF41', '00FF41', '303066', '']);
});

test('what was typed is whole bytes, and an index one of them', () => {
  expect(['', 'a', 'A1', 'a1 b2\n', 'g0'].map(isHex)).toEqual([false, false, true, true, false]);
  expect(plainHex('A1 b2\n')).toBe('a1b2');
  expect(['F1', '0', 'fg', '00'].map(indexOfHex)).toEqual([0xf1, null, null, 0]);
  expect(authorityName({ rid: 'f043575249', index: 5 })).toBe('F043575249 · 05');
});
