import { LinkFault, type Wait } from './byte-link.ts';

/** What an act that is bounded by a wait may call; the first call counts, later ones do nothing. */
export interface Settle<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (fault: unknown) => void;
}

/** Runs an act that ends by a callback, bounded by deadline and signal; settles once. `what` names it in the fault. */
export function within<Result>(wait: Wait, what: string, act: (settle: Settle<Result>) => void): Promise<Result> {
  const { signal, deadline } = wait;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    const fail = (fault: unknown): void => {
      stop();
      reject(fault);
    };
    const abort = (): void => fail(signal.reason);
    const timer = setTimeout(() => fail(new LinkFault('deadline', what)), deadline);
    signal.addEventListener('abort', abort, { once: true });
    act({
      resolve: (result) => {
        stop();
        resolve(result);
      },
      reject: fail,
    });
  });
}
