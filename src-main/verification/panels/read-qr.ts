/** Dark (1) and light (0) modules, row by row. */
export type Modules = readonly (readonly number[])[];

/** Blocks of one version and level: data code words in each, in the order of interleaving, and error correction code words of each. */
interface Blocks {
  readonly data: readonly number[];
  readonly correction: number;
}

/** Versions 1 to 10: correction words a block, then count x data words of both groups, for levels L, M, Q, H. ISO/IEC 18004 table 9. */
const blockTable: readonly (readonly [string, string, string, string])[] = [
  ['7:1x19', '10:1x16', '13:1x13', '17:1x9'],
  ['10:1x34', '16:1x28', '22:1x22', '28:1x16'],
  ['15:1x55', '26:1x44', '18:2x17', '22:2x13'],
  ['20:1x80', '18:2x32', '26:2x24', '16:4x9'],
  ['26:1x108', '24:2x43', '18:2x15,2x16', '22:2x11,2x12'],
  ['18:2x68', '16:4x27', '24:4x19', '28:4x15'],
  ['20:2x78', '18:4x31', '18:2x14,4x15', '26:4x13,1x14'],
  ['24:2x97', '22:2x38,2x39', '22:4x18,2x19', '26:4x14,2x15'],
  ['30:2x116', '22:3x36,2x37', '20:4x16,4x17', '24:4x12,4x13'],
  ['18:2x68,2x69', '26:4x43,1x44', '24:6x19,2x20', '28:6x15,2x16'],
];

/** Centres of the alignment patterns by version. ISO/IEC 18004 annex E. */
const alignments: readonly (readonly number[])[] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
];

/** Levels by the two bits of the format information: M, L, H, Q. ISO/IEC 18004 table 12; the value is the column of the table above. */
const levelColumns = [1, 0, 3, 2] as const;

const masks: readonly ((row: number, column: number) => boolean)[] = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (_, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => ((i * j) % 2) + ((i * j) % 3) === 0,
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2 === 0,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2 === 0,
];

/**
 * Reads a QR code from its modules, versions 1 to 10, numeric, alphanumeric and byte (Latin-1 or UTF-8) segments. Nothing is corrected: what goes
 * to the printer has no errors yet, so a single wrong module makes it unreadable. Null where it is none. ISO/IEC 18004.
 */
export function readQr(modules: Modules): string | null {
  const version = (modules.length - 17) / 4;
  if (!Number.isInteger(version) || version < 1 || version > 10 || !hasFrame(modules)) return null;
  const format = readFormat(modules);
  const mask = format === null ? undefined : masks[format & 7];
  if (format === null || mask === undefined) return null;
  const blocks = blocksOf(version, levelColumns[(format >> 3) & 3] ?? 1);
  const words = readWords(modules, version, mask);
  const data = unweave(words, blocks);
  return data === null ? null : readSegments(data, version);
}

/** Three finder patterns with their light edges, the two timing lines and the dark module are as they must be. ISO/IEC 18004 6.3. */
function hasFrame(modules: Modules): boolean {
  const size = modules.length;
  const ring = (row: number, column: number): number => {
    const far = Math.max(Math.abs(row - 3), Math.abs(column - 3));
    return far === 2 || far === 4 ? 0 : 1;
  };
  for (const [top, left] of [
    [0, 0],
    [0, size - 7],
    [size - 7, 0],
  ] as const) {
    for (let row = -1; row <= 7; row++) {
      for (let column = -1; column <= 7; column++) {
        const module = modules[top + row]?.[left + column];
        if (module !== undefined && module !== ring(row, column)) return false;
      }
    }
  }
  for (let at = 8; at < size - 8; at++) {
    const dark = at % 2 === 0 ? 1 : 0;
    if (modules[6]?.[at] !== dark || modules[at]?.[6] !== dark) return false;
  }
  return modules[size - 8]?.[8] === 1;
}

/** Five bits of level and mask, both copies without an error; BCH(15,5), generator 10100110111, masked by 101010000010010. ISO/IEC 18004 7.9. */
function readFormat(modules: Modules): number | null {
  const size = modules.length;
  const at = (row: number, column: number): number => modules[row]?.[column] ?? 0;
  const [one, two]: [number[], number[]] = [[], []];
  for (let bit = 0; bit < 6; bit++) one.push(at(8, bit));
  one.push(at(8, 7), at(8, 8), at(7, 8));
  for (let row = 5; row >= 0; row--) one.push(at(row, 8));
  for (let row = 0; row < 7; row++) two.push(at(size - 1 - row, 8));
  for (let column = 0; column < 8; column++) two.push(at(8, size - 8 + column));
  const value = (bits: readonly number[]): number => bits.reduce((sum, bit) => sum * 2 + bit, 0) ^ 0b101010000010010;
  const [first, second] = [value(one), value(two)];
  if (first !== second) return null;
  let rest = first;
  for (let bit = 14; bit >= 10; bit--) if ((rest >> bit) & 1) rest ^= 0b10100110111 << (bit - 10);
  return rest === 0 ? first >> 10 : null;
}

