import { readFile } from 'node:fs/promises';
import { create, type Font, type Glyph } from 'fontkit';
import type { Contour } from './fill-outline.ts';

/** A font file that cards are printed with; the chain is asked in its order. */
export interface TypeFile {
  readonly weight: 400 | 700;
  readonly path: string;
}

/** A picture of a font. */
export interface Letter {
  readonly font: Font;
  readonly glyph: Glyph;
}

/** One glyph at its place in a word. */
export interface SetGlyph extends Letter {
  /** The characters that it stands for; several in a ligature or a syllable. */
  readonly characters: string;
  /** Pixels from the start of the text to its pen position, offsets of the shaper within it. */
  readonly x: number;
  readonly y: number;
}

/** What stands between two blanks. */
export interface SetWord {
  readonly text: string;
  readonly glyphs: readonly SetGlyph[];
}

export interface TypeStyle {
  readonly weight: 400 | 700;
  /** Pixels an em. */
  readonly size: number;
  /** Pixels after each character. */
  readonly spacing: number;
}

/** A line of text as the fonts would set it, from its left end. */
export interface SetText {
  readonly words: readonly SetWord[];
  readonly width: number;
}

interface OpenFont {
  readonly weight: 400 | 700;
  readonly font: Font;
}

interface Piece {
  readonly text: string;
  readonly font: Font;
  readonly level: number;
}

/** Characters that steer their neighbours and have no picture. */
const pictureless = /^\p{Default_Ignorable_Code_Point}$/u;
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;
const letter = /\p{L}/u;
const digit = /\p{Nd}/u;

/** Steps by which a curve is made of straight lines; a step is well under a pixel at the sizes of a card. */
const steps = 8;

/** Sets lines of text from the font files, by their outlines: the text of a card as it should come out, for comparing with what went to the printer. */
export class CardType {
  readonly #fonts: readonly OpenFont[];
  readonly #outlines = new Map<Glyph, readonly Contour[]>();
  readonly #widths = new Map<Glyph, number>();

  private constructor(fonts: readonly OpenFont[]) {
    this.#fonts = fonts;
  }

  static async open(files: readonly TypeFile[]): Promise<CardType> {
    const open = async ({ weight, path }: TypeFile): Promise<OpenFont> => ({
      weight,
      font: create(new Uint8Array(await readFile(path))),
    });
    return new CardType(await Promise.all(files.map(open)));
  }

  /** Sets one line. A character without a glyph is left out, so that it is missed where it should stand. */
  set(text: string, style: TypeStyle): SetText {
    const words: { text: string; glyphs: SetGlyph[] }[] = [];
    let pen = 0;
    let word: { text: string; glyphs: SetGlyph[] } | null = null;
    for (const { text: part, font, level } of this.#inOrder(text, style.weight)) {
      const scale = style.size / font.unitsPerEm;
      const pieces = part.split(/( )/).filter((some) => some !== '');
      for (const piece of level === 1 ? pieces.toReversed() : pieces) {
        const run = font.layout(piece);
        if (piece === ' ') word = null;
        else if (word === null) words.push((word = { text: '', glyphs: [] }));
        run.glyphs.forEach((glyph, at) => {
          const { xAdvance = 0, xOffset = 0, yOffset = 0 } = run.positions[at] ?? {};
          if (word !== null && piece !== ' ') {
            const characters = String.fromCodePoint(...glyph.codePoints);
            word.text += characters;
            word.glyphs.push({ characters, x: pen + xOffset * scale, y: -yOffset * scale, font, glyph });
          }
          pen += xAdvance * scale + style.spacing;
        });
      }
    }
    return { words, width: pen };
  }

  /** The letters and figures of a pattern, each by the first font of the chain that has it. */
  lettersLike(pattern: RegExp, weight: 400 | 700): readonly Letter[] {
    const found = new Map<string, Letter>();
    for (const { font, weight: its } of this.#fonts) {
      if (its !== weight) continue;
      for (const codePoint of font.characterSet) {
        const character = String.fromCodePoint(codePoint);
        if (!pattern.test(character) || found.has(character)) continue;
        found.set(character, { font, glyph: font.glyphForCodePoint(codePoint) });
      }
    }
    return [...found.values()];
  }

  /** Width of a glyph's picture, in ems. */
  width({ font, glyph }: Letter): number {
    const known = this.#widths.get(glyph);
    if (known !== undefined) return known;
    const across = this.#flat(glyph).flatMap((contour) => contour.filter((_, at) => at % 2 === 0));
    const width = across.length === 0 ? 0 : (Math.max(...across) - Math.min(...across)) / font.unitsPerEm;
    this.#widths.set(glyph, width);
    return width;
  }

