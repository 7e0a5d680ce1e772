/** The part of fontkit 2 that measuring and coverage use. */
declare module 'fontkit' {
  export interface GlyphRun {
    /** Font units. */
    readonly advanceWidth: number;
    readonly glyphs: readonly { readonly id: number }[];
  }
  export interface Font {
    readonly unitsPerEm: number;
    readonly familyName: string;
    hasGlyphForCodePoint(codePoint: number): boolean;
    layout(text: string): GlyphRun;
  }
  export function create(bytes: Uint8Array): Font;
}