function blocksOf(version: number, column: number): Blocks {
  const [correction = '', groups = ''] = (blockTable[version - 1]?.[column] ?? '').split(':');
  const data = groups.split(',').flatMap((group) => {
    const [count = '0', words = '0'] = group.split('x');
    return Array.from({ length: Number(count) }, () => Number(words));
  });
  return { data, correction: Number(correction) };
}

function isFunction(version: number, size: number, row: number, column: number): boolean {
  const corner = (row < 9 && column < 9) || (row < 9 && column >= size - 8) || (row >= size - 8 && column < 9);
  if (corner || row === 6 || column === 6) return true;
  if (version >= 7 && ((row < 6 && column >= size - 11) || (column < 6 && row >= size - 11))) return true;
  const centres = alignments[version - 1] ?? [];
  const last = size - 7;
  return centres.some((y) =>
    centres.some((x) => {
      const onFinder = (y === 6 && x === 6) || (y === 6 && x === last) || (y === last && x === 6);
      return !onFinder && Math.abs(row - y) <= 2 && Math.abs(column - x) <= 2;
    }),
  );
}

/** Code words in their order on the symbol: columns in pairs from the right, up and down in turn. */
function readWords(modules: Modules, version: number, mask: (row: number, column: number) => boolean): Uint8Array {
  const size = modules.length;
  const bits: number[] = [];
  let upwards = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const row = upwards ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (isFunction(version, size, row, column)) continue;
        bits.push((modules[row]?.[column] ?? 0) ^ (mask(row, column) ? 1 : 0));
      }
    }
    upwards = !upwards;
  }
  const words = new Uint8Array(bits.length >> 3);
  for (let at = 0; at < words.length * 8; at++) words[at >> 3] = ((words[at >> 3] ?? 0) << 1) | (bits[at] ?? 0);
  return words;
}

/** Puts the blocks together again; null where one of them has an error. */
function unweave(words: Uint8Array, { data, correction }: Blocks): Uint8Array | null {
  const blocks: number[][] = data.map(() => []);
  let at = 0;
  for (let place = 0; place < Math.max(...data); place++) {
    data.forEach((length, block) => {
      if (place < length) blocks[block]?.push(words[at++] ?? 0);
    });
  }
  const parts = blocks.map((block) => [...block]);
  for (let place = 0; place < correction; place++) for (const block of blocks) block.push(words[at++] ?? 0);
  return at <= words.length && blocks.every((block) => isCodeWord(block, correction))
    ? Uint8Array.from(parts.flat())
    : null;
}

const [powers, logarithms] = ((): readonly [Uint8Array, Uint8Array] => {
  const [power, logarithm] = [new Uint8Array(255), new Uint8Array(256)];
  let value = 1;
  for (let exponent = 0; exponent < 255; exponent++) {
    power[exponent] = value;
    logarithm[value] = exponent;
    value <<= 1;
    if (value & 0x100) value ^= 0x11d;
  }
  return [power, logarithm];
})();

/** All syndromes are zero in GF(256) with x^8+x^4+x^3+x^2+1. ISO/IEC 18004 7.5. */
function isCodeWord(block: readonly number[], correction: number): boolean {
  for (let root = 0; root < correction; root++) {
    let sum = 0;
    for (const word of block) {
      sum = (sum === 0 ? 0 : (powers[((logarithms[sum] ?? 0) + root) % 255] ?? 0)) ^ word;
    }
    if (sum !== 0) return false;
  }
  return true;
}

const alphanumerics = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

function readSegments(data: Uint8Array, version: number): string | null {
  let at = 0;
  const take = (count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit++, at++) value = value * 2 + (((data[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const long = version > 9;
  let text = '';
  for (;;) {
    if (data.length * 8 - at < 4) return text;
    const mode = take(4);
    if (mode === 0) return text;
    if (mode === 1) text += takeDigits(take(long ? 12 : 10), take);
    else if (mode === 2) text += takeAlphanumerics(take(long ? 11 : 9), take);
    else if (mode === 4) text += takeBytes(take(long ? 16 : 8), take);
    else return null;
    if (at > data.length * 8) return null;
  }
}

function takeDigits(count: number, take: (bits: number) => number): string {
  let text = '';
  for (let left = count; left > 0; left -= 3) {
    const digits = Math.min(3, left);
    text += String(take(digits * 3 + 1)).padStart(digits, '0');
  }
  return text;
}

function takeAlphanumerics(count: number, take: (bits: number) => number): string {
  let text = '';
  for (let left = count; left > 0; left -= 2) {
    const value = take(left > 1 ? 11 : 6);
    if (left > 1) text += alphanumerics[Math.floor(value / 45)] ?? '';
    text += alphanumerics[value % 45] ?? '';
  }
  return text;
}

function takeBytes(count: number, take: (bits: number) => number): string {
  const bytes = Uint8Array.from({ length: count }, () => take(8));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return String.fromCharCode(...bytes);
  }
}
