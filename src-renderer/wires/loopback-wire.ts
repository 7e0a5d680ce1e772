import { RPCLink } from '@orpc/client/websocket';
import type { StationWire, WireConnection } from './station-wire.ts';

/** The station's close code for a connection whose place a newer one of the same window has taken. */
const TAKEN_OVER = 4001;

/** The WebSocket address beside the page's own address. */
export function socketAddress(page: { readonly protocol: string; readonly host: string }): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/rpc`;
}

/** The loopback shell: one WebSocket on the page's own host, proven by the cookie that the browser sends by itself. */
export function loopbackWire(address: string): StationWire {
  return {
    kind: 'loopback',
    connect: (signal) =>
      new Promise<WireConnection>((resolve, reject) => {
        const socket = new WebSocket(address);
        const closed = new Promise<'lost' | 'taken-over'>((settle) =>
          socket.addEventListener('close', ({ code }) => settle(code === TAKEN_OVER ? 'taken-over' : 'lost'), {
            once: true,
          }),
        );
        const abandon = () => {
          socket.close();
          reject(new Error('no connection before the deadline'));
        };
        signal.addEventListener('abort', abandon, { once: true });
        socket.addEventListener(
          'open',
          () => {
            signal.removeEventListener('abort', abandon);
            resolve({ link: new RPCLink({ websocket: socket }), closed, close: () => socket.close() });
          },
          { once: true },
        );
        socket.addEventListener(
          'close',
          () => {
            signal.removeEventListener('abort', abandon);
            reject(new Error('the connection was refused'));
          },
          { once: true },
        );
      }),
  };
}
