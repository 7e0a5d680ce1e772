import { connect, type Socket } from 'node:net';
import { LinkFault, type AnswerForm, type ByteLink, type Wait } from './byte-link.ts';
import { ReceivedBytes } from './received-bytes.ts';
import { within } from './within.ts';

/** A device on the network. */
export interface TcpPlace {
  readonly host: string;
  readonly port: number;
}

function reasonOf(fault: unknown): string {
  const { code } = fault as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'connection failed';
}

/** Connects to a device on the network; a refused or unreachable address is LinkFault `closed`. */
export async function openTcpLink(place: TcpPlace, wait: Wait): Promise<ByteLink> {
  const socket = connect({ host: place.host, port: place.port, noDelay: true });
  try {
    await within<undefined>(wait, `no connection to ${place.host}:${place.port}`, ({ resolve, reject }) => {
      socket.once('connect', () => resolve(undefined));
      socket.once('error', (fault) => reject(new LinkFault('closed', reasonOf(fault), fault)));
    });
  } catch (fault) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw fault;
  }
  return new TcpLink(socket, `${place.host}:${place.port}`);
}

class TcpLink implements ByteLink {
  readonly place: string;
  readonly nature = 'connection';
  readonly speed = null;
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  readonly #received = new ReceivedBytes();
  #reason = 'closed by the other end';

  constructor(socket: Socket, place: string) {
    this.#socket = socket;
    this.place = place;
    socket.removeAllListeners('error');
    socket.on('data', (chunk: Buffer) => {
      if (this.#received.push(chunk) === 'too-many') this.#end('it does not stop talking');
    });
    socket.on('error', (fault) => {
      this.#reason = reasonOf(fault);
    });
    // Half-open connections are no use here: a device that has said its last word answers nothing more.
    socket.on('end', () => this.#received.end(this.#reason));
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#received.end(this.#reason);
        resolve(this.#reason);
      });
    });
  }

  get state(): 'open' | 'closed' {
    return this.#socket.writable && !this.#socket.readableEnded ? 'open' : 'closed';
  }

  write(bytes: Uint8Array, wait: Wait): Promise<void> {
    if (this.state === 'closed') return Promise.reject(new LinkFault('closed', this.#reason));
    return within<void>(wait, 'the device takes no more bytes', ({ resolve, reject }) => {
      this.#socket.write(bytes, (fault) => {
        if (fault === undefined || fault === null) resolve();
        else reject(new LinkFault('closed', reasonOf(fault), fault));
      });
    });
  }

  readUntil(form: AnswerForm, wait: Wait): Promise<Uint8Array> {
    return this.#received.readUntil(form, wait);
  }

  readExactly(count: number, wait: Wait): Promise<Uint8Array> {
    return this.#received.readExactly(count, wait);
  }

  takeReceived(): Uint8Array {
    return this.#received.takeAll();
  }

  async close(): Promise<void> {
    this.#end('closed by the station');
    await this.closed;
  }

  #end(reason: string): void {
    if (this.#socket.destroyed) return;
    this.#reason = reason;
    this.#socket.destroy();
  }
}
