import { RPCLink } from '@orpc/client/message-port';
import type { StationWire, WireConnection } from './station-wire.ts';

const PORT_MESSAGE = 'cardwright-port';

/** Ports that the preload handed over and nobody has taken yet; the newest is the living one. */
class PortInbox {
  #port: MessagePort | null = null;
  #waiting: ((port: MessagePort) => void) | null = null;

  constructor(page: Window) {
    page.addEventListener('message', (event: MessageEvent<unknown>) => {
      const [port] = event.ports;
      if (event.source !== page || event.data !== PORT_MESSAGE || port === undefined) return;
      if (this.#waiting === null) this.#port = port;
      else this.#waiting(port);
      this.#waiting = null;
    });
  }

  take(signal: AbortSignal): Promise<MessagePort> {
    const port = this.#port;
    this.#port = null;
    if (port !== null) return Promise.resolve(port);
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      signal.addEventListener(
        'abort',
        () => {
          if (this.#waiting === resolve) this.#waiting = null;
          reject(new Error('no port before the deadline'));
        },
        { once: true },
      );
    });
  }
}

/** The Electron shell: the preload posts one MessagePort to the page after each load. */
export function electronWire(page: Window): StationWire {
  const inbox = new PortInbox(page);
  return {
    kind: 'electron',
    connect: async (signal): Promise<WireConnection> => {
      const port = await inbox.take(signal);
      const closed = new Promise<'lost'>((settle) =>
        port.addEventListener('close', () => settle('lost'), { once: true }),
      );
      const link = new RPCLink({ port });
      port.start();
      return { link, closed, close: () => port.close() };
    },
  };
}
