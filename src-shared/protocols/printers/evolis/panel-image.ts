import { StationFault } from '../../../faults/station-fault.ts';

/** The card as people see it: 1016 dots wide, 648 high, 300 dpi. Rev E, resolution. */
export const landscape = { width: 1016, height: 648 } as const;

/** The card as the head sees it: 1016 lines along the way of travel, 648 dots a line. Rev E, Db. */
export const printerOrder = { dotsPerLine: 648, lines: 1016 } as const;

/** Bytes of one side, one byte a dot. */
export const panelLength = landscape.width * landscape.height;

/** Refuses an image of the wrong size with PRINTER-PANEL. */
export function requirePanel(image: Uint8Array): void {
  if (image.length !== panelLength) {
    throw new StationFault('PRINTER-PANEL', { reason: `${image.length} dots instead of ${panelLength}` });
  }
}

/**
 * Turns a landscape side (row by row from the top left, one byte a dot) into the order of the head: line by line along
 * the way of travel. The side is turned by 270 degrees counter-clockwise, that is 90 degrees clockwise (`pnmflip
 * -rotate270` in the public driver): **the bottom left corner goes first**; the first line is the left edge from bottom
 * to top, the last dot is the top right corner. PRINTER-PANEL on another size.
 */
export function rotateToPrinterOrder(image: Uint8Array): Uint8Array<ArrayBuffer> {
  requirePanel(image);
  const { width, height } = landscape;
  const turned = new Uint8Array(panelLength);
  let at = 0;
  for (let x = 0; x < width; x++) {
    for (let from = (height - 1) * width + x; from >= 0; from -= width) turned[at++] = image[from] ?? 0;
  }
  return turned;
}
