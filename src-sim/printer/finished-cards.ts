import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawCard, pictureHeight, pictureWidth } from './card-picture.ts';
import type { Side } from './panel-geometry.ts';
import { writePng } from './png.ts';
import type { CardInside } from './printer-state.ts';
import type { TrackNumber } from './stripe-track.ts';
import { decodeTrack } from './stripe-track.ts';

/** What became of a card. `taken`: a person took it out of the machine. */
export type Disposition = 'good' | 'rejected' | 'taken';

/** Writes the pictures and the record of each card that leaves the printer into one folder. */
export class FinishedCards {
  readonly #folder: string | undefined;
  readonly #stripe: 'with stripe' | 'no stripe';

  constructor(folder: string | undefined, stripe: 'with stripe' | 'no stripe') {
    this.#folder = folder;
    this.#stripe = stripe;
  }

  /** Draws `<id>-front.png`, `<id>-back.png` and `<id>.json`; the record is written last. A repetition replaces them. */
  async add(card: CardInside, disposition: Disposition, at: Date): Promise<void> {
    if (this.#folder === undefined) return;
    await mkdir(this.#folder, { recursive: true });
    const sides: readonly Side[] = ['front', 'back'];
    for (const side of sides) {
      const picture = await writePng(pictureWidth, pictureHeight, drawCard(card.layers, side, this.#stripe));
      await this.#put(this.#folder, `${card.id}-${side}.png`, picture);
    }
    const record = {
      card: card.id,
      disposition,
      time: at.toISOString(),
      stripe: describeStripe(card),
      panels: { front: describePanels(card, 'front'), back: describePanels(card, 'back') },
      encodedAfterPrint: card.encodedAfterPrint,
    };
    await this.#put(this.#folder, `${card.id}.json`, `${JSON.stringify(record, null, 1)}\n`);
  }

  async #put(folder: string, name: string, content: string | Uint8Array): Promise<void> {
    const target = join(folder, name);
    await writeFile(`${target}.new`, content);
    await rename(`${target}.new`, target);
  }
}

/** The panels printed on one side, in order, as letters. */
export function describePanels(card: CardInside, side: Side): string {
  return card.layers.map((layer) => (layer.side === side ? layer.panel : '')).join('');
}

/** What a reader would find on each track: its text without sentinels, null where it is blank or cannot be read. */
export function describeStripe(card: CardInside): Record<TrackNumber, string | null> {
  const read = (track: TrackNumber): string | null => {
    const reading = decodeTrack(track, card.tracks[track] ?? '');
    return reading.kind === 'text' ? reading.text : null;
  };
  return { 1: read(1), 2: read(2), 3: read(3) };
}