  /** Outline of a glyph at a place on the card, in pixels. */
  outline({ font, glyph, x, y }: Omit<SetGlyph, 'characters'>, size: number): readonly Contour[] {
    const scale = size / font.unitsPerEm;
    return this.#flat(glyph).map((contour) =>
      contour.map((value, at) => (at % 2 === 0 ? x + value * scale : y - value * scale)),
    );
  }

  #flat(glyph: Glyph): readonly Contour[] {
    const known = this.#outlines.get(glyph);
    if (known !== undefined) return known;
    const contours = flatten(glyph);
    this.#outlines.set(glyph, contours);
    return contours;
  }

  #fontFor(character: string, weight: 400 | 700): Font | undefined {
    const codePoint = character.codePointAt(0) ?? 0;
    return this.#fonts.find((row) => row.weight === weight && row.font.hasGlyphForCodePoint(codePoint))?.font;
  }

  /**
   * Runs of one font and one direction, from left to right as they are seen in a line that runs to the right: Hebrew and Arabic in their
   * own order, figures among them in theirs. Unicode UAX 9, rules W, N1 and L2 for text without explicit marks.
   */
  #inOrder(text: string, weight: 400 | 700): readonly Piece[] {
    const characters = Array.from(text);
    const levels = levelsOf(characters);
    const pieces: { text: string; font: Font; level: number }[] = [];
    characters.forEach((character, at) => {
      const last = pieces.at(-1);
      const level = levels[at] ?? 0;
      // A blank is set in the font of what stands before it.
      const follows = character === ' ' || pictureless.test(character);
      const font = follows ? (last?.font ?? this.#fontFor(character, weight)) : this.#fontFor(character, weight);
      if (font === undefined) return;
      if (last?.font === font && last.level === level) last.text += character;
      else pieces.push({ text: character, font, level });
    });
    for (let level = 2; level >= 1; level--) reverseRuns(pieces, level);
    return pieces;
  }
}

/** 0 runs to the right, 1 to the left, 2 are figures within what runs to the left. */
function levelsOf(characters: readonly string[]): readonly number[] {
  const strong = characters.map((character) =>
    rightToLeft.test(character)
      ? 'left'
      : letter.test(character)
        ? 'right'
        : digit.test(character)
          ? 'figure'
          : 'neutral',
  );
  const before: ('left' | 'right')[] = [];
  let last: 'left' | 'right' = 'right';
  for (const kind of strong) {
    if (kind === 'left' || kind === 'right') last = kind;
    before.push(last);
  }
  const after: ('left' | 'right')[] = [];
  last = 'right';
  for (let at = strong.length - 1; at >= 0; at--) {
    const kind = strong[at];
    if (kind === 'left' || kind === 'right') last = kind;
    after[at] = kind === 'figure' && before[at] === 'left' ? 'left' : last;
  }
  return strong.map((kind, at) => {
    if (kind === 'left') return 1;
    if (kind === 'right') return 0;
    if (kind === 'figure') return before[at] === 'left' ? 2 : 0;
    return before[at] === 'left' && after[at] === 'left' ? 1 : 0;
  });
}

function reverseRuns(pieces: Piece[], level: number): void {
  for (let from = 0; from < pieces.length; from++) {
    let to = from;
    while ((pieces[to]?.level ?? 0) >= level) to++;
    if (to === from) continue;
    const run = pieces.slice(from, to).toReversed();
    pieces.splice(from, to - from, ...run);
    from = to;
  }
}

function flatten(glyph: Glyph): readonly Contour[] {
  const contours: number[][] = [];
  let current: number[] = [];
  for (const { command, args } of glyph.path.commands) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
    const [x = 0, y = 0] = current.slice(-2);
    switch (command) {
      case 'moveTo':
        contours.push((current = [a, b]));
        break;
      case 'lineTo':
        current.push(a, b);
        break;
      case 'quadraticCurveTo':
        for (let step = 1; step <= steps; step++) {
          const [t, u] = [step / steps, 1 - step / steps];
          current.push(u * u * x + 2 * u * t * a + t * t * c, u * u * y + 2 * u * t * b + t * t * d);
        }
        break;
      case 'bezierCurveTo':
        for (let step = 1; step <= steps; step++) {
          const [t, u] = [step / steps, 1 - step / steps];
          current.push(
            u * u * u * x + 3 * u * u * t * a + 3 * u * t * t * c + t * t * t * e,
            u * u * u * y + 3 * u * u * t * b + 3 * u * t * t * d + t * t * t * f,
          );
        }
        break;
      case 'closePath':
        break;
    }
  }
  return contours;
}
