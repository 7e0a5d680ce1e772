import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { JsonObject } from './json-lines-server.ts';
import { LineSplitter } from './line-splitter.ts';

interface Waiting {
  readonly resolve: (reply: JsonObject) => void;
  readonly reject: (reason: Error) => void;
}

/** The longest reply line taken: an inspection of many cards may be long. */
const longestLine = 16 * 1024 * 1024;

/** The asking end of a control connection: replies come in the order of the requests. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  readonly #splitter = new LineSplitter(longestLine);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      const taken = this.#splitter.take(chunk);
      for (const line of taken.lines) this.#settle(line);
      if (taken.overflow) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const each of this.#waiting.splice(0)) each.reject(new Error('the control connection was closed'));
    });
  }

  /** Connects to `host:port`; rejects when nobody answers within the deadline (milliseconds). */
  static connect(address: string, deadline: number): Promise<ControlClient> {
    const { host, port } = splitAddress(address);
    return new Promise((resolve, reject) => {
      const socket = connect(port, host);
      const timer = setTimeout(() => socket.destroy(new Error(`no connection to ${address} in time`)), deadline);
      socket.once('error', (cause) => {
        clearTimeout(timer);
        reject(cause);
      });
      socket.once('connect', () => {
        clearTimeout(timer);
        resolve(new ControlClient(socket));
      });
    });
  }

  /** Sends one request and returns its reply, `{"error": ...}` included; a missed deadline (milliseconds) ends the connection. */
  request(request: JsonObject, deadline: number): Promise<JsonObject> {
    if (this.#socket.destroyed) return Promise.reject(new Error('the control connection was closed'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error('the control request was not answered in time'));
        this.#socket.destroy();
      }, deadline);
      this.#waiting.push({
        resolve: (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
        reject: (reason) => {
          clearTimeout(timer);
          reject(reason);
        },
      });
      this.#socket.write(`${JSON.stringify(request)}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #settle(line: string): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    try {
      next.resolve(JSON.parse(line) as JsonObject);
    } catch (cause) {
      next.reject(new Error('the control reply is no JSON', { cause }));
    }
  }
}

/** Splits `host:port` (the last colon counts); throws on anything else. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(address);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port > 65_535) throw new Error(`${address} is no address of the form HOST:PORT`);
  return { host: match[1], port };
}
