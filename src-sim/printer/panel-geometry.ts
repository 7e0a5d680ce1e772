/** Pixels in one line: across the card's short side, at 300 dpi (facts A.8). */
export const panelWidth = 648;
/** Lines in one panel: along the card's travel, at 300 dpi (facts A.8). */
export const panelLines = 1016;
/** Pixels in one panel of 648 x 1016. */
export const panelPixels = panelWidth * panelLines;
/** Bytes of one line at one bit a pixel. */
export const resinLineBytes = panelWidth / 8;

/** The guide prints sizes for 656 x 1032; its text and its driver use 648 x 1016. Both are taken (facts A.8, gap 2). */
export const guideWidth = 656;
export const guideLines = 1032;

export type Side = 'front' | 'back';

/** Yellow, magenta and cyan dye, black resin, overlay varnish. */
export type Panel = 'y' | 'm' | 'c' | 'k' | 'o';

export const panels: readonly Panel[] = ['y', 'm', 'c', 'k', 'o'];

/** Reads one panel letter. */
export function parsePanel(text: string): Panel | undefined {
  return panels.find((panel) => panel === text);
}

export type Depth = 1 | 5 | 6 | 7;

const colourDepths = new Map<string, Depth>([
  ['32', 5],
  ['64', 6],
  ['128', 7],
]);

/** Bits a pixel of a panel at a number of levels as written in the command; undefined where the two do not fit (facts A.8). */
export function depthOf(panel: Panel, levels: string): Depth | undefined {
  if (panel === 'k' || panel === 'o') return levels === '2' ? 1 : undefined;
  return colourDepths.get(levels);
}

/** Bytes of an uncompressed panel of 648 x 1016: 82,296 a bit of depth. */
export function plainSize(depth: Depth): number {
  return (panelPixels / 8) * depth;
}

/** Bytes of an uncompressed panel of 656 x 1032: 84,624 a bit of depth. */
export function guideSize(depth: Depth): number {
  return ((guideWidth * guideLines) / 8) * depth;
}
