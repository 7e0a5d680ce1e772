import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { InsertedCard } from './inserted-card.ts';
import type { ReaderConnection } from './reader-connection.ts';
import { wasPulled } from './vpcd-reader.ts';
import { serveVpcd } from './vpcd-session.ts';

/**
 * The card listens and a reader that has no pcscd connects as vpcd would. While no card is in, or another connection
 * already has it, a connection is closed at once: that is how the reader sees an empty slot.
 */
export class ListeningReader implements ReaderConnection {
  readonly address: string;
  readonly #host: string;
  readonly #port: number;
  #server: Server | undefined;
  #card: InsertedCard | undefined;
  #serving: { readonly socket: Socket; readonly ended: Promise<void> } | undefined;

  private constructor(server: Server, host: string) {
    this.#host = host;
    this.#port = (server.address() as AddressInfo).port;
    this.address = `${host}:${String(this.#port)}`;
    this.#serve(server);
  }

  /** Takes the address (port 0: a free one); rejects with the error of the operating system. */
  static async open(host: string, port: number): Promise<ListeningReader> {
    return new ListeningReader(await listen(host, port), host);
  }

  async plug(state: 'plugged' | 'unplugged'): Promise<void> {
    if (state === 'plugged') {
      if (this.#server === undefined) this.#serve(await listen(this.#host, this.#port));
      return;
    }
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
    this.#serving?.socket.destroy();
    await this.#serving?.ended;
    await closed;
  }

  async insert(card: InsertedCard): Promise<void> {
    await this.remove();
    if (!card.isMute) this.#card = card;
  }

  async remove(): Promise<void> {
    this.#card = undefined;
    this.#serving?.socket.destroy();
    await this.#serving?.ended;
  }

  async close(): Promise<void> {
    await this.remove();
    await this.plug('unplugged');
  }

  #serve(server: Server): void {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#accept(socket);
    });
  }

  #accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const card = this.#card;
    if (card === undefined || this.#serving !== undefined) {
      socket.destroy();
      return;
    }
    const before = card.apdus;
    const ended = serveVpcd(socket, card, 'whole-answers').then(() => {
      this.#serving = undefined;
      if (wasPulled(card, before)) this.#card = undefined;
    });
    this.#serving = { socket, ended };
  }
}

function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true });
    server.once('error', reject);
    server.listen(port, host, () => {
      resolve(server);
    });
  });
}
