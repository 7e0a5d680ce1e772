/** Widths of bars and spaces by symbol value, 0 to 105; 106 is the stop with its ending bar. ISO/IEC 15417 table 1. */
const patterns =
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'.split(
    ' ',
  );
const valueOf = new Map(patterns.map((pattern, value) => [pattern, value]));

const [codeC, codeB, codeA] = [99, 100, 101];
const [startA, startB, startC] = [103, 104, 105];
const stop = 106;

/**
 * Reads one line of dark (1) and light (0) dots as Code 128: start, data, check character, stop. Null where it is none, or where the
 * check character is wrong. Function characters are not expected on a card and are refused. ISO/IEC 15417.
 */
export function readCode128(row: readonly number[]): string | null {
  const widths = runsOf(row);
  if (widths === null) return null;
  // Thirteen modules of the stop, eleven of every other symbol.
  const symbols = (widths.length - 7) / 6;
  if (!Number.isInteger(symbols) || symbols < 3) return null;
  const module = widths.reduce((sum, width) => sum + width, 0) / (symbols * 11 + 13);
  const values: number[] = [];
  for (let at = 0; at < widths.length; at += 6) {
    const last = at + 7 === widths.length;
    const pattern = widths
      .slice(at, at + (last ? 7 : 6))
      .map((width) => Math.round(width / module))
      .join('');
    const value = valueOf.get(pattern);
    if (value === undefined) return null;
    values.push(value);
    if (last) break;
  }
  return meaningOf(values);
}

/** Lengths of the runs from the first dark dot to the last. */
function runsOf(row: readonly number[]): readonly number[] | null {
  const [first, last] = [row.indexOf(1), row.lastIndexOf(1)];
  if (first < 0) return null;
  const widths: number[] = [];
  for (let at = first; at <= last; at++) {
    if (at > first && row[at] === row[at - 1]) widths[widths.length - 1] = (widths.at(-1) ?? 0) + 1;
    else widths.push(1);
  }
  return widths;
}

function meaningOf(values: readonly number[]): string | null {
  const [start, ...rest] = values;
  if (start === undefined || start < startA || start > startC || rest.pop() !== stop) return null;
  const check = rest.pop();
  const sum = rest.reduce((total, value, at) => total + value * (at + 1), start);
  if (check === undefined || sum % 103 !== check) return null;
  let set: 'A' | 'B' | 'C' = start === startA ? 'A' : start === startB ? 'B' : 'C';
  let text = '';
  for (const value of rest) {
    if (set === 'C' && value < 100) text += String(value).padStart(2, '0');
    else if (value === codeC) set = 'C';
    else if (value === codeB && set !== 'B') set = 'B';
    else if (value === codeA && set !== 'A') set = 'A';
    else if (set === 'B' && value < 96) text += String.fromCharCode(value + 32);
    else if (set === 'A' && value < 96) text += String.fromCharCode(value < 64 ? value + 32 : value - 64);
    else return null;
  }
  return text;
}
