/** Ends a turn; calling it again does nothing. */
export type EndTurn = () => void;

/** What only one line may do at a time: turns are given in the order in which they were asked for. */
export class Turn {
  #last: Promise<void> = Promise.resolve();

  /** Waits for the turn; rejects with the signal's reason, and then the turn passes on by itself. */
  async take(signal: AbortSignal): Promise<EndTurn> {
    signal.throwIfAborted();
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#last = promise;
    const end: EndTurn = () => resolve(undefined);
    const aborted = Promise.withResolvers<undefined>();
    const abort = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await Promise.race([before, aborted.promise]);
      return end;
    } catch (reason) {
      void before.then(end);
      throw reason;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
