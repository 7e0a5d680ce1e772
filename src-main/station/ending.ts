/** What was started, ended in the opposite order. */
export class Ending {
  readonly #acts: (() => Promise<void> | void)[] = [];

  add(act: () => Promise<void> | void): void {
    this.#acts.unshift(act);
  }

  async run(onFault: (fault: unknown) => void): Promise<void> {
    for (const act of this.#acts.splice(0)) {
      try {
        await act();
      } catch (fault) {
        onFault(fault);
      }
    }
  }
}
