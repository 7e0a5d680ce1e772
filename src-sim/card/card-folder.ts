import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseChipState } from './chip-state.ts';
import type { ChipState } from './chip-state.ts';

/** The chips of all physical cards, one JSON file each; without a folder they live as long as the program. */
export class CardFolder {
  readonly #path: string | undefined;
  readonly #written = new Map<string, string>();

  constructor(path: string | undefined) {
    this.#path = path;
    if (path === undefined) return;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(path)) {
      if (!name.endsWith('.json')) continue;
      this.#written.set(name.slice(0, -5), readFileSync(join(path, name), 'utf8'));
    }
  }

  /** Ids of all chips known, in order of name. */
  get ids(): readonly string[] {
    return [...this.#written.keys()].sort();
  }

  /** A chip's memory as last saved; undefined where the card was never seen. Throws when its file holds something else. */
  load(id: string): ChipState | undefined {
    const text = this.#written.get(id);
    return text === undefined ? undefined : parseChipState(text);
  }

  /** Writes a chip's memory if it changed: a new file put in place of the old one in one step. */
  save(id: string, state: ChipState): void {
    const text = `${JSON.stringify(state, undefined, 1)}\n`;
    if (this.#written.get(id) === text) return;
    if (this.#path !== undefined) {
      const target = join(this.#path, `${id}.json`);
      writeFileSync(`${target}.new`, text, { mode: 0o600 });
      renameSync(`${target}.new`, target);
    }
    this.#written.set(id, text);
  }
}

/** Whether a text can be a card id: it names a file too. */
export function isCardId(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}
