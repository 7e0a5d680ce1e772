import { expect, test } from 'vitest';
import { drawCode } from './draw-code.ts';

const room = { x: 100, y: 20, width: 572, height: 100 };

test('Code 128 of sixteen figures: set C, 123 modules of four whole pixels with 10 free modules a side', () => {
  const bars = [...(drawCode('code128', '6009900000001234', room) ?? '').matchAll(/M(\d+) 20h(\d+)v100/g)];
  const edges = bars.map(([, x, width]) => [Number(x), Number(width)] as const);
  // ISO/IEC 15417: start C, 8 pairs, check of 11 modules and 3 bars each, stop of 13 modules and 4 bars.
  expect(edges.length).toBe(3 * 10 + 4);
  const [first, last] = [edges[0] ?? [0, 0], edges.at(-1) ?? [0, 0]];
  expect(last[0] + last[1] - first[0]).toBe(123 * 4);
  expect(first[0] - room.x).toBeGreaterThanOrEqual(40);
  // Start C is 11010011100 (bars of 2, 1 and 3 modules).
  expect(edges.slice(0, 3).map(([x, width]) => [x - first[0], width])).toEqual([
    [0, 8],
    [12, 4],
    [24, 12],
  ]);
});

test('a code that would need modules under two pixels is not drawn', () => {
  expect(drawCode('code128', '6009900000001234', { ...room, width: 280 })).toBeUndefined();
  expect(drawCode('qrcode', '6009900000001234', { ...room, width: 50, height: 50 })).toBeUndefined();
});
