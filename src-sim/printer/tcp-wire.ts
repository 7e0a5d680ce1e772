import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { CardPrinter } from './card-printer.ts';
import type { LinkCounters, SessionSettings } from './printer-session.ts';
import { PrinterSession } from './printer-session.ts';

/** The printer on the network: one client at a time, a second one is turned away at once. */
export class TcpWire {
  readonly #printer: CardPrinter;
  readonly #settings: SessionSettings;
  readonly #counters: LinkCounters;
  readonly #host: string;
  #port: number;
  #server: Server | undefined;
  #client: { readonly socket: Socket; readonly session: PrinterSession } | undefined;
  #back: NodeJS.Timeout | undefined;

  constructor(
    printer: CardPrinter,
    settings: SessionSettings,
    counters: LinkCounters,
    address: { host: string; port: number },
  ) {
    this.#printer = printer;
    this.#settings = settings;
    this.#counters = counters;
    this.#host = address.host;
    this.#port = address.port;
  }

  get description(): { readonly listen: string } {
    return { listen: `${this.#host}:${this.#port}` };
  }

  /** Begins to listen; keeps the port that it got. Rejects where the address is taken. */
  async open(): Promise<void> {
    clearTimeout(this.#back);
    if (this.#server !== undefined) return;
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.#host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Takes the link away until `open`. */
  async close(): Promise<void> {
    clearTimeout(this.#back);
    const server = this.#server;
    this.#server = undefined;
    // No new client may slip in between: the door is shut before the one inside is sent away.
    const shut = new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
    this.#client?.session.end();
    this.#client?.socket.destroy();
    this.#client = undefined;
    await shut;
  }

  #accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    if (this.#client !== undefined || this.#server === undefined) {
      this.#counters.refusedClients += 1;
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    const session = new PrinterSession(
      this.#printer,
      {
        write: (bytes) => {
          if (socket.writable) socket.write(bytes);
        },
        pause: () => socket.pause(),
        resume: () => socket.resume(),
        lose: (milliseconds) => void this.#lose(socket, milliseconds ?? 0),
      },
      this.#settings,
      this.#counters,
    );
    const client = { socket, session };
    this.#client = client;
    const gone = (): void => {
      session.end();
      if (this.#client === client) this.#client = undefined;
    };
    socket.on('data', (chunk: Buffer) => session.receive(chunk));
    // A client that has finished sending is gone: whoever comes next must find the printer free.
    socket.on('end', gone);
    socket.on('close', gone);
  }

  async #lose(socket: Socket, milliseconds: number): Promise<void> {
    if (milliseconds === 0) {
      socket.destroy();
      if (this.#client?.socket === socket) this.#client = undefined;
      return;
    }
    await this.close();
    if (this.#printer.power === 'on') this.#back = setTimeout(() => void this.open(), milliseconds);
  }
}
