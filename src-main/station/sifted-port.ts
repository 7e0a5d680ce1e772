import { isRequestFrame } from '../shells/local-socket/rpc-frame.ts';

type MessageListener = (event: { readonly data: unknown } | undefined) => void;

/** The port of an Electron window, as the utility process gets it. */
export interface WindowPort {
  on(kind: 'message', listener: MessageListener): void;
  on(kind: 'close', listener: () => void): void;
  postMessage(data: unknown): void;
  start(): void;
  close(): void;
}

/**
 * A window's port that hands over request frames only. oRPC's adapter awaits the decoding of a frame without catching: a malformed one
 * would end the station.
 */
export function siftedPort(port: WindowPort): WindowPort {
  return {
    on: (kind: 'message' | 'close', listener: MessageListener | (() => void)) => {
      if (kind === 'close') {
        port.on('close', listener as () => void);
        return;
      }
      port.on('message', (event) => {
        const frame = event?.data;
        if (typeof frame === 'string' && isRequestFrame(frame)) listener(event);
      });
    },
    postMessage: (data) => port.postMessage(data),
    start: () => port.start(),
    close: () => port.close(),
  };
}
