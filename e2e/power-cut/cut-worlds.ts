import { availableParallelism } from 'node:os';
import { ownFolder } from '../stations/own-folder.ts';
import { CutWorld, type Cut, type CutOutcome } from './cut-world.ts';
import { buildShim, nameOfCut } from './shim.ts';

/** Some worlds side by side, each with machines of its own: cuts are done in as many of them as the machine has processors, and one more. */
export class CutWorlds implements AsyncDisposable {
  readonly worlds: readonly [CutWorld, ...CutWorld[]];
  readonly folder: string;
  readonly #stack: AsyncDisposableStack;

  private constructor(worlds: readonly [CutWorld, ...CutWorld[]], folder: string, stack: AsyncDisposableStack) {
    this.worlds = worlds;
    this.folder = folder;
    this.#stack = stack;
  }

  static async open(options: {
    readonly purpose: string;
    readonly lines: number;
    readonly cards: number;
    readonly ribbons: readonly ('ymcko' | 'k')[];
    /** How many; without it one more than there are processors, at most eight. */
    readonly worlds?: number;
  }): Promise<CutWorlds> {
    const { purpose, lines, cards, ribbons } = options;
    await using stack = new AsyncDisposableStack();
    const own = stack.use(ownFolder(purpose));
    const shim = buildShim(own.path);
    const count = options.worlds ?? Math.min(availableParallelism() + 1, 8);
    const opened: CutWorld[] = [];
    for (let at = 0; at < count; at += 1) {
      const ribbon = ribbons[at % ribbons.length] ?? 'k';
      opened.push(stack.use(await CutWorld.open({ folder: own.path, name: `w${at}`, shim, lines, cards, ribbon })));
    }
    const [first, ...rest] = opened;
    if (first === undefined) throw new Error('no world');
    return new CutWorlds([first, ...rest], own.path, stack.move());
  }

  /** Does each of these rows of cuts in whichever world is free; what came of it is told in the order in which it came. */
  async run(rows: Iterable<readonly Cut[]>, told: (outcome: CutOutcome, cuts: readonly Cut[]) => void): Promise<void> {
    const queue = rows[Symbol.iterator]();
    await Promise.all(
      this.worlds.map(async (world) => {
        for (let next = queue.next(); next.done !== true; next = queue.next()) {
          told(await world.run(next.value), next.value);
        }
      }),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/** A row of cuts in one line, to make it again. */
export function nameOfCuts(cuts: readonly Cut[]): string {
  return cuts.map(({ at, unsynced }) => `${nameOfCut(at)} ${unsynced.kind}`).join(', ');
}
