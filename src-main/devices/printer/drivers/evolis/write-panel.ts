import type { PanelKind } from '#shared/domain/print-side.ts';
import type { EvolisPanel } from '#shared/protocols/printers/evolis/commands.ts';
import { compressedPanelCommand, rawPanelCommand } from '#shared/protocols/printers/evolis/panel-data.ts';
import { rotateToPrinterOrder } from '#shared/protocols/printers/evolis/panel-image.ts';

const letters: Readonly<Record<PanelKind, EvolisPanel>> = {
  yellow: 'y',
  magenta: 'm',
  cyan: 'c',
  black: 'k',
  overlay: 'o',
};

/**
 * Writes the download of one panel: 128 levels for the dyes, 2 for black and overlay, raw or compressed, whichever is shorter.
 * Takes some milliseconds. PRINTER-PANEL on samples of another size.
 */
export function writePanel(kind: PanelKind, samples: Uint8Array): Uint8Array<ArrayBuffer> {
  const panel = letters[kind];
  const depth = panel === 'k' || panel === 'o' ? 1 : 7;
  const dots = rotateToPrinterOrder(samples);
  const raw = rawPanelCommand(panel, depth, dots);
  const compressed = compressedPanelCommand(panel, depth, dots);
  return compressed.length < raw.length ? compressed : raw;
}
