import type { Socket } from 'node:net';
import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeFrame, FrameReader } from './frame-reader.ts';

/** Bytes that may wait for a reader that does not read; beyond, its connection is ended. */
const MOST_WAITING = 64 * 1024 * 1024;

/** How long `close` waits for what is under way. */
const CLOSING_MS = 1_000;

type MessageListener = (event: { readonly data: string }) => void;
/** What becomes of a frame: handed to the listeners, already dealt with, or the end of the connection. */
export type FrameFate = 'pass' | 'taken' | 'refused';

type CloseListener = (event: { readonly fault: StationFault | null }) => void;

/**
 * A socket with the manner of a MessagePort that carries text: oRPC's message-port adapters work on both ends. Nothing is read before
 * `start`, and while the other end is behind with reading, nothing more is taken from it either. A frame that is too long, is not
 * text or is refused by `sift` ends the connection. Posting to a closed port does nothing, as with a MessagePort.
 */
export class FramedPort {
  readonly #socket: Socket;
  readonly #sift: (frame: string) => FrameFate;
  readonly #reader = new FrameReader();
  readonly #messageListeners: MessageListener[] = [];
  readonly #closeListeners: CloseListener[] = [];
  #early: string[] = [];
  #state: 'waiting' | 'started' | 'closed' = 'waiting';
  #fault: StationFault | null = null;

  constructor(socket: Socket, sift: (frame: string) => FrameFate) {
    this.#socket = socket;
    this.#sift = sift;
    socket.on('drain', () => socket.resume());
    socket.on('data', (piece: Buffer) => this.#take(piece));
    socket.on('error', (cause) => {
      this.#fault ??= new StationFault('STATION-LINK-LOST', {}, cause);
    });
    socket.once('end', () => socket.end());
    socket.once('close', () => this.#closed());
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  addEventListener(kind: 'message', listener: MessageListener): void;
  addEventListener(kind: 'close', listener: CloseListener): void;
  addEventListener(kind: 'message' | 'close', listener: MessageListener | CloseListener): void {
    if (kind === 'message') this.#messageListeners.push(listener as MessageListener);
    else if (this.#state === 'closed') (listener as CloseListener)({ fault: this.#fault });
    else this.#closeListeners.push(listener as CloseListener);
  }

  /** Hands over what has come so far and, from then on, each message as it comes. */
  start(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'started';
    for (const frame of this.#early.splice(0)) this.#dispatch(frame);
  }

  postMessage(message: unknown): void {
    if (this.#state === 'closed' || this.#socket.destroyed) return;
    try {
      if (typeof message !== 'string') throw new StationFault('STATION-FRAME-FORM');
      const flowing = this.#socket.write(encodeFrame(message));
      if (!flowing) this.#socket.pause();
      if (this.#socket.writableLength > MOST_WAITING) throw new StationFault('STATION-LINK-LOST');
    } catch (cause) {
      // The adapters let nothing thrown here reach anybody: the ended connection is what both ends understand.
      this.#end(cause);
    }
  }

  /** Sends what is waiting, then ends the connection; a reader that does not take it is not waited for long. */
  close(): void {
    this.#socket.destroySoon();
    setTimeout(() => this.#socket.destroy(), CLOSING_MS).unref();
  }

  #take(piece: Buffer): void {
    try {
      for (const frame of this.#reader.take(piece)) {
        const fate = this.#sift(frame);
        if (fate === 'refused') throw new StationFault('STATION-FRAME-FORM');
        if (fate === 'taken') continue;
        if (this.#state === 'waiting') this.#early.push(frame);
        else this.#dispatch(frame);
      }
    } catch (cause) {
      this.#end(cause);
    }
  }

  #dispatch(frame: string): void {
    for (const listener of this.#messageListeners) listener({ data: frame });
  }

  #end(cause: unknown): void {
    this.#fault ??= cause instanceof StationFault ? cause : new StationFault('STATION-LINK-LOST', {}, cause);
    this.#socket.destroy();
  }

  #closed(): void {
    this.#state = 'closed';
    for (const listener of this.#closeListeners.splice(0)) listener({ fault: this.#fault });
  }
}
