import type { RPCHandler as SocketHandler } from '@orpc/server/ws';
import type { ApiContext } from '../api/context.ts';
import { isRequestFrame } from '../shells/local-socket/rpc-frame.ts';

type SocketPort = Parameters<SocketHandler<ApiContext>['upgrade']>[0];

/** RFC 6455, 7.4.1: a message that is against the rules of this end. */
const againstTheRules = 1008;

/**
 * A window's WebSocket that hands over request frames only, as the other wires do. What is no request ends the connection: oRPC's
 * adapter would write a piece of it to the standard error output and leave its sender waiting.
 */
export function siftedSocket(
  socket: SocketPort & { close(code: number, reason: string): void },
  refused: () => void,
): SocketPort {
  const listen = (kind: string, listener: (event: never) => void): void => {
    if (kind !== 'message') {
      socket.addEventListener(kind as 'close', listener as () => void);
      return;
    }
    socket.addEventListener('message', (event) => {
      const frame: unknown = event.data;
      if (typeof frame === 'string' && isRequestFrame(frame)) {
        listener(event as never);
        return;
      }
      refused();
      socket.close(againstTheRules, 'this is no request');
    });
  };
  return { addEventListener: listen as SocketPort['addEventListener'], send: socket.send.bind(socket) };
}
