import { concatBytes, toHex } from '../bytes/bytes.ts';
import { StationFault } from '../faults/station-fault.ts';

/** A parser under fuzzing. */
export interface FuzzTarget {
  readonly parse: (bytes: Uint8Array) => unknown;
  /** The codes of StationFault that it may refuse with; any other code, and any other thrown value, fails the test. */
  readonly faults: readonly string[];
  /** Right inputs that are altered, spliced, cut and wrapped; the first run parses each as it is. */
  readonly samples: readonly Uint8Array[];
  /** Longest input in bytes; 400 unless said otherwise. */
  readonly longest?: number;
}

/** How much of it; the same seed gives the same inputs on every machine. */
export interface FuzzEffort {
  readonly inputs: number;
  readonly seed?: number;
}

/** What became of the inputs: how many the parser read and how many it refused. */
export interface FuzzReport {
  readonly inputs: number;
  readonly read: number;
  readonly refused: number;
}

/** For `npm test`: a second or so for a parser. */
export const shortEffort: FuzzEffort = { inputs: 3000 };
/** For `*.long.test.ts`. */
export const longEffort: FuzzEffort = { inputs: 1_000_000 };

/** No input of this size takes longer, in milliseconds; taken twice before it counts, for a machine may be busy. */
const slowest = 500;

/** Bytes at which formats change their mind: lengths, continuation bits, padding, signs. */
const telling = [0x00, 0x01, 0x1f, 0x20, 0x30, 0x61, 0x6f, 0x70, 0x7f, 0x80, 0x81, 0x82, 0x83, 0x84, 0x90, 0x9f, 0xbf];
telling.push(0xc0, 0xc3, 0xe0, 0xe3, 0xfe, 0xff);

/** Lengths beyond the data, the indefinite length, a tag and a length without an end, empty values by the hundred. */
const bombs: readonly Uint8Array[] = [
  [0x70, 0x80, 0x5a, 0x01, 0x12, 0x00, 0x00],
  [0x70, 0x83, 0xff, 0xff, 0xff],
  [0x70, 0x84, 0x7f, 0xff, 0xff, 0xff, 0x00],
  [0x6f, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x9f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  Array.from({ length: 400 }, () => 0x70),
  Array.from({ length: 400 }, () => 0x00),
  Array.from({ length: 400 }, () => 0xff),
].map((bytes) => Uint8Array.from(bytes));

/** Numbers that follow from a seed (mulberry32, a public domain generator by T. Ettinger): below `bound`, whole. */
function numbersFrom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** Wraps bytes in a constructed object again and again: right lengths, too many levels. */
function nested(bytes: Uint8Array, levels: number, longest: number): Uint8Array {
  let inner = bytes;
  for (let level = 0; level < levels && inner.length + 4 < longest; level++) {
    const { length } = inner;
    const head = length < 0x80 ? [0x70, length] : [0x70, 0x82, length >> 8, length & 255];
    inner = concatBytes(Uint8Array.from(head), inner);
  }
  return inner;
}

/** Draws one input: noise, a bomb, or a sample that was altered up to four times. */
function draw(target: FuzzTarget, below: (bound: number) => number): Uint8Array {
  const { samples, longest = 400 } = target;
  const noise = (most: number): Uint8Array => {
    const bytes = new Uint8Array(below(most + 1));
    for (let at = 0; at < bytes.length; at++) bytes[at] = below(256);
    return bytes;
  };
  const pick = (): Uint8Array => samples[below(samples.length)] ?? new Uint8Array(0);
  const kind = below(10);
  if (kind === 0 || samples.length === 0) return noise(below(8) === 0 ? longest : 40);
  if (kind === 1) return nested(below(2) === 0 ? pick() : noise(8), below(120), longest);
  if (kind === 2)
    return concatBytes(pick(), bombs[below(bombs.length)] ?? pick()).slice(below(3) === 0 ? pick().length : 0);
  let bytes = pick().slice();
  for (let left = 1 + below(4); left > 0; left--) {
    const at = below(bytes.length + 1);
    switch (below(8)) {
      case 0: // one bit
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 1: // one byte of those that formats look at
        if (at < bytes.length) bytes[at] = telling[below(telling.length)] ?? 0;
        break;
      case 2: // cut short
        bytes = bytes.slice(0, at);
        break;
      case 3: // too long
        bytes = concatBytes(bytes, noise(8));
        break;
      case 4: // a piece left out
        bytes = concatBytes(bytes.slice(0, at), bytes.slice(at + 1 + below(4)));
        break;
      case 5: // a piece put in
        bytes = concatBytes(bytes.slice(0, at), noise(4), bytes.slice(at));
        break;
      case 6: // a piece twice
        bytes = concatBytes(bytes.slice(0, at), bytes.slice(below(at + 1)));
        break;
      case 7: // the head of one, the tail of another
        bytes = concatBytes(bytes.slice(0, at), pick().slice(below(pick().length + 1)));
        break;
    }
  }
  return bytes.slice(0, longest);
}

/** Whether the parser read or refused an input; throws what the fuzzing has found, with the input that shows it. */
function tryOne(target: FuzzTarget, bytes: Uint8Array, about: string): 'read' | 'refused' {
  const given = bytes.slice();
  const found = (what: string, cause?: unknown): never => {
    throw new Error(`${what} at ${about}: ${toHex(given)}`, { cause });
  };
  let outcome: 'read' | 'refused' = 'read';
  const began = performance.now();
  try {
    target.parse(bytes);
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) return found('thrown, and no fault of the catalogue', thrown);
    if (!target.faults.includes(thrown.code))
      return found(`${thrown.code} instead of ${target.faults.join(', ')}`, thrown);
    outcome = 'refused';
  }
  if (performance.now() - began > slowest) {
    const again = performance.now();
    try {
      target.parse(given.slice());
    } catch {
      // Only its time is of interest.
    }
    if (performance.now() - again > slowest) found(`slower than ${slowest} ms`);
  }
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== given[at]) found('the input was altered');
  return outcome;
}

/**
 * Feeds a parser with the samples, then with seeded noise, bombs and altered samples. Each must be read or refused with a fault of the
 * stated codes, in bounded time, without a stack that overflows, and left as it was. Throws an Error that names input and seed.
 */
export function fuzz(target: FuzzTarget, { inputs, seed = 1 }: FuzzEffort): FuzzReport {
  const below = numbersFrom(seed);
  const count = { read: 0, refused: 0 };
  const stack = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    target.samples.forEach((sample, at) => {
      if (tryOne(target, sample.slice(), `sample ${at}`) === 'refused') throw new Error(`sample ${at} is refused`);
    });
    for (let turn = 0; turn < inputs; turn++) {
      count[tryOne(target, draw(target, below), `seed ${seed}, input ${turn}`)] += 1;
    }
  } finally {
    Error.stackTraceLimit = stack;
  }
  return { inputs, ...count };
}
