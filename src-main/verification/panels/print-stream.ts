/** Dots across the card, along the head. A5013 Rev E, print job: 648 dots, 1,016 lines at 300 dpi. */
const dots = 648;
/** Lines along the card's travel. */
const lines = 1016;

/** Panels by the language's own letters. */
export type PanelLetter = 'y' | 'm' | 'c' | 'k' | 'o';

/** One panel as the printer would lay it down: 1016 * 648 values, row by row from the top left of the landscape card, 0 none to 255 full. */
export type PanelPicture = Uint8Array;

export interface SidePicture {
  readonly side: 'front' | 'back';
  /** Null where the job has no such panel. */
  picture(letter: PanelLetter): PanelPicture | null;
}

/** The panels of a side as the head lays them down; a picture is made of one when it is first looked at. */
class Side implements SidePicture {
  readonly side: 'front' | 'back';
  readonly #panels = new Map<PanelLetter, { readonly levels: Uint8Array; readonly depth: number }>();
  readonly #pictures = new Map<PanelLetter, PanelPicture>();

  constructor(side: 'front' | 'back') {
    this.side = side;
  }

  add(letter: PanelLetter, levels: Uint8Array, depth: number): void {
    if (this.#panels.has(letter)) unreadable(`the panel ${letter} is given twice for the ${this.side}`);
    this.#panels.set(letter, { levels, depth });
  }

  picture(letter: PanelLetter): PanelPicture | null {
    const panel = this.#panels.get(letter);
    if (panel === undefined) return null;
    const picture = this.#pictures.get(letter) ?? layBack(panel.levels, panel.depth);
    this.#pictures.set(letter, picture);
    return picture;
  }
}

/** What stands in the way of reading a print job; the text is for people and names no value. */
export class UnreadableStream extends Error {}

function unreadable(reason: string): never {
  throw new UnreadableStream(reason);
}

const [escape, semicolon, carriageReturn] = [0x1b, 0x3b, 0x0d];

/** Bits a dot by the level count that the command states. A5013 Rev E, Db. */
const depths: ReadonlyMap<string, number> = new Map([
  ['2', 1],
  ['32', 5],
  ['64', 6],
  ['128', 7],
]);

function isPanel(text: string): text is PanelLetter {
  return text === 'y' || text === 'm' || text === 'c' || text === 'k' || text === 'o';
}

/**
 * Reads the bytes of a print job as the printer would and gives the sides in the order in which they are chosen. Written from the
 * guide alone, it shares nothing with the code that packs.
 *
 * Throws UnreadableStream on whatever the guide does not say, a panel given twice, or a panel before a side is chosen.
 * Does not touch the card. A5013 Rev E, Sr, Sv, Db, Dbc; real driver jobs for the four-field form of Dbc.
 */
export function readPrintStream(commands: readonly Uint8Array[]): readonly SidePicture[] {
  const sides: Side[] = [];
  for (const bytes of commands) {
    if (bytes[0] !== escape || bytes.at(-1) !== carriageReturn) unreadable('a command is not framed');
    const name = fieldAt(bytes, 1);
    switch (name.text) {
      case 'Sr':
      case 'Sv': {
        if (name.next !== bytes.length) unreadable(`${name.text} has parameters`);
        const side = name.text === 'Sr' ? 'front' : 'back';
        if (sides.some((known) => known.side === side)) unreadable(`the ${side} is chosen twice`);
        sides.push(new Side(side));
        break;
      }
      case 'Db':
      case 'Dbc': {
        const side = sides.at(-1) ?? unreadable('a panel comes before a side is chosen');
        const { panel, levels, depth } = readPanel(bytes, name.text, name.next);
        side.add(panel, levels, depth);
        break;
      }
      default:
        unreadable('a command is neither a side nor a panel');
    }
  }
  return sides;
}

/** The text up to the next separator or the closing CR, and where the text after it begins. */
function fieldAt(bytes: Uint8Array, from: number): { readonly text: string; readonly next: number } {
  let at = from;
  while (at < bytes.length && at - from < 12 && bytes[at] !== semicolon && bytes[at] !== carriageReturn) at++;
  if (bytes[at] !== semicolon && bytes[at] !== carriageReturn) unreadable('a parameter is too long');
  return { text: String.fromCharCode(...bytes.subarray(from, at)), next: at + 1 };
}

function readPanel(
  bytes: Uint8Array,
  form: 'Db' | 'Dbc',
  from: number,
): { readonly panel: PanelLetter; readonly levels: Uint8Array; readonly depth: number } {
  const letter = fieldAt(bytes, from);
  const count = fieldAt(bytes, letter.next);
  const panel = isPanel(letter.text) ? letter.text : unreadable('a panel has an unknown letter');
  const depth = depths.get(count.text) ?? unreadable(`panel ${panel} has ${count.text} levels`);
  // Resin and varnish are laid down or not, dyes by degrees.
  if ((panel === 'k' || panel === 'o') !== (depth === 1)) unreadable(`panel ${panel} has ${count.text} levels`);
  let data = count.next;
  if (form === 'Dbc') {
    const stated = fieldAt(bytes, count.next);
    data = stated.next;
    if (!/^\d+$/.test(stated.text) || Number(stated.text) !== bytes.length - 1 - data) {
      unreadable(`panel ${panel} states another length than it has`);
    }
  }
  const body = bytes.subarray(data, bytes.length - 1);
  const levels =
    form === 'Db'
      ? unpack(body, depth, panel)
      : depth === 1
        ? expandLines(body, panel)
        : expandRuns(body, depth, panel);
  return { panel, levels, depth };
}

/** Dots without gaps, most significant bit first. A5013 Rev E, Db. */
function unpack(body: Uint8Array, depth: number, panel: PanelLetter): Uint8Array {
  const count = dots * lines;
  if (body.length * 8 !== count * depth) unreadable(`panel ${panel} has ${body.length} bytes`);
  const levels = new Uint8Array(count);
  for (let dot = 0, bit = 0; dot < count; dot++, bit += depth) {
    const at = bit >> 3;
    const pair = ((body[at] ?? 0) << 8) | (body[at + 1] ?? 0);
    levels[dot] = (pair >> (16 - depth - (bit & 7))) & ((1 << depth) - 1);
  }
  return levels;
}

/** One record a line: 00 white, FF black, else the count of bytes that follow, the rest of the line being white. A5013 Rev E, compression; real driver jobs. */
function expandLines(body: Uint8Array, panel: PanelLetter): Uint8Array {
  const levels = new Uint8Array(dots * lines);
  let at = 0;
  for (let line = 0; line < lines; line++) {
    const count = body[at++] ?? unreadable(`panel ${panel} ends at line ${line}`);
    const start = line * dots;
    if (count === 0xff) levels.fill(1, start, start + dots);
    else {
      if (count > dots / 8 || at + count > body.length) unreadable(`line ${line} of panel ${panel} is too long`);
      for (let dot = 0; dot < count * 8; dot++)
        levels[start + dot] = ((body[at + (dot >> 3)] ?? 0) >> (7 - (dot & 7))) & 1;
      at += count;
    }
  }
  if (at !== body.length) unreadable(`panel ${panel} goes on after its last line`);
  return levels;
}

/**
 * Dyes: a byte with top bit 0 is one dot; with top bit 1 it is a value and a count follows, a count of 0 being a white line; 6-bit
 * values have 256 more in bit 6, 5-bit values in bits 6 and 5 each. No run crosses a line. A5013 Rev E, compression.
 */
function expandRuns(body: Uint8Array, depth: number, panel: PanelLetter): Uint8Array {
  const levels = new Uint8Array(dots * lines);
  const mask = (1 << depth) - 1;
  let [at, dot] = [0, 0];
  while (at < body.length) {
    const value = body[at++] ?? 0;
    const left = dots - (dot % dots);
    let run = 1;
    if ((value & 0x80) !== 0) {
      const count = body[at++] ?? unreadable(`panel ${panel} ends in a run`);
      let more = 0;
      for (let bit = depth; bit < 7; bit++) more += (value >> bit) & 1 ? 256 : 0;
      if (count === 0 && more === 0) {
        if (left !== dots || (value & mask) !== 0) unreadable(`a white line of panel ${panel} begins within a line`);
        run = dots;
      } else run = count + more;
    } else if (value > mask) unreadable(`a dot of panel ${panel} is deeper than stated`);
    if (run > left || dot + run > levels.length) unreadable(`a run of panel ${panel} leaves its line`);
    levels.fill(value & mask, dot, dot + run);
    dot += run;
  }
  if (dot !== levels.length) unreadable(`panel ${panel} has ${dot} dots`);
  return levels;
}

/** The head sees the card turned by 270 degrees: line = column from the left, dot 0 = the bottom row. */
function layBack(levels: Uint8Array, depth: number): PanelPicture {
  const picture = new Uint8Array(dots * lines);
  const most = (1 << depth) - 1;
  const amounts = Uint8Array.from({ length: most + 1 }, (_, level) => Math.round((level * 255) / most));
  for (let dot = 0, at = 0; dot < dots; dot++) {
    for (let line = 0, from = dots - 1 - dot; line < lines; line++, from += dots) {
      picture[at++] = amounts[levels[from] ?? 0] ?? 0;
    }
  }
  return picture;
}
