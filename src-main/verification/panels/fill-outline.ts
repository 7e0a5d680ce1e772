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

/** Where contours cross the scanlines: those of a scanline lie from `starts[slice]` to before `starts[slice + 1]`, from left to right. */
interface Crossings {
  readonly starts: Uint32Array;
  readonly x: Float64Array;
  readonly turn: Int8Array;
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
  const { starts, x, turn } = crossingsOf(contours, frame, height * slices);
  for (let slice = 0; slice < height * slices; slice++) {
    const row = Math.floor(slice / slices) * width;
    let winding = 0;
    let entered = 0;
    for (let at = starts[slice] ?? 0; at < (starts[slice + 1] ?? 0); at++) {
      if (winding === 0) entered = x[at] ?? 0;
      winding += turn[at] ?? 0;
      if (winding === 0) cover(amounts, row, entered, x[at] ?? 0);
    }
  }
  return { ...frame, width, height, amounts };
}

function crossingsOf(contours: readonly Contour[], frame: { left: number; top: number }, count: number): Crossings {
  const starts = new Uint32Array(count + 1);
  eachCrossing(contours, frame, (slice) => {
    starts[slice + 1] = (starts[slice + 1] ?? 0) + 1;
  });
  for (let slice = 0; slice < count; slice++) starts[slice + 1] = (starts[slice + 1] ?? 0) + (starts[slice] ?? 0);
  const [x, turn] = [new Float64Array(starts[count] ?? 0), new Int8Array(starts[count] ?? 0)];
  const ends = starts.slice(0, count);
  eachCrossing(contours, frame, (slice, across, way) => {
    const first = starts[slice] ?? 0;
    let at = ends[slice] ?? 0;
    ends[slice] = at + 1;
    for (; at > first && (x[at - 1] ?? 0) > across; at--) {
      x[at] = x[at - 1] ?? 0;
      turn[at] = turn[at - 1] ?? 0;
    }
    x[at] = across;
    turn[at] = way;
  });
  return { starts, x, turn };
}

function eachCrossing(
  contours: readonly Contour[],
  frame: { left: number; top: number },
  visit: (slice: number, x: number, turn: 1 | -1) => void,
): void {
  for (const contour of contours) {
    let [ax, ay] = [(contour.at(-2) ?? 0) - frame.left, ((contour.at(-1) ?? 0) - frame.top) * slices];
    for (let at = 0; at < contour.length; at += 2) {
      const [bx, by] = [(contour[at] ?? 0) - frame.left, ((contour[at + 1] ?? 0) - frame.top) * slices];
      const turn = by > ay ? 1 : -1;
      // A scanline runs through the middle of its slice.
      const first = Math.ceil(Math.min(ay, by) - 0.5);
      const last = Math.ceil(Math.max(ay, by) - 0.5) - 1;
      for (let slice = first; slice <= last; slice++)
        visit(slice, ax + ((slice + 0.5 - ay) * (bx - ax)) / (by - ay), turn);
      [ax, ay] = [bx, by];
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
