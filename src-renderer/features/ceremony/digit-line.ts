/** What became of the characters that were typed. */
export type DigitNews =
  | { readonly kind: 'count'; readonly count: number }
  /** One could not be sent, or its answer did not come; what was typed after it is dropped too. */
  | { readonly kind: 'failed'; readonly thrown: unknown };

/**
 * Takes the characters of a component to the station one after the other, in the order of the keys pressed. A character lives here
 * only until it is sent; after a failure all that wait are dropped, and nothing more goes out before `begin`.
 */
export class DigitLine {
  readonly #send: (digit: number) => Promise<number>;
  readonly #tell: (news: DigitNews) => void;
  #last: Promise<void> = Promise.resolve();
  #run = 0;
  #state: 'open' | 'failed' = 'open';

  /** `send` takes one character inwards, 0 to 15, and answers how many the station has. */
  constructor(send: (digit: number) => Promise<number>, tell: (news: DigitNews) => void) {
    this.#send = send;
    this.#tell = tell;
  }

  /** Sends a character after those before it. */
  push(digit: number): void {
    if (this.#state === 'failed') return;
    const run = this.#run;
    this.#last = this.#last.then(async () => {
      if (this.#state === 'failed' || run !== this.#run) return;
      try {
        const count = await this.#send(digit);
        if (run === this.#run) this.#tell({ kind: 'count', count });
      } catch (thrown) {
        if (run !== this.#run) return;
        this.#state = 'failed';
        this.#tell({ kind: 'failed', thrown });
      }
    });
  }

  /** Resolves once nothing is under way any more: what follows at the station comes after every character typed. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** Drops what still waits and takes characters again, from the first on. */
  begin(): void {
    this.#run += 1;
    this.#state = 'open';
  }
}
