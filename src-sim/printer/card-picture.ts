import type { Panel, Side } from './panel-geometry.ts';
import { panelLines, panelWidth } from './panel-geometry.ts';

/** The card's face in landscape, 300 dpi. */
export const pictureWidth = panelLines;
export const pictureHeight = panelWidth;

/** One layer that the print head laid down on one side: 648 x 1016 ink strengths in printer order. */
export interface PrintedLayer {
  readonly side: Side;
  readonly panel: Panel;
  readonly pixels: Uint8Array;
}

/** Corner radius 3.18 mm (ISO/IEC 7810) at 300 dpi. */
const cornerRadius = 37.6;
/** The stripe's area lies 5.5 to 15.9 mm below the upper edge of the back (ISO/IEC 7811), at 300 dpi. */
const stripeTop = 65;
const stripeBottom = 188;
const stripeColour = [52, 40, 34] as const;
const blank = 255;
/** The varnish takes a little light, most of it blue. */
const varnish = [0.985, 0.985, 0.965] as const;
const resin = [18, 18, 20] as const;
const edge = [176, 180, 186] as const;

/**
 * Draws one side as seen with the text upright: red, green, blue, opacity; 1016 x 648. Layers act in the order in which they
 * were printed. The printer's lines run along the card's travel, the picture having been turned 270 degrees counter-clockwise
 * for it (facts A.8, `pnmflip -rotate270`), so line l, pixel p is the picture's column l, row 647 - p.
 */
export function drawCard(layers: readonly PrintedLayer[], side: Side, stripe: 'with stripe' | 'no stripe'): Uint8Array {
  const picture = new Uint8Array(pictureWidth * pictureHeight * 4).fill(blank);
  for (const layer of layers) if (layer.side === side) lay(picture, layer);
  if (side === 'back' && stripe === 'with stripe') {
    for (let row = stripeTop; row <= stripeBottom; row++)
      for (let column = 0; column < pictureWidth; column++)
        picture.set(stripeColour, (row * pictureWidth + column) * 4);
  }
  cutCorners(picture);
  return picture;
}

function lay(picture: Uint8Array, layer: PrintedLayer): void {
  for (let line = 0; line < panelLines; line++) {
    for (let pixel = 0; pixel < panelWidth; pixel++) {
      const strength = layer.pixels[line * panelWidth + pixel] ?? 0;
      if (strength === 0) continue;
      ink(picture, ((panelWidth - 1 - pixel) * pictureWidth + line) * 4, layer.panel, strength / 255);
    }
  }
}

/** Lays one ink on one dot: a dye takes its complement out of the light, resin covers, varnish tones. */
function ink(picture: Uint8Array, at: number, panel: Panel, strength: number): void {
  switch (panel) {
    case 'y':
      picture[at + 2] = Math.round((picture[at + 2] ?? 0) * (1 - strength));
      return;
    case 'm':
      picture[at + 1] = Math.round((picture[at + 1] ?? 0) * (1 - strength));
      return;
    case 'c':
      picture[at] = Math.round((picture[at] ?? 0) * (1 - strength));
      return;
    case 'k':
      picture.set(resin, at);
      return;
    case 'o':
      for (let colour = 0; colour < 3; colour++)
        picture[at + colour] = Math.round((picture[at + colour] ?? 0) * (varnish[colour] ?? 1));
      return;
  }
}

/** Makes what lies outside the rounded card transparent and draws its edge, so that a white card shows on a white page. */
function cutCorners(picture: Uint8Array): void {
  const halfWidth = pictureWidth / 2;
  const halfHeight = pictureHeight / 2;
  for (let row = 0; row < pictureHeight; row++) {
    for (let column = 0; column < pictureWidth; column++) {
      const across = Math.abs(column + 0.5 - halfWidth) - (halfWidth - cornerRadius);
      const down = Math.abs(row + 0.5 - halfHeight) - (halfHeight - cornerRadius);
      const distance = across > 0 && down > 0 ? Math.hypot(across, down) : Math.max(across, down);
      if (distance < cornerRadius - 2) continue;
      const at = (row * pictureWidth + column) * 4;
      picture.set(edge, at);
      picture[at + 3] = Math.round(255 * Math.min(1, Math.max(0, cornerRadius + 0.5 - distance)));
    }
  }
}
