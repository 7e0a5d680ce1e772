import { sideHeight, sideWidth, type PanelKind, type PrintPanel, type PrintSide } from '#shared/domain/print-side.ts';
import type { CardPrinter, PrintProgress } from '../port.ts';

function panel(kind: PanelKind, ink: (x: number, y: number) => number): PrintPanel {
  const samples = new Uint8Array(sideWidth * sideHeight);
  for (let y = 0; y < sideHeight; y++) for (let x = 0; x < sideWidth; x++) samples[y * sideWidth + x] = ink(x, y);
  return { kind, width: sideWidth, height: sideHeight, samples };
}

/** A side that no compression makes small: every dye carries a pattern of its own. */
export function colourSide(side: 'front' | 'back'): PrintSide {
  return {
    side,
    panels: [
      panel('yellow', (x, y) => (x * 7 + y * 3) & 255),
      panel('magenta', (x, y) => (x * 5 + y * 11) & 255),
      panel('cyan', (x, y) => (x * y) & 255),
      panel('black', (x, y) => (((x >> 3) + (y >> 3)) % 2 === 0 ? 255 : 0)),
      panel('overlay', () => 255),
    ],
  };
}

/** A back with text only: the dyes are blank and cost nothing. */
export function textSide(side: 'front' | 'back'): PrintSide {
  return {
    side,
    panels: [
      panel('yellow', () => 0),
      panel('magenta', () => 0),
      panel('cyan', () => 0),
      panel('black', (x, y) => (x > 100 && x < 300 && y > 100 && y < 140 ? 255 : 0)),
      panel('overlay', () => 0),
    ],
  };
}

/** Packs sides and prints them, as a line does. */
export async function printSides(
  printer: CardPrinter,
  sides: readonly PrintSide[],
  progress: PrintProgress,
  signal: AbortSignal,
): Promise<void> {
  await printer.print(await printer.pack(sides, signal), progress, signal);
}
