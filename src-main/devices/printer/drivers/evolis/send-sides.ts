import type { PrintPanel, PrintSide } from '#shared/domain/print-side.ts';
import { evolis } from '#shared/protocols/printers/evolis/commands.ts';
import type { PrintProgress } from '../../port.ts';
import type { EvolisTalk } from './evolis-talk.ts';
import type { PanelPacker } from './panel-packer.ts';

/** The pace of a link without a set speed that every network of this century keeps, bytes a second. */
const slowestNetwork = 500_000;

interface PackedSide {
  readonly side: PrintSide['side'];
  readonly commands: readonly Uint8Array[];
}

/**
 * Panels that lay nothing down are left out: a blank overlay or black panel is wound past. The dyes go together, all or none,
 * as the ribbon's colours are found one from the other.
 */
async function packSide(packer: PanelPacker, side: PrintSide, signal: AbortSignal): Promise<PackedSide> {
  const packed = await Promise.all(
    side.panels.map(async (panel) => ({ panel, ...(await packer.pack(panel, signal)) })),
  );
  const dyed = packed.some(({ panel, ink }) => isDye(panel) && ink === 'some');
  const needed = packed.filter(({ panel, ink }) => (isDye(panel) ? dyed : ink === 'some'));
  return { side: side.side, commands: needed.map(({ command }) => command) };
}

function isDye(panel: PrintPanel): boolean {
  return panel.kind === 'yellow' || panel.kind === 'magenta' || panel.kind === 'cyan';
}

/**
 * Downloads the sides of a card, front first; each download starts the print of the panel before it (Rev E, Db). Progress counts
 * the bytes of all panels that the link has taken; a panel's last byte counts when the printer has answered for it.
 */
export async function sendSides(
  talk: EvolisTalk,
  packer: PanelPacker,
  sides: readonly PrintSide[],
  progress: PrintProgress,
): Promise<void> {
  const ordered = [...sides].sort((left, right) => (left.side === right.side ? 0 : left.side === 'front' ? -1 : 1));
  const packed: PackedSide[] = [];
  for (const side of ordered) packed.push(await packSide(packer, side, talk.signal));
  const printed = packed.filter((side) => side.commands.length > 0);
  const total = printed.flatMap((side) => side.commands).reduce((sum, command) => sum + command.length, 0);
  const speed = talk.channel.speed ?? slowestNetwork;
  let done = 0;
  await talk.order(evolis.beginSequence(), 'Ss');
  for (const { side, commands } of printed) {
    // Turning the card comes after the panel that waits is printed.
    const choose = side === 'front' ? evolis.selectFront() : evolis.selectBack();
    await talk.order(choose, side === 'front' ? 'Sr' : 'Sv', talk.deadlines.panel);
    for (const command of commands) {
      const deadline = talk.deadlines.panel + Math.ceil((command.length / speed) * 1500);
      await talk.order(command, 'Db', deadline, (sent) => {
        if (sent < command.length) progress(done + sent, total);
      });
      done += command.length;
      progress(done, total);
    }
  }
}
