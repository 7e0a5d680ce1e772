/** How often a paced flow moves on, in milliseconds. */
const tick = 10;

/** A stream of bytes at the speed of a serial line (ten bits a byte), or at once where no speed is set. */
export class PacedFlow {
  readonly #bytesPerSecond: number | undefined;
  readonly #deliver: (bytes: Uint8Array) => void;
  #held: Uint8Array[] = [];
  #timer: NodeJS.Timeout | undefined;
  #allowance = 0;
  #last = 0;
  backlog = 0;

  /** `baud` bits a second; undefined for no pacing. */
  constructor(baud: number | undefined, deliver: (bytes: Uint8Array) => void) {
    this.#bytesPerSecond = baud === undefined ? undefined : baud / 10;
    this.#deliver = deliver;
  }

  push(bytes: Uint8Array): void {
    if (this.#bytesPerSecond === undefined) {
      this.#deliver(bytes);
      return;
    }
    this.#held.push(bytes);
    this.backlog += bytes.length;
    if (this.#timer !== undefined) return;
    this.#last = performance.now();
    this.#allowance = 0;
    this.#timer = setInterval(() => this.#advance(), tick);
  }

  /** Drops what is under way. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#held = [];
    this.backlog = 0;
  }

  #advance(): void {
    const now = performance.now();
    this.#allowance += ((now - this.#last) / 1000) * (this.#bytesPerSecond ?? 0);
    this.#last = now;
    while (this.#allowance >= 1) {
      const first = this.#held.shift();
      if (first === undefined) break;
      const part = first.subarray(0, Math.floor(this.#allowance));
      if (part.length < first.length) this.#held.unshift(first.subarray(part.length));
      this.#allowance -= part.length;
      this.backlog -= part.length;
      this.#deliver(part);
    }
    if (this.#held.length === 0) this.stop();
  }
}
