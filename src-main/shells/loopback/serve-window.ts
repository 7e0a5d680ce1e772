import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ShellLogger } from '../shell-logger.ts';
import { answerAdmission, answerPage, answerPlainly } from './page-answers.ts';
import { cookieOf, standingOf, tokenOf } from './request-checks.ts';
import type { Standing } from './request-checks.ts';
import { StartPages } from './start-pages.ts';
import { WindowClients } from './window-clients.ts';

const LONGEST_MESSAGE = 4 * 1024 * 1024;
const AWAY_MS = 60_000;
/** Bytes that may wait for a window that does not read. */
const MOST_WAITING = 64 * 1024 * 1024;
const WATCH_MS = 5_000;

export interface WindowServing {
  /** The built pages, with `index.html`. */
  readonly pageFolder: string;
  /** For start pages; made with mode 0700. */
  readonly startFolder: string;
  /** Takes a window's live socket: the caller attaches oRPC's ws handler at once. The id stays over reloads. */
  readonly serve: (socket: WebSocket, client: { readonly id: string }) => void;
  /** Called when a window has been away for a minute: its session ends. */
  readonly onClientGone?: (client: { readonly id: string }) => void;
  readonly logger: ShellLogger;
  /** Milliseconds until a window without a connection counts as gone. */
  readonly awayMs?: number;
}

export interface ServedWindows {
  /** `http://127.0.0.1:PORT`; of no use without a start page. */
  readonly url: string;
  /** A page of mode 0600 that admits one window once. */
  readonly makeStartPage: () => Promise<string>;
  readonly close: () => Promise<void>;
}

const REFUSALS: Readonly<Record<Exclude<Standing, 'ours'>, readonly [number, string]>> = {
  'other-host': [421, 'This address is not served here.'],
  'other-origin': [403, 'Refused.'],
};

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  421: 'Misdirected Request',
};

/** Serves the windows of one station on 127.0.0.1: pages to who came in by a start page, and one WebSocket each. */
class WindowServer {
  readonly #serving: WindowServing;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
  });
  readonly #startPages: StartPages;
  readonly #clients: WindowClients;
  #host = '';
  #cookieName = '';

  constructor(serving: WindowServing) {
    this.#serving = serving;
    this.#startPages = new StartPages(serving.startFolder);
    this.#clients = new WindowClients(serving.awayMs ?? AWAY_MS, (client) => serving.onClientGone?.(client));
    this.#http = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16_384 });
    this.#http.on('request', (request, response) => {
      this.#answer(request, response).catch((cause: unknown) => {
        serving.logger.warn({ cause: cause instanceof Error ? cause.name : 'unknown' }, 'window request');
        response.destroy();
      });
    });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  async open(): Promise<ServedWindows> {
    await this.#startPages.open();
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', (cause) =>
        reject(new StationFault('STATION-ADDRESS-TAKEN', { address: '127.0.0.1' }, cause)),
      );
      this.#http.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.#http.address() as AddressInfo;
    this.#host = `127.0.0.1:${port}`;
    // Cookies do not know ports: two stations on one machine must not take each other's.
    this.#cookieName = `cardwright-${port}`;
    const url = `http://${this.#host}`;
    return { url, makeStartPage: () => this.#startPages.make(url), close: () => this.#close() };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    const starting = request.method === 'POST' && target === '/start';
    const standing = standingOf(request, this.#host, starting ? 'from-file' : 'optional');
    if (standing !== 'ours') {
      answerPlainly(response, ...REFUSALS[standing]);
      return;
    }
    if (starting) {
      await this.#admit(request, response);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answerPlainly(response, 405, 'Refused.');
      return;
    }
    if (!this.#clients.knows(cookieOf(request, this.#cookieName))) {
      answerPlainly(response, 401, 'This window is not admitted. Open Cardwright from its start command.');
      return;
    }
    await answerPage(response, this.#serving.pageFolder, target, request.method);
  }

  async #admit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = await tokenOf(request);
    if (token === undefined || !this.#startPages.take(token)) {
      this.#serving.logger.warn({}, 'start page refused');
      answerPlainly(response, 403, 'This start page was used or has expired. Open Cardwright from its start command.');
      return;
    }
    answerAdmission(response, `${this.#cookieName}=${this.#clients.admit()}`);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const cookie = cookieOf(request, this.#cookieName);
    const standing = standingOf(request, this.#host, 'needed');
    const status =
      standing !== 'ours'
        ? REFUSALS[standing][0]
        : request.url !== '/rpc'
          ? 404
          : cookie === undefined || !this.#clients.knows(cookie)
            ? 401
            : 200;
    if (status !== 200 || cookie === undefined) {
      socket.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#take(opened, cookie));
  }

  #take(socket: WebSocket, cookie: string): void {
    const client = this.#clients.attach(cookie, socket);
    if (client === null) {
      socket.terminate();
      return;
    }
    const { logger } = this.#serving;
    socket.on('error', (cause) => logger.warn({ client: client.id, cause: cause.name }, 'window connection'));
    // oRPC does not wait for a slow reader; one that reads nothing at all is let go.
    const watch = setInterval(() => {
      if (socket.bufferedAmount > MOST_WAITING) socket.terminate();
    }, WATCH_MS).unref();
    socket.once('close', () => clearInterval(watch));
    this.#serving.serve(socket, client);
  }

  async #close(): Promise<void> {
    this.#startPages.close();
    this.#clients.close();
    this.#sockets.close();
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    const hard = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
      this.#http.closeAllConnections();
    }, 500);
    this.#http.closeIdleConnections();
    await closed;
    clearTimeout(hard);
  }
}

/** Opens the loopback shell's server. STATION-NO-PAGES when the pages are not built, STATION-ADDRESS-TAKEN when no port is free. */
export async function serveWindows(serving: WindowServing): Promise<ServedWindows> {
  if (!existsSync(path.join(serving.pageFolder, 'index.html')))
    throw new StationFault('STATION-NO-PAGES', { folder: serving.pageFolder });
  return new WindowServer(serving).open();
}
