import { sideHeight, sideWidth } from '#shared/domain/print-side.ts';
import type { CardType } from './card-type.ts';

/** Turned by so much about the middle of the card, and drawn by a line of this width, as training prints it in black resin. */
const turned = { degrees: -24, x: 508, y: 324 } as const;
const mark = { text: 'SPECIMEN', x: 519, y: 377, style: { weight: 700, size: 150, spacing: 22 } } as const;
const reach = 2.6;

/**
 * Pixels that the outline of SPECIMEN may cover where a card is printed with black resin alone: text and codes are not judged in them. On
 * other ribbons the mark is mixed of dyes and hides nothing.
 */
export function specimenPixels(type: CardType): ReadonlySet<number> {
  const pixels = new Set<number>();
  const set = type.set(mark.text, mark.style);
  // Nothing stands after the last letter, not even its spacing.
  const left = mark.x - (set.width - mark.style.spacing) / 2;
  for (const { glyphs } of set.words) {
    for (const glyph of glyphs) {
      const outline = type.outline({ ...glyph, x: left + glyph.x, y: mark.y + glyph.y }, mark.style.size);
      for (const contour of outline)
        trace(contour.length, (at) => turn(contour[at] ?? 0, contour[at + 1] ?? 0), pixels);
    }
  }
  return pixels;
}

function turn(x: number, y: number): readonly [number, number] {
  const angle = (turned.degrees * Math.PI) / 180;
  const [dx, dy] = [x - turned.x, y - turned.y];
  return [
    turned.x + dx * Math.cos(angle) - dy * Math.sin(angle),
    turned.y + dx * Math.sin(angle) + dy * Math.cos(angle),
  ];
}

function trace(length: number, corner: (at: number) => readonly [number, number], pixels: Set<number>): void {
  for (let at = 0; at < length; at += 2) {
    const [ax, ay] = corner(at);
    const [bx, by] = corner((at + 2) % length);
    const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay)));
    for (let step = 0; step <= steps; step++) {
      dab(ax + ((bx - ax) * step) / steps, ay + ((by - ay) * step) / steps, pixels);
    }
  }
}

function dab(x: number, y: number, pixels: Set<number>): void {
  for (let row = Math.floor(y - reach); row <= y + reach; row++) {
    for (let column = Math.floor(x - reach); column <= x + reach; column++) {
      if (row < 0 || column < 0 || row >= sideHeight || column >= sideWidth) continue;
      if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= reach) pixels.add(row * sideWidth + column);
    }
  }
}
