const FIRST_ITEM_MS = 20_000;
const PAUSE_MS = 1_000;

/** One live view: how it is opened and who takes what comes. */
export interface Stream<T> {
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<T>>;
  /** Called before the first item of each subscription: what follows starts anew. */
  readonly begin: () => void;
  readonly each: (item: T) => void;
  /** Called when a subscription ended without being asked to. */
  readonly broke: (cause: unknown) => void;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

/** Follows a live view, subscribing again after every break, until the signal aborts. Never rejects. */
export async function followStream<T>(stream: Stream<T>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const attempt = new AbortController();
    const silence = setTimeout(() => attempt.abort(), FIRST_ITEM_MS);
    try {
      stream.begin();
      const items = await stream.open(AbortSignal.any([signal, attempt.signal]));
      for await (const item of items) {
        clearTimeout(silence);
        if (signal.aborted) return;
        stream.each(item);
      }
      if (!signal.aborted) stream.broke(new Error('the live view ended'));
    } catch (cause) {
      if (!signal.aborted) stream.broke(cause);
    } finally {
      clearTimeout(silence);
      attempt.abort();
    }
    if (!signal.aborted) await pause(signal);
  }
}
