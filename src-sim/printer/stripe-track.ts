/** The tracks of ISO 7811 as the printer numbers them. */
export type TrackNumber = 1 | 2 | 3;

interface TrackFormat {
  /** Bits a character without parity. */
  readonly width: 6 | 4;
  /** ASCII code of value 0. */
  readonly base: number;
  readonly start: string;
  readonly end: string;
  /** Bits an inch. */
  readonly density: 210 | 75;
  /** Characters from start sentinel to LRC, both counted. */
  readonly longest: number;
}

/** ISO 7811-2/-6 and 7813 (facts E). */
const formats: Readonly<Record<TrackNumber, TrackFormat>> = {
  1: { width: 6, base: 0x20, start: '%', end: '?', density: 210, longest: 79 },
  2: { width: 4, base: 0x30, start: ';', end: '?', density: 75, longest: 40 },
  3: { width: 4, base: 0x30, start: ';', end: '?', density: 210, longest: 107 },
};

const millimetresPerInch = 25.4;
/** The start sentinel begins 7.4 mm from the card's edge; clock zeros lie before and after the data. */
const lead = 7.4;
const cardLength = 85.6;

export type TrackReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'blank' }
  /** A character's parity is wrong, or there is no end sentinel. */
  | { readonly kind: 'damaged' }
  | { readonly kind: 'checksum' };

/** Reads a track number. */
export function parseTrack(text: string | undefined): TrackNumber | undefined {
  return text === '1' ? 1 : text === '2' ? 2 : text === '3' ? 3 : undefined;
}

/** One character as `width` data bits, least significant first, and an odd parity bit. */
function characterBits(value: number, width: number): string {
  let bits = '';
  let ones = 0;
  for (let bit = 0; bit < width; bit++) {
    const one = (value >> bit) & 1;
    ones += one;
    bits += one;
  }
  return bits + (ones % 2 === 0 ? '1' : '0');
}

/** Data bits of sentinels, text and LRC without the clock zeros; the LRC is the XOR of all data bits with its own parity. */
export function characterStream(track: TrackNumber, data: string): string {
  const format = formats[track];
  let check = 0;
  let bits = '';
  for (const character of format.start + data + format.end) {
    const value = character.charCodeAt(0) - format.base;
    check ^= value;
    bits += characterBits(value, format.width);
  }
  return bits + characterBits(check, format.width);
}

/**
 * The flux pattern of one whole track as text of 0 and 1, or undefined where the data (without sentinels) holds a character
 * outside the track's set, a sentinel, nothing at all, or more than 76, 37 or 104 characters (facts E).
 */
export function encodeTrack(track: TrackNumber, data: string): string | undefined {
  const format = formats[track];
  if (data.length === 0 || data.length + 3 > format.longest) return undefined;
  for (const character of data) {
    const value = character.charCodeAt(0) - format.base;
    if (value < 0 || value >= 1 << format.width) return undefined;
    if (character === format.start || character === format.end) return undefined;
  }
  const zeros = '0'.repeat(Math.round((lead / millimetresPerInch) * format.density));
  const whole = Math.floor((cardLength / millimetresPerInch) * format.density);
  return (zeros + characterStream(track, data)).padEnd(whole, '0');
}

/** Reads a flux pattern as the head would: finds the start sentinel after the zeros, checks every parity and the LRC. */
export function decodeTrack(track: TrackNumber, flux: string): TrackReading {
  const format = formats[track];
  const first = flux.indexOf('1');
  if (first < 0) return { kind: 'blank' };
  const step = format.width + 1;
  let check = 0;
  let text = '';
  for (let at = first; at + step <= flux.length; at += step) {
    const bits = flux.slice(at, at + step);
    const value = parity(bits, format.width);
    if (value === undefined) return { kind: 'damaged' };
    const character = String.fromCharCode(value + format.base);
    if (text === '' && character !== format.start) return { kind: 'damaged' };
    check ^= value;
    text += character;
    if (character !== format.end) continue;
    const sum = parity(flux.slice(at + step, at + 2 * step), format.width);
    return sum === check ? { kind: 'text', text: text.slice(1, -1) } : { kind: 'checksum' };
  }
  return { kind: 'damaged' };
}

function parity(bits: string, width: number): number | undefined {
  if (bits.length !== width + 1) return undefined;
  let value = 0;
  let ones = 0;
  for (let at = 0; at <= width; at++) {
    if (bits[at] !== '1') continue;
    ones += 1;
    if (at < width) value |= 1 << at;
  }
  return ones % 2 === 1 ? value : undefined;
}

/** The flux of a write that was too weak: one bit in twenty-nine did not take. */
export function weaken(flux: string): string {
  let weak = '';
  for (let at = 0; at < flux.length; at++) weak += at % 29 === 28 ? (flux[at] === '1' ? '0' : '1') : flux.charAt(at);
  return weak;
}
