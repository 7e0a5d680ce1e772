import { ORPCError } from '@orpc/server';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import type { ClientId } from '../access/sessions.ts';
import type { ApiContext } from '../api/context.ts';
import { router } from '../api/router.ts';
import { listenLocally } from '../shells/local-socket/listen-locally.ts';
import { localSocketPath } from '../shells/local-socket/local-socket-path.ts';
import { serveWindows } from '../shells/loopback/serve-window.ts';
import type { Station } from '../station.ts';
import { siftedSocket } from './sifted-socket.ts';
import { siftedPort, type WindowPort } from './sifted-port.ts';
import { pageFolder } from './places.ts';

/** The station as its windows and command lines reach it. */
export interface ServedStation {
  /** A start page for the first window; null under Electron. */
  readonly startPage: string | null;
  readonly url: string | null;
  readonly socket: string;
  /** Takes the port of one more Electron window. */
  takeWindow(port: unknown): void;
  close(): Promise<void>;
}

/** Serves the one router to every kind of client: rights are checked behind it, never here. */
export async function serveStation(station: Station, shell: 'loopback' | 'electron'): Promise<ServedStation> {
  const { services, places } = station;
  const clientInterceptors = [
    async <Result>(call: { next(): Promise<Result> }): Promise<Result> => {
      try {
        return await call.next();
      } catch (thrown) {
        if (!(thrown instanceof ORPCError)) services.unexpected(thrown, 'answer');
        throw thrown;
      }
    },
  ];
  const ports = new PortHandler<ApiContext>(router, { clientInterceptors });
  const sockets = new SocketHandler<ApiContext>(router, { clientInterceptors });
  const contextOf = (client: { readonly id: string }, via: ApiContext['via']): ApiContext => ({
    client: client.id as ClientId,
    via,
    services,
  });
  const gone = (client: { readonly id: string }) => services.sessions.clientGone(client.id as ClientId);
  const { logger } = services;

  const windows =
    shell === 'electron'
      ? null
      : await serveWindows({
          pageFolder,
          startFolder: places.start,
          serve: (socket, client) => {
            const sifted = siftedSocket(socket, () => logger.warn({ client: client.id }, 'window frame refused'));
            void sockets.upgrade(sifted, { context: contextOf(client, 'window') });
          },
          onClientGone: gone,
          logger,
        });
  const local = await listenLocally(localSocketPath(services.station.dataFolder), {
    serve: (port, client) => {
      ports.upgrade(port, { context: contextOf(client, 'command-line') });
      port.start();
    },
    onClientGone: gone,
    makeStartPage: windows === null ? null : () => windows.makeStartPage(),
    logger,
  });
  let next = 0;
  return {
    startPage: windows === null ? null : await windows.makeStartPage(),
    url: windows?.url ?? null,
    socket: local.path,
    takeWindow: (port) => {
      const client = { id: `electron-${++next}` };
      const window = siftedPort(port as WindowPort);
      window.on('close', () => gone(client));
      ports.upgrade(window, { context: contextOf(client, 'window') });
      window.start();
    },
    close: async () => {
      await local.close();
      await windows?.close();
    },
  };
}
