import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { InsertedCard } from './inserted-card.ts';
import type { ReaderConnection } from './reader-connection.ts';
import { serveVpcd } from './vpcd-session.ts';
import type { EarlyLength } from './vpcd-session.ts';

/** How long an insertion waits for pcscd to listen, and how long until it is tried again, in milliseconds. */
const insertionDeadline = 3000;
const retryAfter = 200;
/** pcscd looks for cards every 0.4 s: one that comes sooner after another has gone is taken for the same one and never seen. */
const absence = 500;

/** A card connects to a vpcd that listens, as Debian's does. The card comes back by itself when pcscd went and came. */
export class VpcdReader implements ReaderConnection {
  readonly address: string;
  readonly #host: string;
  readonly #port: number;
  readonly #early: EarlyLength;
  #removed = -Infinity;
  #presence: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(host: string, port: number, early: EarlyLength) {
    this.#host = host;
    this.#port = port;
    this.#early = early;
    this.address = `${host}:${String(port)}`;
  }

  async insert(card: InsertedCard): Promise<void> {
    await this.remove();
    if (card.isMute) return;
    await delay(Math.max(0, this.#removed + absence - performance.now()));
    const stop = new AbortController();
    const { promise: connected, resolve, reject } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      reject(new Error(`no reader at ${this.address}`));
    }, insertionDeadline);
    const ended = this.#keepIn(card, stop.signal, () => {
      resolve(undefined);
    });
    this.#presence = { stop, ended };
    await connected.finally(() => {
      clearTimeout(timer);
    });
  }

  async remove(): Promise<void> {
    this.#presence?.stop.abort();
    await this.#presence?.ended;
    if (this.#presence !== undefined) this.#removed = performance.now();
    this.#presence = undefined;
  }

  close(): Promise<void> {
    return this.remove();
  }

  async #keepIn(card: InsertedCard, signal: AbortSignal, connected: () => void): Promise<void> {
    while (!signal.aborted) {
      const socket = await this.#connect(signal);
      if (socket !== undefined) {
        const destroy = (): void => {
          socket.destroy();
        };
        signal.addEventListener('abort', destroy, { once: true });
        connected();
        const before = card.apdus;
        await serveVpcd(socket, card, this.#early);
        signal.removeEventListener('abort', destroy);
        // A card that was pulled by a fault stays away until the printer opens the contacts.
        if (wasPulled(card, before)) return;
      }
      await delay(retryAfter, undefined, { signal }).catch(() => undefined);
    }
  }

  #connect(signal: AbortSignal): Promise<Socket | undefined> {
    return new Promise((resolve) => {
      const socket = connect({ host: this.#host, port: this.#port, noDelay: true, signal });
      socket.once('error', () => {
        resolve(undefined);
      });
      socket.once('connect', () => {
        resolve(socket);
      });
    });
  }
}

/** Whether a pull fault struck during the APDUs since a given count. */
export function wasPulled(card: InsertedCard, before: number): boolean {
  return card.faults.some((each) => each.kind === 'pull-at-apdu' && each.n > before && each.n <= card.apdus);
}
