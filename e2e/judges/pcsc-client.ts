import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** Sends one command to a card and gives its whole answer with the status word. */
export type Exchange = (command: Uint8Array) => Promise<Buffer>;

/** A card that another program has connected to. */
export interface ConnectedCard {
  readonly exchange: Exchange;
  /** Takes the power from the card and gives it again, or leaves. */
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const socketPath = '/run/pcscd/pcscd.comm';

/** Numbers of pcscd's own messages (winscard_msg.h of pcsc-lite, protocol 4). */
const message = {
  establishContext: 1,
  releaseContext: 2,
  connect: 4,
  reconnect: 5,
  disconnect: 6,
  transmit: 9,
  version: 0x11,
} as const;
const scope = { system: 2 } as const;
const share = { exclusive: 1 } as const;
const protocol = { any: 3 } as const;
const disposition = { unpower: 2 } as const;
const readerNameLength = 128;
const longestAnswer = 65_544;
const patienceMs = 30_000;

/** Speaks to pcscd over its own socket, as any PC/SC library does: judges share no package with the station. */
class Service {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #wake: (() => void) | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (piece: Buffer) => {
      this.#received = Buffer.concat([this.#received, piece]);
      this.#wake?.();
    });
    socket.on('close', () => this.#wake?.());
    socket.on('error', () => this.#wake?.());
  }

  static async open(): Promise<Service> {
    const socket = connect(socketPath);
    await new Promise<void>((done, fail) => {
      socket.once('connect', done).once('error', fail);
    });
    const service = new Service(socket);
    await service.ask(message.version, words(4, 4, 0));
    return service;
  }

  async #take(length: number): Promise<Buffer> {
    const ends = Date.now() + patienceMs;
    while (this.#received.length < length) {
      if (this.#socket.destroyed || Date.now() > ends) throw new Error('pcscd does not answer');
      await new Promise<void>((done) => {
        const timer = setTimeout(done, 200);
        this.#wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  /** One request; the answer has its form, its last word says whether it was done. */
  async ask(kind: number, body: Buffer, data: Uint8Array = new Uint8Array(0)): Promise<Buffer> {
    this.#socket.write(Buffer.concat([words(body.length, kind), body, data]));
    const answer = await this.#take(body.length);
    const result = answer.readUInt32LE(answer.length - 4);
    if (result !== 0) throw new Error(`pcscd refuses ${kind}: ${result.toString(16)}`);
    return answer;
  }

  take(length: number): Promise<Buffer> {
    return this.#take(length);
  }

  end(): void {
    this.#socket.destroy();
  }
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeUInt32LE(value >>> 0, at * 4));
  return bytes;
}

/** Connects exclusively to the card in a reader, by the reader's PC/SC name. */
export async function connectCard(reader: string): Promise<ConnectedCard> {
  const service = await Service.open();
  const context = (await service.ask(message.establishContext, words(scope.system, 0, 0))).readUInt32LE(4);
  const name = Buffer.alloc(readerNameLength);
  name.write(reader, 'ascii');
  const request = Buffer.concat([words(context), name, words(share.exclusive, protocol.any, 0, 0, 0)]);
  const connected = await service.ask(message.connect, request);
  const card = connected.readUInt32LE(4 + readerNameLength + 8);
  const active = connected.readUInt32LE(4 + readerNameLength + 12);
  return {
    exchange: async (command) => {
      const body = words(card, active, 8, command.length, active, 8, longestAnswer, 0);
      const head = await service.ask(message.transmit, body, command);
      return service.take(head.readUInt32LE(24));
    },
    reset: async () => {
      await service.ask(message.reconnect, words(card, share.exclusive, protocol.any, disposition.unpower, 0, 0));
    },
    close: async () => {
      await service.ask(message.disconnect, words(card, disposition.unpower, 0)).catch(() => undefined);
      await service.ask(message.releaseContext, words(context, 0)).catch(() => undefined);
      service.end();
    },
  };
}
