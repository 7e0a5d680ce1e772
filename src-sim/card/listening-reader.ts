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
  readonly #server: Server;
  #card: InsertedCard | undefined;
  #serving: { readonly socket: Socket; readonly ended: Promise<void> } | undefined;

  private constructor(server: Server, host: string) {
    this.#server = server;
    this.address = `${host}:${String((server.address() as AddressInfo).port)}`;
    server.on('connection', (socket) => {
      this.#accept(socket);
    });
  }

  /** Takes the address (port 0: a free one); rejects with the error of the operating system. */
  static open(host: string, port: number): Promise<ListeningReader> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true });
      server.once('error', reject);
      server.listen(port, host, () => {
        resolve(new ListeningReader(server, host));
      });
    });
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
    await new Promise((resolve) => this.#server.close(resolve));
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
