/**
 * A signal that aborts after so many milliseconds (TimeoutError), or with another signal and its reason.
 *
 * Ended by `using`, it leaves neither a timer nor a listener behind: an act that is done long before its deadline keeps nothing alive
 * until then, as `AbortSignal.timeout` would.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #follow = (): void => this.#controller.abort(this.#parent.reason);

  constructor(milliseconds: number, parent: AbortSignal) {
    this.#parent = parent;
    this.#timer = setTimeout(() => {
      this.#controller.abort(new DOMException('the deadline has passed', 'TimeoutError'));
    }, milliseconds);
    if (parent.aborted) this.#follow();
    else parent.addEventListener('abort', this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#parent.removeEventListener('abort', this.#follow);
  }
}
