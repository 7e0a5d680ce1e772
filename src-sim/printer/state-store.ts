import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import type { PrintedLayer } from './card-picture.ts';
import type { CardInside, PrinterState } from './printer-state.ts';

type StoredLayer = Omit<PrintedLayer, 'pixels'> & { readonly file: string };
type StoredState = Omit<PrinterState, 'inside'> & {
  readonly version: 1;
  readonly inside: (Omit<CardInside, 'layers'> & { readonly layers: readonly StoredLayer[] }) | null;
};

/**
 * Keeps the printer's state in a folder: `state.json`, replaced in one rename, and one compressed file for each layer printed
 * on the card inside, written before the state that names it. A program that is killed at any point finds whole files.
 */
export class StateStore {
  readonly #folder: string;
  readonly #written = new WeakMap<PrintedLayer, string>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** The state as it stood, or undefined in a new folder. Throws an Error where the file is none of this version. */
  load(): PrinterState | undefined {
    const file = join(this.#folder, 'state.json');
    if (!existsSync(file)) return undefined;
    const { version, inside, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as StoredState;
    if (version !== 1) throw new Error(`${file} is not a printer state of version 1`);
    if (inside === null) return { ...rest, inside: null };
    const layers = inside.layers.map(({ side, panel, file: name }) => {
      const layer = { side, panel, pixels: new Uint8Array(inflateSync(readFileSync(join(this.#folder, name)))) };
      this.#written.set(layer, name);
      return layer;
    });
    return { ...rest, inside: { ...inside, layers } };
  }

  save(state: PrinterState): void {
    const layers = (state.inside?.layers ?? []).map((layer, index): StoredLayer => {
      const file = this.#written.get(layer) ?? this.#writeLayer(layer, `${state.inside?.id ?? ''}-${index}.panel`);
      return { side: layer.side, panel: layer.panel, file };
    });
    const inside = state.inside === null ? null : { ...state.inside, layers };
    const stored: StoredState = { ...state, version: 1, inside };
    this.#replace('state.json', `${JSON.stringify(stored, null, 1)}\n`);
    if (state.inside === null) this.#sweep();
  }

  #writeLayer(layer: PrintedLayer, name: string): string {
    this.#replace(name, deflateSync(layer.pixels, { level: 1 }));
    this.#written.set(layer, name);
    return name;
  }

  #replace(name: string, content: string | Uint8Array): void {
    const target = join(this.#folder, name);
    writeFileSync(`${target}.new`, content, { mode: 0o600 });
    renameSync(`${target}.new`, target);
  }

  #sweep(): void {
    for (const name of readdirSync(this.#folder)) if (name.endsWith('.panel')) rmSync(join(this.#folder, name));
  }
}
