import { concatBytes, fromHex } from '#shared/bytes/bytes.ts';
import { expect, test } from 'vitest';
import { decodeColourRuns, decodePlainPanel, decodeResinRecords } from './panel-decoder.ts';
import type { Depth } from './panel-geometry.ts';
import { guideSize, panelLines, panelPixels, plainSize } from './panel-geometry.ts';

/** Pixel values packed by hand, most significant bit first. */
test.each<[Depth, string, number[]]>([
  [1, 'a1', [1, 0, 1, 0, 0, 0, 0, 1]],
  [5, 'f8022190a6', [31, 0, 1, 2, 3, 4, 5, 6]],
  [6, 'fc1083', [63, 1, 2, 3]],
  [7, 'fe000820610286', [127, 0, 1, 2, 3, 4, 5, 6]],
])('a plain panel of %i bits a pixel', (depth, packed, values) => {
  const data = new Uint8Array(plainSize(depth));
  data.set(fromHex(packed));
  const pixels = decodePlainPanel(depth, data);
  const top = (1 << depth) - 1;
  expect([...(pixels?.subarray(0, values.length) ?? [])]).toEqual(
    values.map((value) => Math.round((value * 255) / top)),
  );
  expect(pixels?.subarray(values.length).every((value) => value === 0)).toBe(true);
});

test('a panel of the guide printed size loses its margin', () => {
  const data = new Uint8Array(guideSize(1));
  data[8 * 82] = 0x08;
  data[1023 * 82 + 81] = 0x10;
  const pixels = decodePlainPanel(1, data) ?? new Uint8Array();
  expect([pixels[0], pixels.at(-1), pixels.reduce((sum, value) => sum + value, 0)]).toEqual([255, 255, 510]);
  expect(decodePlainPanel(1, new Uint8Array(82_297))).toBeUndefined();
});

test('resin records: white, black, N bytes; full black as the driver writes it is 83,312 bytes', () => {
  const line = new Uint8Array(82).fill(0xff);
  line[0] = 81;
  const black = concatBytes(...Array.from({ length: panelLines }, () => line));
  expect(black.length).toBe(83_312);
  expect(decodeResinRecords(black)?.every((value) => value === 255)).toBe(true);

  const mixed = concatBytes(fromHex('ff'), fromHex('028001'), new Uint8Array(1014));
  const pixels = decodeResinRecords(mixed) ?? new Uint8Array();
  expect(pixels.subarray(0, 648).every((value) => value === 255)).toBe(true);
  expect([...pixels.keys()].filter((at) => at >= 648 && pixels[at] === 255)).toEqual([648, 648 + 15]);
});

test.each([
  ['one line short', new Uint8Array(1015)],
  ['one byte over', new Uint8Array(1017)],
  ['82 bytes in a line', concatBytes(fromHex('52'), new Uint8Array(82 + 1015))],
])('resin records are refused: %s', (_name, data) => {
  expect(decodeResinRecords(data)).toBeUndefined();
});

function runs(first: string, whiteLines: number): Uint8Array {
  return concatBytes(fromHex(first), ...Array.from({ length: whiteLines }, () => fromHex('8000')));
}

test.each<[string, Depth, string, number[]]>([
  ['7 bits, three runs', 7, 'ffff ffff ff8a', [255, 648]],
  ['6 bits, bit 6 adds 256', 6, 'ffff bf89', [255, 648]],
  ['5 bits, bits 6 and 5 add 256 each', 5, 'ff88', [255, 648]],
  ['5 bits, one of them', 5, 'dfff 3f'.replace('3f', '9f89'), [255, 648]],
])('colour runs: %s', (_name, depth, first, [value, count]) => {
  const pixels = decodeColourRuns(depth, runs(first, 1015)) ?? new Uint8Array();
  expect(pixels.length).toBe(panelPixels);
  expect(pixels.subarray(0, 648).reduce((sum, each) => sum + Number(each === value), 0)).toBe(count);
  expect(pixels.subarray(648).every((each) => each === 0)).toBe(true);
});

test('single pixels and a run share a line', () => {
  const pixels = decodeColourRuns(7, runs('7f 00 40 80ff 80ff 8087', 1015)) ?? new Uint8Array();
  expect([...pixels.subarray(0, 4)]).toEqual([255, 0, 129, 0]);
});

test.each([
  ['a run past the end of its line', 7, runs('ffff ffff ff8b', 1015)],
  ['a white line inside a line', 7, runs('7f 8000', 1015)],
  ['a value above the depth', 5, runs('20', 1015)],
  ['a line too few', 7, runs('', 1015)],
  ['a line too many', 7, runs('', 1017)],
  ['a run without its count', 7, concatBytes(runs('', 1015), fromHex('80'))],
] as const)('colour runs are refused: %s', (_name, depth, data) => {
  expect(decodeColourRuns(depth, data)).toBeUndefined();
});
