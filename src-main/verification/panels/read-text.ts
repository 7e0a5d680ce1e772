import { sideHeight, sideWidth } from '#shared/domain/print-side.ts';
import type { CardType, SetGlyph, SetText, SetWord } from './card-type.ts';
import { fillOutline, type Coverage } from './fill-outline.ts';
import type { TextPlace } from './find-places.ts';
import { blackInk, dyeInk, eachCovered, eachPixel, layOver, zoneWithin, type Ink, type Zone } from './ink.ts';
import { mistakenFor } from './mistaken-letters.ts';
import type { SidePicture } from './print-stream.ts';

/** What was read at a text's place. Positions count characters from 1, blanks left out; none of them names a character. */
export type TextReading =
  | { readonly kind: 'same' }
  | { readonly kind: 'nothing-there' }
  | { readonly kind: 'no-contrast' }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'elsewhere'; readonly right: number; readonly down: number }
  | { readonly kind: 'other-character'; readonly position: number; readonly of: number }
  | { readonly kind: 'missing'; readonly position: number; readonly of: number }
  | { readonly kind: 'unsure'; readonly position: number; readonly of: number }
  | { readonly kind: 'more'; readonly pixels: number };

/** A pixel that is to be inked by so much, or so little, is certain; those between lie on an edge. */
const [surelyInked, surelyClear] = [0.75, 0.25];
/** Of the certain pixels of a glyph so many may lack ink: two rasterisers differ by less than a hundredth. */
const mayLack = 0.12;
/** Ink beside all glyphs, in pixels and as a share of the text's: noise is under a hundredth. */
const mayBeMore = { pixels: 6, share: 0.012 };
/** Two rasterisers and two shapers agree within this, in pixels. */
const mayStandOff = 1.5;

interface PlacedGlyph {
  /** Its pen position is on the card. */
  readonly glyph: SetGlyph;
  readonly coverage: Coverage;
}

/** What a text place is read by. */
export interface TextReader {
  readonly type: CardType;
  /** Pixels of the side that bear SPECIMEN in the text's own panel. */
  readonly hidden: ReadonlySet<number>;
}

/**
 * Reads one line of text off a side and says whether it is this one: the glyphs that the fonts give for it, filled by our own rasteriser,
 * must be there at their place, pixel by pixel, nothing may stand in their room besides, and of letters and figures that could be taken
 * for one another each is decided against all others by the pixels in which the two differ. Takes some milliseconds.
 */
export function readText(side: SidePicture, place: TextPlace, text: string, reader: TextReader): TextReading {
  const fitted = fit(place, text, reader.type);
  if (fitted === null) return { kind: 'too-long' };
  const { set, size } = fitted;
  // The spacing after the last letter is no part of what is centred or ends at a place.
  const width = set.width - place.spacing;
  const start = place.x - (place.anchor === 'start' ? 0 : place.anchor === 'middle' ? width / 2 : width);
  const room = place.x - (place.anchor === 'start' ? 0 : place.anchor === 'middle' ? place.room / 2 : place.room);
  // Accents over capitals and what hangs below the line stand within 1.2 and 0.4 of an em.
  const zone = zoneWithin(room - 1, place.y - size * 1.2, room + place.room + 1, place.y + size * 0.45);
  const words = set.words.map((word) => placeWord(word, start, place.y, size, reader.type));
  const wanted = laidOut(words);
  const ink = place.panel === 'black' ? blackInk(side, zone, reader.hidden) : dyeInk(side, place.colour, zone, wanted);
  if (ink === null) return { kind: 'no-contrast' };
  return judge(ink, zone, set, { start, baseline: place.y, size, weight: place.weight }, reader.type, {
    words,
    wanted,
  });
}

/** Where ink is wanted, 0 to 1, over the whole side. */
function laidOut(words: readonly (readonly PlacedGlyph[])[]): Float32Array {
  const wanted = new Float32Array(sideWidth * sideHeight);
  for (const word of words) for (const { coverage } of word) layOver(wanted, coverage);
  return wanted;
}

/** The size in which the text takes no more than its room, by half pixels down from the full one. */
function fit(place: TextPlace, text: string, type: CardType): { readonly set: SetText; readonly size: number } | null {
  for (let size = place.size; size >= place.leastSize; size -= 0.5) {
    const set = type.set(text, { weight: place.weight, size, spacing: place.spacing });
    if (set.width <= place.room) return { set, size };
  }
  return null;
}

function placeWord(word: SetWord, left: number, baseline: number, size: number, type: CardType): PlacedGlyph[] {
  return word.glyphs.map((set) => {
    const glyph = { ...set, x: left + set.x, y: baseline + set.y };
    return { glyph, coverage: fillOutline(type.outline(glyph, size)) };
  });
}

interface Line {
  readonly start: number;
  readonly baseline: number;
  readonly size: number;
  readonly weight: 400 | 700;
}

