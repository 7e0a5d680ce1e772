/** A closed polygon in pixels, x and y in turn; the last corner joins the first. */
export type Contour = readonly number[];

/** How much of each pixel of a rectangle lies inside an outline, 0 to 1, row by row. */
export interface Coverage {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly amounts: Float32Array;
}

/** Scanlines within one row of pixels. */
const slices = 8;

interface Crossing {
  readonly x: number;
  readonly turn: 1 | -1;
}

/**
 * Fills an outline by the non-zero rule: eight scanlines a row, exact along each. Own work, so that text is found again by other means
 * than it was drawn. Pure.
 */
export function fillOutline(contours: readonly Contour[]): Coverage {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const contour of contours) {
    for (let at = 0; at < contour.length; at += 2) {
      const [x, y] = [contour[at] ?? 0, contour[at + 1] ?? 0];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (left > right) return { left: 0, top: 0, width: 0, height: 0, amounts: new Float32Array() };
  const frame = { left: Math.floor(left), top: Math.floor(top) };
  const width = Math.ceil(right) - frame.left + 1;
  const height = Math.ceil(bottom) - frame.top + 1;
  const amounts = new Float32Array(width * height);
  const crossings: Crossing[][] = Array.from({ length: height * slices }, () => []);
  for (const contour of contours) collect(contour, frame, crossings);
  crossings.forEach((row, slice) => {
    row.sort((a, b) => a.x - b.x);
    let winding = 0;
    let from = 0;
    for (const { x, turn } of row) {
      if (winding === 0) from = x;
      winding += turn;
      if (winding === 0) cover(amounts, Math.floor(slice / slices) * width, from, x);
    }
  });
  return { ...frame, width, height, amounts };
}

function collect(contour: Contour, frame: { left: number; top: number }, crossings: Crossing[][]): void {
  const corners = contour.length / 2;
  for (let at = 0; at < corners; at++) {
    const next = (at + 1) % corners;
    const [ax, ay] = [(contour[at * 2] ?? 0) - frame.left, ((contour[at * 2 + 1] ?? 0) - frame.top) * slices];
    const [bx, by] = [(contour[next * 2] ?? 0) - frame.left, ((contour[next * 2 + 1] ?? 0) - frame.top) * slices];
    const turn = by > ay ? 1 : -1;
    // A scanline runs through the middle of its slice.
    const first = Math.ceil(Math.min(ay, by) - 0.5);
    const last = Math.ceil(Math.max(ay, by) - 0.5) - 1;
    for (let slice = first; slice <= last; slice++) {
      const x = ax + ((slice + 0.5 - ay) * (bx - ax)) / (by - ay);
      crossings[slice]?.push({ x, turn });
    }
  }
}

function cover(amounts: Float32Array, row: number, from: number, to: number): void {
  const share = 1 / slices;
  const [first, last] = [Math.floor(from), Math.floor(to)];
  const add = (pixel: number, amount: number): void => {
    amounts[row + pixel] = (amounts[row + pixel] ?? 0) + amount * share;
  };
  if (first === last) return add(first, to - from);
  add(first, first + 1 - from);
  for (let pixel = first + 1; pixel < last; pixel++) add(pixel, 1);
  add(last, to - last);
}
