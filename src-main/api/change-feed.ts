import type { Topic } from '#shared/contract/topic.ts';

type Waiting = () => void;

/** Tells windows which views to ask for again. Slow readers get one merged update, never a queue. */
export class ChangeFeed {
  #revision = 0;
  readonly #subscribers = new Set<{ readonly topics: Set<Topic>; wake: Waiting | null }>();

  get revision(): number {
    return this.#revision;
  }

  announce(...topics: readonly Topic[]): void {
    this.#revision += 1;
    for (const subscriber of this.#subscribers) {
      for (const topic of topics) subscriber.topics.add(topic);
      subscriber.wake?.();
    }
  }

  /** A snapshot first (all topics), then each merged change, until the signal. Its revisions count this subscriber's updates: a gap means that one was lost. */
  async *watch(all: readonly Topic[], signal: AbortSignal): AsyncGenerator<{ revision: number; topics: Topic[] }> {
    let sent = 0;
    const subscriber = { topics: new Set<Topic>(all), wake: null as Waiting | null };
    this.#subscribers.add(subscriber);
    const stop = () => subscriber.wake?.();
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        if (subscriber.topics.size === 0) {
          await new Promise<void>((resolve) => (subscriber.wake = resolve));
          subscriber.wake = null;
          continue;
        }
        const topics = [...subscriber.topics];
        subscriber.topics.clear();
        yield { revision: ++sent, topics };
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#subscribers.delete(subscriber);
    }
  }
}
