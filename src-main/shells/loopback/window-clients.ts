import { randomBytes, randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';

/** The socket of a window was closed because the same window came back on another; the page must not connect again by itself. */
export const TAKEN_OVER = 4001;

/** Windows that one station keeps; the one longest away is forgotten for a new one. */
const MOST_CLIENTS = 64;

interface WindowClient {
  readonly id: string;
  readonly cookie: string;
  socket: WebSocket | null;
  leaving: NodeJS.Timeout | null;
  since: number;
}

/**
 * Who is behind which cookie. A client keeps its id over reloads and breaks of its connection; it is gone once it has been without a
 * socket for the given time, and is then the same client with nothing of before.
 */
export class WindowClients {
  readonly #byCookie = new Map<string, WindowClient>();
  readonly #awayMs: number;
  readonly #gone: (client: { readonly id: string }) => void;
  #order = 0;

  constructor(awayMs: number, gone: (client: { readonly id: string }) => void) {
    this.#awayMs = awayMs;
    this.#gone = gone;
  }

  /** A new client with a cookie value of 256 random bits. */
  admit(): string {
    const away = [...this.#byCookie.values()].filter((client) => client.socket === null);
    const oldest = away.sort((one, other) => one.since - other.since)[0];
    if (this.#byCookie.size >= MOST_CLIENTS && oldest !== undefined) this.#forget(oldest);
    const cookie = randomBytes(32).toString('hex');
    this.#byCookie.set(cookie, {
      id: `window-${randomUUID()}`,
      cookie,
      socket: null,
      leaving: null,
      since: (this.#order += 1),
    });
    return cookie;
  }

  knows(cookie: string | undefined): boolean {
    return cookie !== undefined && this.#byCookie.has(cookie);
  }

  /** Gives a client its live socket; one that it had before is closed. */
  attach(cookie: string, socket: WebSocket): { readonly id: string } | null {
    const client = this.#byCookie.get(cookie);
    if (client === undefined) return null;
    const before = client.socket;
    client.socket = socket;
    client.since = this.#order += 1;
    if (client.leaving !== null) clearTimeout(client.leaving);
    client.leaving = null;
    socket.once('close', () => this.#left(client, socket));
    before?.close(TAKEN_OVER, 'the window is open elsewhere');
    return { id: client.id };
  }

  /** Ends every connection; nobody is told that somebody is gone, for the station itself goes. */
  close(): void {
    for (const client of this.#byCookie.values()) {
      if (client.leaving !== null) clearTimeout(client.leaving);
      const { socket } = client;
      client.socket = null;
      socket?.close(1001, 'the station ends');
    }
    this.#byCookie.clear();
  }

  #left(client: WindowClient, socket: WebSocket): void {
    if (client.socket !== socket) return;
    client.socket = null;
    client.leaving = setTimeout(() => {
      client.leaving = null;
      this.#gone({ id: client.id });
    }, this.#awayMs);
    client.leaving.unref();
  }

  #forget(client: WindowClient): void {
    this.#byCookie.delete(client.cookie);
    if (client.leaving === null) return;
    clearTimeout(client.leaving);
    this.#gone({ id: client.id });
  }
}
