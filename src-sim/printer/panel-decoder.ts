import type { Depth } from './panel-geometry.ts';
import {
  guideLines,
  guideSize,
  guideWidth,
  panelLines,
  panelPixels,
  panelWidth,
  plainSize,
  resinLineBytes,
} from './panel-geometry.ts';

/**
 * Decodes the data of `Db`: pixels packed without gaps, most significant bit first, line by line in travel direction
 * (Evolis guide RevE; facts A.8). Out: 648 x 1016 ink strengths, 0 none to 255 full. A panel of 656 x 1032 loses four
 * pixels at each side and eight lines at each end (our choice: the guide does not say where the surplus lies).
 * Undefined where the length fits neither geometry.
 */
export function decodePlainPanel(depth: Depth, data: Uint8Array): Uint8Array | undefined {
  if (data.length === plainSize(depth)) return strengths(unpack(depth, data, panelPixels), depth);
  if (data.length !== guideSize(depth)) return undefined;
  const whole = unpack(depth, data, guideWidth * guideLines);
  const cropped = new Uint8Array(panelPixels);
  const left = (guideWidth - panelWidth) / 2;
  const top = (guideLines - panelLines) / 2;
  for (let line = 0; line < panelLines; line++) {
    const from = (line + top) * guideWidth + left;
    cropped.set(whole.subarray(from, from + panelWidth), line * panelWidth);
  }
  return strengths(cropped, depth);
}

function unpack(depth: Depth, data: Uint8Array, count: number): Uint8Array {
  const values = new Uint8Array(count);
  let held = 0;
  let bits = 0;
  let at = 0;
  const mask = (1 << depth) - 1;
  for (const byte of data) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= depth) {
      bits -= depth;
      values[at++] = (held >> bits) & mask;
    }
  }
  return values;
}

/** Spreads pixel values of a depth over 0 to 255, in place. */
function strengths(values: Uint8Array, depth: Depth): Uint8Array {
  const top = (1 << depth) - 1;
  for (let at = 0; at < values.length; at++) values[at] = Math.round(((values[at] ?? 0) * 255) / top);
  return values;
}

/**
 * Decodes `Dbc` data of a one-bit panel: one record a line; 00 white, FF black, N (1 to 81) followed by N bytes, the rest of
 * the line white (eight captures of the Windows driver; facts A.8). Undefined unless there are exactly 1016 whole records.
 */
export function decodeResinRecords(data: Uint8Array): Uint8Array | undefined {
  const pixels = new Uint8Array(panelPixels);
  let at = 0;
  for (let line = 0; line < panelLines; line++) {
    const count = data[at++];
    if (count === undefined) return undefined;
    const start = line * panelWidth;
    if (count === 0) continue;
    if (count === 0xff) {
      pixels.fill(255, start, start + panelWidth);
      continue;
    }
    if (count > resinLineBytes || at + count > data.length) return undefined;
    for (let offset = 0; offset < count; offset++) {
      const byte = data[at + offset] ?? 0;
      for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) pixels[start + offset * 8 + bit] = 255;
    }
    at += count;
  }
  return at === data.length ? pixels : undefined;
}

/**
 * Decodes `Dbc` data of a colour panel (Evolis guide RevE; facts A.8): a byte below 0x80 is one pixel; a byte from 0x80 is a
 * value and the next byte its repeat count, 0 meaning a white line. At 6 bits, bit 6 adds 256 to the count; at 5 bits, bits 6
 * and 5 add 256 each. The guide does not say whether a run may pass the end of a line or a white line may begin inside one:
 * both are refused, so that what is taken means the same under every reading.
 */
export function decodeColourRuns(depth: Depth, data: Uint8Array): Uint8Array | undefined {
  const pixels = new Uint8Array(panelPixels);
  const mask = (1 << depth) - 1;
  let out = 0;
  let at = 0;
  while (at < data.length) {
    if (out >= panelPixels) return undefined;
    const byte = data[at++] ?? 0;
    const room = panelWidth - (out % panelWidth);
    if (byte < 0x80) {
      if (byte > mask) return undefined;
      pixels[out++] = byte;
      continue;
    }
    const low = data[at++];
    if (low === undefined) return undefined;
    let count = low;
    if (depth <= 6 && byte & 0x40) count += 256;
    if (depth === 5 && byte & 0x20) count += 256;
    if (count === 0) {
      if (room !== panelWidth) return undefined;
      out += panelWidth;
      continue;
    }
    if (count > room) return undefined;
    pixels.fill(byte & mask, out, out + count);
    out += count;
  }
  return out === panelPixels ? strengths(pixels, depth) : undefined;
}
