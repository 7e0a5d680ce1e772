import type { OrderToPrepare, PreparedCard } from './port.ts';

/** More cards than this are never kept: each holds some 10 MB of panels and a person's data. */
const most = 4;

interface Waiting {
  readonly card: Promise<PreparedCard>;
  readonly abandon: AbortController;
}

/** Cards that come next, prepared while the ones before are in the machines, so that no line waits for drawing. */
export class ReadyAhead {
  readonly #make: (order: OrderToPrepare, signal: AbortSignal) => Promise<PreparedCard>;
  readonly #waiting = new Map<string, Waiting>();

  constructor(make: (order: OrderToPrepare, signal: AbortSignal) => Promise<PreparedCard>) {
    this.#make = make;
  }

  /** Begins what is missing, and disposes of whatever is no longer named. Never throws: a fault shows when the order is taken. */
  keepExactly(orders: readonly OrderToPrepare[]): void {
    const wanted = new Map(orders.slice(0, most).map((order) => [nameOf(order), order]));
    for (const [name, waiting] of this.#waiting) {
      if (wanted.has(name)) continue;
      this.#waiting.delete(name);
      waiting.abandon.abort(new DOMException('no longer wanted', 'AbortError'));
      void waiting.card.then(
        (card) => card.dispose(),
        () => undefined,
      );
    }
    for (const [name, order] of wanted) {
      if (this.#waiting.has(name)) continue;
      const abandon = new AbortController();
      const card = this.#make(order, abandon.signal);
      card.catch(() => undefined);
      this.#waiting.set(name, { card, abandon });
    }
  }

  /** Hands over the card of an order, which then belongs to the caller; null when it was not made ready, or could not be. */
  async take(order: OrderToPrepare, signal: AbortSignal): Promise<PreparedCard | null> {
    const waiting = this.#waiting.get(nameOf(order));
    if (waiting === undefined) return null;
    this.#waiting.delete(nameOf(order));
    const giveUp = () => waiting.abandon.abort(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const card = await waiting.card;
      if (!signal.aborted) return card;
      card.dispose();
    } catch {
      // Prepared anew by the caller, whose fault is then the one of now.
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
    signal.throwIfAborted();
    return null;
  }
}

function nameOf({ batch, order }: OrderToPrepare): string {
  return `${batch}/${order}`;
}
