import { concatBytes } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import { evolisDataCommand } from './command-line.ts';
import type { EvolisPanel } from './commands.ts';
import { panelLength, printerOrder, requirePanel } from './panel-image.ts';

/** Depth of a panel in bits a dot: 1 for k and o; 5, 6 or 7 for y, m and c, written as 2, 32, 64 or 128 levels. Rev E, Db. */
export type PanelDepth = 1 | 5 | 6 | 7;

/** Bytes of one line of a 1-bit panel. */
const lineBytes = printerOrder.dotsPerLine / 8;

/** How Dbc writes lines of a 1-bit panel: as the maker's driver always does (N form), or with the one-byte white and black lines of the guide. */
export type LineForm = 'driver' | 'compact';

function requireDepth(panel: EvolisPanel, depth: PanelDepth): void {
  const mono = panel === 'k' || panel === 'o';
  if (mono !== (depth === 1)) throw new StationFault('PRINTER-PANEL', { reason: `panel ${panel} with ${depth} bits` });
}

/** Amount of dye 0 (none) to 255 (full) of one dot, cut to the depth; 1 bit prints from 128 up (1 = print). */
function levelOf(amount: number | undefined, depth: PanelDepth): number {
  return (amount ?? 0) >> (8 - depth);
}

/**
 * Packs a panel in head order (one byte a dot, 0 none to 255 full) for `Db`: `depth` bits a dot without gaps, most
 * significant bit first; 82,296, 411,480, 493,776 or 576,072 bytes. Rev E, Db.
 */
export function packPanel(dots: Uint8Array, depth: PanelDepth): Uint8Array<ArrayBuffer> {
  requirePanel(dots);
  const packed = new Uint8Array((panelLength * depth) / 8);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let dot = 0; dot < panelLength; dot++) {
    held = (held << depth) | levelOf(dots[dot], depth);
    bits += depth;
    if (bits < 8) continue;
    bits -= 8;
    packed[at++] = held >> bits;
    held &= (1 << bits) - 1;
  }
  return packed;
}

/** One line record: N and the first N bytes, the rest of the line being white; `compact` writes 00 and FF for a white and a black line. */
function lineRecord(line: Uint8Array, form: LineForm): Uint8Array {
  let used = line.length;
  while (used > 0 && line[used - 1] === 0) used--;
  if (form === 'compact' && used === 0) return Uint8Array.of(0x00);
  if (form === 'compact' && line.every((byte) => byte === 0xff)) return Uint8Array.of(0xff);
  const kept = Math.max(used, 1);
  return concatBytes(Uint8Array.of(kept), line.subarray(0, kept));
}

/**
 * Compresses a 1-bit panel for `Dbc`: one record a line, 1,016 in all; full black is 83,312 bytes in the driver's form.
 * Rev E, compression chapter; real driver jobs (dpavlin/Printer-EVOLIS test.windows).
 */
export function compressMono(dots: Uint8Array, form: LineForm = 'driver'): Uint8Array<ArrayBuffer> {
  const packed = packPanel(dots, 1);
  const records: Uint8Array[] = [];
  for (let at = 0; at < packed.length; at += lineBytes)
    records.push(lineRecord(packed.subarray(at, at + lineBytes), form));
  return concatBytes(...records);
}

/** Longest run that one pair can say: 7 bits leave a count byte only, 6 bits add 256 by bit 6 of the value byte. Rev E, compression. */
const longestRun = { 6: 511, 7: 255 } as const;

/**
 * Compresses a colour panel for `Dbc`, line by line: a byte with top bit 0 is one dot; top bit 1 is a value and the
 * count follows (6 bits: bit 6 adds 256); count 00 is a whole white line. A count byte of 00 is written for white lines
 * only, so a run of exactly 256 is cut in two. Rev E, compression chapter.
 */
export function compressColour(dots: Uint8Array, depth: 6 | 7): Uint8Array<ArrayBuffer> {
  requirePanel(dots);
  const { dotsPerLine } = printerOrder;
  const out = new Uint8Array(panelLength * 2);
  let length = 0;
  for (let start = 0; start < dots.length; start += dotsPerLine) {
    const end = start + dotsPerLine;
    let at = start;
    while (at < end) {
      const level = levelOf(dots[at], depth);
      let next = at + 1;
      while (next < end && levelOf(dots[next], depth) === level) next++;
      if (level === 0 && at === start && next === end) {
        out[length++] = 0x80;
        out[length++] = 0x00;
      } else length = writeRuns(out, length, level, next - at, depth);
      at = next;
    }
  }
  return out.slice(0, length);
}

function writeRuns(out: Uint8Array, from: number, level: number, count: number, depth: 6 | 7): number {
  let at = from;
  let left = count;
  while (left > 0) {
    // 256 would need a count byte of 00, which means a white line.
    const run = left === 256 ? 255 : Math.min(left, longestRun[depth]);
    if (run === 1) out[at++] = level;
    else {
      out[at++] = 0x80 | (run > 255 ? 0x40 : 0x00) | level;
      out[at++] = run & 255;
    }
    left -= run;
  }
  return at;
}

/** `Db;panel;levels;data`: a raw panel in head order; its length follows from the geometry. Printing of the panel before starts. Rev E, Db. */
export function rawPanelCommand(panel: EvolisPanel, depth: PanelDepth, dots: Uint8Array): Uint8Array<ArrayBuffer> {
  requireDepth(panel, depth);
  return evolisDataCommand('Db', [panel, 1 << depth], packPanel(dots, depth));
}

/** `Dbc;panel;levels;bytes;data`: a compressed panel in head order, in the four-field form of real driver jobs. */
export function compressedPanelCommand(
  panel: EvolisPanel,
  depth: 1 | 6 | 7,
  dots: Uint8Array,
  form: LineForm = 'driver',
): Uint8Array<ArrayBuffer> {
  requireDepth(panel, depth);
  const data = depth === 1 ? compressMono(dots, form) : compressColour(dots, depth);
  return evolisDataCommand('Dbc', [panel, 1 << depth, data.length], data);
}
