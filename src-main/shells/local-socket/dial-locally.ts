import { connect } from 'node:net';
import { StationFault } from '#shared/faults/station-fault.ts';
import { FramedPort } from './framed-port.ts';
import type { FrameFate } from './framed-port.ts';
import { isAnswerFrame } from './rpc-frame.ts';

const CONNECT_MS = 3_000;

export interface Dialling {
  readonly signal?: AbortSignal;
  /** What may come from the station: answers of the contract unless said otherwise. */
  readonly sift?: (frame: string) => FrameFate;
}

/**
 * Connects to the station that listens under an address. STATION-NOT-RUNNING when nobody does (no socket, or one that a killed station
 * left), STATION-LINK-DEADLINE when it does not take the connection within three seconds; the signal's reason when aborted.
 */
export function dialLocally(address: string, dialling: Dialling = {}): Promise<FramedPort> {
  const { signal, sift = (frame) => (isAnswerFrame(frame) ? 'pass' : 'refused') } = dialling;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = connect({ path: address, allowHalfOpen: true });
    const refuse = (cause: unknown) => {
      settle();
      socket.destroy();
      reject(cause instanceof Error ? cause : new Error('aborted', { cause }));
    };
    const failed = (cause: Error) => refuse(new StationFault('STATION-NOT-RUNNING', { folder: address }, cause));
    const aborted = () => refuse(signal?.reason);
    const timer = setTimeout(
      () => refuse(new StationFault('STATION-LINK-DEADLINE', { seconds: CONNECT_MS / 1_000 })),
      CONNECT_MS,
    );
    const settle = () => {
      clearTimeout(timer);
      socket.off('error', failed);
      signal?.removeEventListener('abort', aborted);
    };
    // A late error of a refused socket has nobody else to hear it.
    socket.on('error', () => {});
    socket.once('error', failed);
    signal?.addEventListener('abort', aborted, { once: true });
    socket.once('connect', () => {
      settle();
      resolve(new FramedPort(socket, sift));
    });
  });
}
