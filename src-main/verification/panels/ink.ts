import { sideHeight, sideWidth } from '#shared/domain/print-side.ts';
import type { Coverage } from './fill-outline.ts';
import type { Colour } from './find-places.ts';
import type { SidePicture } from './print-stream.ts';

/** A rectangle of whole pixels within the card. */
export interface Zone {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Which pixels of a side bear a field's ink, over the whole side: 1 ink, 0 none, 2 not judged. */
export type Ink = Uint8Array;

/** Colour of text and of its ground must differ by so much, of 255, that one can be told from the other. */
const leastContrast = 32;

export function zoneWithin(left: number, top: number, right: number, bottom: number): Zone {
  return {
    left: Math.max(0, Math.floor(left)),
    top: Math.max(0, Math.floor(top)),
    right: Math.min(sideWidth, Math.ceil(right)),
    bottom: Math.min(sideHeight, Math.ceil(bottom)),
  };
}

/** Marks what is laid down in black resin within a zone; `hidden` pixels are not judged. */
export function blackInk(side: SidePicture, zone: Zone, hidden: ReadonlySet<number>): Ink {
  const ink = new Uint8Array(sideWidth * sideHeight);
  const black = side.picture('k');
  eachPixel(zone, (at) => {
    ink[at] = hidden.has(at) ? 2 : (black?.[at] ?? 0) >= 128 ? 1 : 0;
  });
  return ink;
}

/**
 * Marks what has the text's colour rather than its ground's within a zone. The ground is what lies where no text should be; half way
 * between the two is the border. Returns null where text and ground cannot be told apart.
 *
 * @param wanted where the text should stand, 0 to 1, over the whole side
 */
export function dyeInk(side: SidePicture, colour: Colour, zone: Zone, wanted: Float32Array): Ink | null {
  const ink = new Uint8Array(sideWidth * sideHeight);
  const [red, green, blue] = [side.picture('c'), side.picture('m'), side.picture('y')];
  // A dye takes its complement away: no cyan is full red.
  const distance = (at: number): number =>
    Math.max(
      Math.abs(255 - (red?.[at] ?? 0) - colour[0]),
      Math.abs(255 - (green?.[at] ?? 0) - colour[1]),
      Math.abs(255 - (blue?.[at] ?? 0) - colour[2]),
    );
  const ground = new Uint32Array(256);
  eachPixel(zone, (at) => {
    if ((wanted[at] ?? 0) === 0) countIn(ground, distance(at));
  });
  const middle = medianOf(ground);
  if (middle < leastContrast) return null;
  eachPixel(zone, (at) => {
    ink[at] = distance(at) < middle / 2 ? 1 : 0;
  });
  return ink;
}

function countIn(counts: Uint32Array, value: number): void {
  counts[value] = (counts[value] ?? 0) + 1;
}

/** The upper median of values that were counted; 0 of none. */
function medianOf(counts: Uint32Array): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  return Math.max(
    0,
    counts.findIndex((count) => (below += count) > all >> 1),
  );
}

/** Lays coverages over each other; where several meet the greatest counts. */
export function layOver(onto: Float32Array, coverage: Coverage): void {
  eachCovered(coverage, (at, amount) => {
    if (amount > (onto[at] ?? 0)) onto[at] = amount;
  });
}

/** Visits the pixels of a coverage that lie on the card. */
export function eachCovered(coverage: Coverage, visit: (at: number, amount: number) => void): void {
  for (let y = 0; y < coverage.height; y++) {
    const row = coverage.top + y;
    if (row < 0 || row >= sideHeight) continue;
    for (let x = 0; x < coverage.width; x++) {
      const column = coverage.left + x;
      if (column >= 0 && column < sideWidth)
        visit(row * sideWidth + column, coverage.amounts[y * coverage.width + x] ?? 0);
    }
  }
}

export function eachPixel(zone: Zone, visit: (at: number, x: number, y: number) => void): void {
  for (let y = zone.top; y < zone.bottom; y++) {
    for (let x = zone.left; x < zone.right; x++) visit(y * sideWidth + x, x, y);
  }
}
