import { sideHeight, sideWidth, type PanelKind, type PrintPanel } from '#shared/domain/print-side.ts';
import type { BareArea } from './card-layout.ts';
import type { Pixels } from './render-side.ts';

const count = sideWidth * sideHeight;

/**
 * Splits a side into the panels of its ribbon. Dyes are the complements of red, green and blue: pure red is magenta and
 * yellow. Black is what the layout gives to the black panel, at half cover and more; the dye under it stays, because a knocked
 * out ground would show as a white rim wherever the panels are a dot out of register. Overlay covers all but the bare areas;
 * in these every panel is empty, so that no head touches a chip and no film covers a stripe.
 */
export function separatePanels(
  drawn: { readonly colour: Pixels; readonly black: Pixels },
  ribbon: 'ymcko' | 'k',
  areas: readonly BareArea[],
): readonly PrintPanel[] {
  const printable = printableMask(areas);
  const black = panel('black', resin(drawn.black, printable));
  if (ribbon === 'k') return [black];
  return [
    panel('yellow', dye(drawn.colour, 2, printable)),
    panel('magenta', dye(drawn.colour, 1, printable)),
    panel('cyan', dye(drawn.colour, 0, printable)),
    black,
    panel('overlay', printable),
  ];
}

/** Whether dyes would be needed to print the drawing. */
export function hasColour(colour: Pixels): boolean {
  return colour.some((sample) => sample !== 255);
}

function panel(kind: PanelKind, samples: Uint8Array): PrintPanel {
  return { kind, width: sideWidth, height: sideHeight, samples };
}

function resin(black: Pixels, printable: Uint8Array): Uint8Array {
  const samples = new Uint8Array(count);
  for (let at = 0; at < count; at++) if ((black[at * 3] ?? 255) < 128) samples[at] = printable[at] ?? 0;
  return samples;
}

function dye(colour: Pixels, channel: 0 | 1 | 2, printable: Uint8Array): Uint8Array {
  const samples = new Uint8Array(count);
  for (let at = 0; at < count; at++) samples[at] = (255 - (colour[at * 3 + channel] ?? 255)) & (printable[at] ?? 0);
  return samples;
}

/** 255 where anything may be printed, 0 in the bare areas. */
function printableMask(areas: readonly BareArea[]): Uint8Array {
  const mask = new Uint8Array(count).fill(255);
  for (const area of areas) {
    for (let y = 0; y < area.height; y++) {
      for (let x = 0; x < area.width; x++) {
        if (inside(area, x + 0.5, y + 0.5)) mask[(area.y + y) * sideWidth + area.x + x] = 0;
      }
    }
  }
  return mask;
}

function inside(area: BareArea, x: number, y: number): boolean {
  const across = Math.max(area.radius - x, x - (area.width - area.radius), 0);
  const down = Math.max(area.radius - y, y - (area.height - area.radius), 0);
  return across * across + down * down <= area.radius * area.radius || across === 0 || down === 0;
}
