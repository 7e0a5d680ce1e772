import bwip from 'bwip-js';
import { expect, test } from 'vitest';
import { readCode128 } from './read-code128.ts';
import { readQr } from './read-qr.ts';

/** The modules of a QR code as bwip-js makes it, and its version. */
function drawn(text: string, level: string): { readonly modules: number[][]; readonly version: number } {
  const [symbol] = bwip.raw('qrcode', text, `eclevel=${level}`);
  if (symbol === undefined || !('pixs' in symbol)) throw new Error('no symbol');
  const size = symbol.pixx;
  const modules = Array.from({ length: size }, (_, row) => symbol.pixs.slice(row * size, (row + 1) * size));
  return { modules, version: (size - 17) / 4 };
}

test('QR codes of versions 1 to 10 at every level', () => {
  const seen = new Set<number>();
  const texts = [
    (length: number) => '7'.repeat(length),
    (length: number) => 'A1 '.repeat(length).slice(0, length),
    (length: number) => `ü${'x'.repeat(length)}`,
  ];
  for (const level of ['L', 'M', 'Q', 'H']) {
    [1, 9, 20, 33, 48, 62, 80, 100, 122, 150, 180, 215, 240, 268].forEach((length, at) => {
      const text = texts[at % 3]?.(length) ?? '';
      const { modules, version } = drawn(text, level);
      if (version > 10) return;
      expect(readQr(modules)).toBe(text);
      seen.add(version);
    });
  }
  expect([...seen].toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
}, 60_000);

test('a QR code with one wrong module is none', () => {
  const { modules, version } = drawn('6009900000001234', 'M');
  expect(version).toBe(1);
  for (const row of modules) {
    row.forEach((module, at) => {
      row[at] = 1 - module;
      expect(readQr(modules)).toBe(null);
      row[at] = module;
    });
  }
  expect(readQr(modules)).toBe('6009900000001234');
});

function bars(text: string): number[] {
  const [symbol] = bwip.raw('code128', text);
  if (symbol === undefined || !('sbs' in symbol)) throw new Error('no symbol');
  return symbol.sbs.flatMap((width, at) => Array.from({ length: width * 3 }, () => (at % 2 === 0 ? 1 : 0)));
}

test('Code 128 in all its sets', () => {
  for (const text of ['1', '12', '6009900000001234', 'Hello 123', 'ABC\tD', 'a1234567b', '980012341234123']) {
    expect(readCode128(bars(text))).toBe(text);
  }
});

test('Code 128 with one bar wider by a module, or cut, is none', () => {
  const row = bars('6009900000001234');
  expect(readCode128(row.slice(0, -30))).toBe(null);
  for (let at = 40; at < row.length - 40; at += 17) {
    const changed = [...row];
    for (let dot = at; dot < at + 3; dot++) changed[dot] = 1 - (changed[dot] ?? 0);
    expect(readCode128(changed)).not.toBe('6009900000001234');
  }
  expect(readCode128([])).toBe(null);
});
