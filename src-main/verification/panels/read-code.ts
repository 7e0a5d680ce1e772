import { sideHeight, sideWidth } from '#shared/domain/print-side.ts';
import type { CodePlace } from './find-places.ts';
import { blackInk, dyeInk, zoneWithin, type Ink, type Zone } from './ink.ts';
import type { SidePicture } from './print-stream.ts';
import { readCode128 } from './read-code128.ts';
import { readQr } from './read-qr.ts';

export type CodeReading =
  | { readonly kind: 'read'; readonly text: string }
  | { readonly kind: 'nothing-there' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Rows of a bar code may differ by so few dots: none but what SPECIMEN hides. */
const unevenDots = 0;

/** Reads the code off its rectangle on a side, by its dots alone. Quiet zones must be free: 10 modules beside Code 128, 4 around a QR code. */
export function readCode(side: SidePicture, place: CodePlace, hidden: ReadonlySet<number>): CodeReading {
  const zone = zoneWithin(place.x, place.y, place.x + place.width, place.y + place.height);
  const ink =
    place.panel === 'black'
      ? blackInk(side, zone, hidden)
      : dyeInk(side, place.colour, zone, new Float32Array(sideWidth * sideHeight));
  if (ink === null) return { kind: 'unreadable', reason: 'it cannot be told from its ground' };
  const frame = inkedFrame(ink, zone);
  if (frame === null) return { kind: 'nothing-there' };
  if (place.symbology === 'code128') return readBars(ink, zone, frame);
  if (place.symbology === 'qrcode') return readSquare(ink, zone, frame);
  return { kind: 'unreadable', reason: 'its symbology is not known to the reader' };
}

function inkedFrame(ink: Ink, zone: Zone): Zone | null {
  let [left, top, right, bottom] = [zone.right, zone.bottom, zone.left, zone.top];
  for (let y = zone.top; y < zone.bottom; y++) {
    for (let x = zone.left; x < zone.right; x++) {
      if (ink[y * sideWidth + x] !== 1) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
    }
  }
  return left >= right ? null : { left, top, right, bottom };
}

/** Every row says the same: a column of dots is dark or light from the top to the bottom of the rectangle. */
function readBars(ink: Ink, zone: Zone, frame: Zone): CodeReading {
  const row: number[] = [];
  for (let x = frame.left; x < frame.right; x++) {
    let [dark, light] = [0, 0];
    for (let y = zone.top; y < zone.bottom; y++) {
      const dot = ink[y * sideWidth + x];
      if (dot === 1) dark++;
      else if (dot === 0) light++;
    }
    if (Math.min(dark, light) > unevenDots) return { kind: 'unreadable', reason: 'its bars are damaged' };
    row.push(dark > light ? 1 : 0);
  }
  const text = readCode128(row);
  if (text === null) return { kind: 'unreadable', reason: 'it is no Code 128, or its check character is wrong' };
  // Start, data, check and stop: the narrowest bar is one module.
  const module = narrowest(row);
  const quiet = Math.min(frame.left - zone.left, zone.right - frame.right);
  return quiet >= module * 10 ? { kind: 'read', text } : { kind: 'unreadable', reason: 'its quiet zone is too narrow' };
}

function narrowest(row: readonly number[]): number {
  let [least, run] = [row.length, 1];
  for (let at = 1; at < row.length; at++) {
    if (row[at] === row[at - 1]) run++;
    else {
      least = Math.min(least, run);
      run = 1;
    }
  }
  return Math.min(least, run);
}

/** The upper left finder pattern is seven modules wide: that gives the size of a module. */
function readSquare(ink: Ink, zone: Zone, frame: Zone): CodeReading {
  let finder = 0;
  while (ink[frame.top * sideWidth + frame.left + finder] !== 0) finder++;
  const module = finder / 7;
  const across = (frame.right - frame.left) / module;
  if (
    !Number.isInteger(module) ||
    module < 1 ||
    !Number.isInteger(across) ||
    frame.bottom - frame.top !== frame.right - frame.left
  ) {
    return { kind: 'unreadable', reason: 'it is no square of whole modules' };
  }
  const modules: number[][] = [];
  for (let row = 0; row < across; row++) {
    const line: number[] = [];
    for (let column = 0; column < across; column++) {
      const dots = dotsOf(ink, frame.left + column * module, frame.top + row * module, module);
      if (dots === null) return { kind: 'unreadable', reason: 'a module is neither dark nor light' };
      line.push(dots);
    }
    modules.push(line);
  }
  const text = readQr(modules);
  if (text === null) return { kind: 'unreadable', reason: 'it is no QR code without errors' };
  const quiet = Math.min(
    frame.left - zone.left,
    zone.right - frame.right,
    frame.top - zone.top,
    zone.bottom - frame.bottom,
  );
  return quiet >= module * 4 ? { kind: 'read', text } : { kind: 'unreadable', reason: 'its quiet zone is too narrow' };
}

/** One module, all of whose judged dots agree. */
function dotsOf(ink: Ink, left: number, top: number, module: number): number | null {
  let [dark, light] = [0, 0];
  for (let y = top; y < top + module; y++) {
    for (let x = left; x < left + module; x++) {
      const dot = ink[y * sideWidth + x];
      if (dot === 1) dark++;
      else if (dot === 0) light++;
    }
  }
  return dark > 0 && light > 0 ? null : dark > 0 ? 1 : 0;
}
