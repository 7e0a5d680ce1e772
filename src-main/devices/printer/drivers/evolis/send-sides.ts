import type { PrintPanel, PrintSide } from '#shared/domain/print-side.ts';
import { evolis } from '#shared/protocols/printers/evolis/commands.ts';
import type { PrintJob, PrintProgress } from '../../port.ts';
import type { EvolisTalk } from './evolis-talk.ts';
import type { PanelPacker } from './panel-packer.ts';

/** The pace of a link without a set speed that every network of this century keeps, bytes a second. */
const slowestNetwork = 500_000;

/**
 * Panels that lay nothing down are left out: a blank overlay or black panel is wound past. The dyes go together, all or none,
 * as the ribbon's colours are found one from the other.
 */
async function packSide(packer: PanelPacker, side: PrintSide, signal: AbortSignal): Promise<readonly Uint8Array[]> {
  const packed = await Promise.all(
    side.panels.map(async (panel) => ({ panel, ...(await packer.pack(panel, signal)) })),
  );
  const dyed = packed.some(({ panel, ink }) => isDye(panel) && ink === 'some');
  const needed = packed.filter(({ panel, ink }) => (isDye(panel) ? dyed : ink === 'some'));
  return needed.map(({ command }) => command);
}

function isDye(panel: PrintPanel): boolean {
  return panel.kind === 'yellow' || panel.kind === 'magenta' || panel.kind === 'cyan';
}

/** Writes the sides of a card as the commands that print them, front first; a side with nothing on it is left out. PRINTER-PANEL. */
export async function packSides(
  packer: PanelPacker,
  sides: readonly PrintSide[],
  signal: AbortSignal,
): Promise<PrintJob> {
  const ordered = [...sides].sort((left, right) => (left.side === right.side ? 0 : left.side === 'front' ? -1 : 1));
  const commands: Uint8Array[] = [];
  for (const side of ordered) {
    const panels = await packSide(packer, side, signal);
    if (panels.length === 0) continue;
    commands.push(side.side === 'front' ? evolis.selectFront() : evolis.selectBack(), ...panels);
  }
  return { commands };
}

/** The letters of a command, between ESC and its first parameter or CR. */
function nameOf(command: Uint8Array): string {
  const end = command.findIndex((byte, at) => at > 0 && (byte === 0x3b || byte === 0x0d));
  return String.fromCharCode(...command.subarray(1, end));
}

/**
 * Downloads a packed job; each panel starts the print of the panel before it, and turning the card comes after the panel that waits is printed
 * (Rev E, Db, Sv). Progress counts the bytes of all panels that the link has taken; a panel's last byte counts when the printer has answered for it.
 */
export async function sendJob(talk: EvolisTalk, { commands }: PrintJob, progress: PrintProgress): Promise<void> {
  const isPanel = (command: Uint8Array): boolean => nameOf(command).startsWith('Db');
  const total = commands.reduce((sum, command) => sum + (isPanel(command) ? command.length : 0), 0);
  const speed = talk.channel.speed ?? slowestNetwork;
  let done = 0;
  await talk.order(evolis.beginSequence(), 'Ss');
  for (const command of commands) {
    if (!isPanel(command)) {
      await talk.order(command, nameOf(command), talk.deadlines.panel);
      continue;
    }
    const deadline = talk.deadlines.panel + Math.ceil((command.length / speed) * 1500);
    await talk.order(command, 'Db', deadline, (sent) => {
      if (sent < command.length) progress(done + sent, total);
    });
    done += command.length;
    progress(done, total);
  }
}
