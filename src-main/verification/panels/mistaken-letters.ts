import type { Glyph } from 'fontkit';
import { sideHeight, sideWidth } from '#shared/domain/print-side.ts';
import type { CardType, Letter, SetGlyph } from './card-type.ts';
import { fillOutline, type Coverage } from './fill-outline.ts';
import type { Ink } from './ink.ts';

/** One glyph of a line where it was found, and what it is compared with. */
export interface FoundGlyph {
  readonly ink: Ink;
  /** The whole line as it should be, 0 to 1. */
  readonly wanted: Float32Array;
  readonly coverage: Coverage;
  /** Its pen position is on the card. */
  readonly glyph: SetGlyph;
  readonly line: { readonly size: number; readonly weight: 400 | 700 };
  readonly type: CardType;
}

/** Of the pixels in which two pictures differ so many must speak for the expected one. */
const majority = 0.75;
/** Letters whose widths differ by more of an em cannot be taken for one another: ink would be lacking, or too much. */
const widthsApart = 0.14;
/** Pictures that differ in fewer certain pixels cannot be told apart on the card either. */
const leastDifference = 4;

/** Letters that a reader could take for one another: those of the same script, one by one; scripts whose letters join are compared by whole words. */
const scripts: readonly (readonly [RegExp, RegExp])[] = [
  [/^[A-Za-z\u00c0-\u017f]$/u, /^[A-Za-z\u00c0-\u017f]$/u],
  [/^\p{Script=Latin}$/u, /^[A-Za-z\u00c0-\u017f\u1e80-\u1ef9]$/u],
  [/^\p{Script=Greek}$/u, /^[\u0386-\u03ce]$/u],
  [/^\p{Script=Cyrillic}$/u, /^[\u0400-\u045f\u0490\u0491]$/u],
  [/^\p{Script=Armenian}$/u, /^[\u0531-\u0556\u0561-\u0587]$/u],
  [/^\p{Script=Georgian}$/u, /^[\u10d0-\u10f0]$/u],
  [/^\p{Script=Hebrew}$/u, /^[\u05d0-\u05ea]$/u],
  [/^[0-9]$/, /^[0-9]$/],
  [/^[\p{P}\p{S}]$/u, /^[!-/:-@[-`{-~€·•’]$/],
];

const templates = new WeakMap<Glyph, Map<string, Coverage>>();

/** The picture of a candidate with its pen on the nearest quarter of a pixel, kept from one card to the next. */
function templateOf(
  type: CardType,
  { font, glyph }: Letter,
  size: number,
  pen: { readonly x: number; readonly y: number },
): Coverage {
  const [x, y] = [Math.round(pen.x * 4), Math.round(pen.y * 4)];
  const whole = { x: Math.floor(x / 4), y: Math.floor(y / 4) };
  const part = { x: x / 4 - whole.x, y: y / 4 - whole.y };
  const known = templates.get(glyph) ?? new Map<string, Coverage>();
  templates.set(glyph, known);
  const key = `${size} ${part.x} ${part.y}`;
  const picture = known.get(key) ?? fillOutline(type.outline({ font, glyph, ...part }, size));
  // Sizes change from name to name: those of long ago are let go of.
  if (known.size > 48) known.clear();
  known.set(key, picture);
  return { ...picture, left: picture.left + whole.x, top: picture.top + whole.y };
}

const alphabets = new WeakMap<CardType, Map<string, readonly Letter[]>>();

function alphabetFor(type: CardType, character: string, weight: 400 | 700): readonly Letter[] {
  const row = scripts.findIndex(([own]) => own.test(character));
  const pattern = scripts[row]?.[1];
  if (pattern === undefined) return [];
  const known = alphabets.get(type) ?? new Map<string, readonly Letter[]>();
  alphabets.set(type, known);
  const key = `${row} ${weight}`;
  const letters = known.get(key) ?? type.lettersLike(pattern, weight);
  known.set(key, letters);
  return letters;
}

/**
 * Decides one character against every other that could stand there: `sure` when each other is refuted by three quarters of the pixels in which
 * its picture differs, `other` when one of them fits better, `unsure` between. Characters of joined scripts and ligatures are `sure`
 * here: their pictures are compared as wholes.
 */
export function mistakenFor(found: FoundGlyph): 'sure' | 'other' | 'unsure' {
  const { type, line, glyph } = found;
  let verdict: 'sure' | 'unsure' = 'sure';
  const figure = /^\d$/.test(glyph.characters);
  for (const candidate of alphabetFor(type, glyph.characters, line.weight)) {
    if (candidate.glyph.id === glyph.glyph.id && candidate.font === glyph.font) continue;

    if (!figure && Math.abs(type.width(candidate) - type.width(glyph)) > widthsApart) continue;
    const { differing, speaking } = compare(candidate, found);
    if (differing < leastDifference) continue;
    if (speaking < differing / 2) return 'other';
    if (speaking < differing * majority) verdict = 'unsure';
  }
  return verdict;
}

/** In how many pixels the candidate's picture certainly differs from the expected one, and how many of them speak for the expected. */
function compare(
  candidate: Letter,
  { type, glyph, line, coverage, wanted, ink }: FoundGlyph,
): { readonly differing: number; readonly speaking: number } {
  const other = templateOf(type, candidate, line.size, glyph);
  const [left, top] = [Math.min(coverage.left, other.left), Math.min(coverage.top, other.top)];
  const right = Math.max(coverage.left + coverage.width, other.left + other.width);
  const bottom = Math.max(coverage.top + coverage.height, other.top + other.height);
  const [from, to] = [Math.max(0, left), Math.min(sideWidth, right)];
  let [differing, speaking] = [0, 0];
  for (let y = Math.max(0, top); y < Math.min(sideHeight, bottom); y++) {
    const [own, its] = [rowOf(coverage, y), rowOf(other, y)];
    for (let x = from, at = y * sideWidth + from; x < to; x++, at++) {
      const seen = ink[at];
      if (seen === 2) continue;
      const mine = x >= own.from && x < own.to ? (coverage.amounts[own.base + x] ?? 0) : 0;
      const theirs = x >= its.from && x < its.to ? (other.amounts[its.base + x] ?? 0) : 0;
      if (mine >= 0.75 && theirs <= 0.25) {
        differing++;
        if (seen === 1) speaking++;
      } else if (theirs >= 0.75 && (wanted[at] ?? 0) <= 0.25) {
        differing++;
        if (seen === 0) speaking++;
      }
    }
  }
  return { differing, speaking };
}

/** The columns that a picture covers in one row of the card, and what to add to a column for its place among the amounts. */
function rowOf({ left, top, width, height }: Coverage, y: number): { from: number; to: number; base: number } {
  const row = y - top;
  if (row < 0 || row >= height) return { from: 0, to: 0, base: 0 };
  return { from: left, to: left + width, base: row * width - left };
}
