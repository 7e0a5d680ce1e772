/** Cuts a byte stream into lines of UTF-8 text ended by LF, a CR before it dropped, none longer than a limit. */
export class LineSplitter {
  readonly #longest: number;
  #pending: Buffer = Buffer.alloc(0);

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Takes the next bytes; returns the lines they completed, and whether the unfinished rest is over the limit. */
  take(chunk: Buffer): { readonly lines: readonly string[]; readonly overflow: boolean } {
    const lines: string[] = [];
    let rest = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      lines.push(rest.subarray(0, end).toString('utf8').replace(/\r$/, ''));
      rest = rest.subarray(end + 1);
    }
    const overflow = rest.length > this.#longest;
    this.#pending = overflow ? Buffer.alloc(0) : rest;
    return { lines, overflow };
  }
}
