import { readFile } from 'node:fs/promises';
import { create, type Font } from 'fontkit';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { PinnedFont } from './pinned-fonts.ts';

interface OpenFont {
  readonly weight: 400 | 700;
  readonly font: Font;
}

/** Characters that shape their neighbours and draw nothing themselves: no font needs a glyph for them. */
const drawsNothing = /^[\p{Default_Ignorable_Code_Point}]$/u;

/** The pinned fonts as one chain: a character is drawn by the first font, in list order, that has it. */
export class GlyphCoverage {
  readonly #fonts: readonly OpenFont[];

  private constructor(fonts: readonly OpenFont[]) {
    this.#fonts = fonts;
  }

  static async open(fonts: readonly PinnedFont[]): Promise<GlyphCoverage> {
    return new GlyphCoverage(
      await Promise.all(
        fonts.map(async ({ weight, path }) => ({ weight, font: create(new Uint8Array(await readFile(path))) })),
      ),
    );
  }

  /** Refuses text with a character that no font has: LAYOUT-NO-GLYPH names its code point and its place, from 1, never the text. */
  require(text: string, field: string): void {
    let position = 0;
    for (const character of text) {
      position++;
      if (drawsNothing.test(character) || this.#fontFor(character, 400) !== undefined) continue;
      throw new StationFault('LAYOUT-NO-GLYPH', { field, character: codePointName(character), position });
    }
  }

  /** Width in pixels of one line of text at a size in pixels; `letterSpacing` is added after each character. */
  measure(text: string, size: number, weight: 400 | 700, letterSpacing = 0): number {
    let width = 0;
    for (const run of this.#runs(text, weight))
      width += (run.font.layout(run.text).advanceWidth / run.font.unitsPerEm) * size;
    return width + letterSpacing * Array.from(text).length;
  }

  #fontFor(character: string, weight: 400 | 700): Font | undefined {
    const codePoint = character.codePointAt(0) ?? 0;
    return this.#fonts.find((row) => row.weight === weight && row.font.hasGlyphForCodePoint(codePoint))?.font;
  }

  #runs(text: string, weight: 400 | 700): { font: Font; text: string }[] {
    const runs: { font: Font; text: string }[] = [];
    for (const character of text) {
      const last = runs.at(-1);
      const font = drawsNothing.test(character) ? last?.font : this.#fontFor(character, weight);
      if (font === undefined) continue;
      if (last?.font === font) last.text += character;
      else runs.push({ font, text: character });
    }
    return runs;
  }
}

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
