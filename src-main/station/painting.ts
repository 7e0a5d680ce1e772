import { CardPainter } from '../layout/card-painter.ts';
import type { Ending } from './ending.ts';
import { assets, type Places } from './places.ts';

/** Fonts that cards are printed with: those pinned in the list, shipped or of the system. */
export const fonts = {
  fontListFile: `${assets}/fonts/fonts.json`,
  fontFolders: [`${assets}/fonts`, '/usr/share/fonts/truetype/noto'],
} as const;

/** Opens the painter of cards over the shipped layouts; it ends with the station. */
export async function openPainter(places: Places, ending: Ending, signal: AbortSignal): Promise<CardPainter> {
  const options = { layoutsFolder: `${assets}/layouts`, ...fonts, workFolder: places.layout };
  const painter = await CardPainter.open(options, signal);
  ending.add(() => painter.close());
  return painter;
}