function judge(
  ink: Ink,
  zone: Zone,
  set: SetText,
  line: Line,
  type: CardType,
  asSet: { readonly words: readonly (readonly PlacedGlyph[])[]; readonly wanted: Float32Array },
): TextReading {
  const placed: (readonly PlacedGlyph[])[] = [];
  for (const [at, word] of set.words.entries()) {
    const found = settleWord(ink, word, asSet.words[at] ?? [], line, type);
    if (found.kind === 'elsewhere') return found;
    placed.push(found.word);
  }
  const glyphs = placed.flat();
  const wanted = placed.every((word, at) => word === asSet.words[at]) ? asSet.wanted : laidOut(placed);
  const of = glyphs.reduce((sum, { glyph }) => sum + Array.from(glyph.characters).length, 0);
  let inked = 0;
  let more = 0;
  eachPixel(bandOf(zone, glyphs), (at) => {
    if (ink[at] !== 1) return;
    inked++;
    if ((wanted[at] ?? 0) <= surelyClear && standsAlone(wanted, at)) more++;
  });
  if (inked === 0) return { kind: 'nothing-there' };
  let position = 1;
  let lacking: TextReading | null = null;
  for (const glyph of glyphs) {
    const verdict = mistakenFor({ ...glyph, ink, wanted, line, type });
    if (verdict !== 'sure') return { kind: verdict === 'other' ? 'other-character' : 'unsure', position, of };
    if (lacking === null && lacks(ink, glyph.coverage)) lacking = { kind: 'missing', position, of };
    position += Array.from(glyph.glyph.characters).length;
  }
  if (lacking !== null) return lacking;
  return more > Math.max(mayBeMore.pixels, inked * mayBeMore.share) ? { kind: 'more', pixels: more } : { kind: 'same' };
}

/** What touches a glyph is its own edge: under SPECIMEN the ground is lighter, and the edge looks wider. */
function standsAlone(wanted: Float32Array, at: number): boolean {
  return [at - 1, at + 1, at - sideWidth, at + sideWidth].every((beside) => (wanted[beside] ?? 0) < surelyInked);
}

/** The room of a text from the highest to the lowest of its glyphs: above and below it other things may stand. */
function bandOf(zone: Zone, glyphs: readonly PlacedGlyph[]): Zone {
  const inked = glyphs.filter(({ coverage }) => coverage.height > 0);
  const top = Math.min(...inked.map(({ coverage }) => coverage.top));
  const bottom = Math.max(...inked.map(({ coverage }) => coverage.top + coverage.height));
  return zoneWithin(zone.left, Math.max(zone.top, top - 1), zone.right, Math.min(zone.bottom, bottom + 1));
}

function lacks(ink: Ink, coverage: Coverage): boolean {
  let [certain, bare] = [0, 0];
  eachCovered(coverage, (at, amount) => {
    if (amount < surelyInked || ink[at] === 2) return;
    certain++;
    if (ink[at] === 0) bare++;
  });
  return bare > certain * mayLack;
}

/** How many certain pixels of a word disagree with the ink, of how many that are to be inked. */
function disagreement(ink: Ink, word: readonly PlacedGlyph[], right: number, down: number): number {
  const shift = down * sideWidth + right;
  let [wrong, certain] = [0, 0];
  for (const { coverage } of word) {
    eachCovered(coverage, (at, amount) => {
      const there = ink[at + shift];
      if (there === 2) return;
      if (amount >= surelyInked) {
        certain++;
        if (there !== 1) wrong++;
      } else if (amount === 0 && there === 1) wrong += 0.25;
    });
  }
  return certain === 0 ? 0 : wrong / certain;
}

/**
 * Finds where a word stands. Blanks may be a fraction of a pixel wider by one shaper than by another: so much is followed. A word that stands
 * further away is told as such.
 */
function settleWord(
  ink: Ink,
  word: SetWord,
  asSet: readonly PlacedGlyph[],
  line: Line,
  type: CardType,
): { readonly kind: 'found'; readonly word: readonly PlacedGlyph[] } | Extract<TextReading, { kind: 'elsewhere' }> {
  const { start, baseline, size } = line;
  let best = { word: asSet, off: disagreement(ink, asSet, 0, 0), by: 0 };
  if (best.off <= 0.03) return { kind: 'found', word: best.word };
  for (const right of [-1, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1, -1.5, 1.5, -2, 2]) {
    const tried = placeWord(word, start + right, baseline, size, type);
    const off = disagreement(ink, tried, 0, 0);
    if (off < best.off) best = { word: tried, off, by: right };
  }
  if (best.off <= 0.15) {
    if (Math.abs(best.by) > mayStandOff) return { kind: 'elsewhere', right: best.by, down: 0 };
    return { kind: 'found', word: best.word };
  }
  let nearest = { off: 0.1, right: 0, down: 0 };
  for (let down = -12; down <= 12; down++) {
    for (let right = -24; right <= 24; right++) {
      const off = disagreement(ink, asSet, right, down);
      if (off < nearest.off) nearest = { off, right, down };
    }
  }
  if (nearest.off < 0.1) return { kind: 'elsewhere', right: nearest.right, down: nearest.down };
  return { kind: 'found', word: best.word };
}
