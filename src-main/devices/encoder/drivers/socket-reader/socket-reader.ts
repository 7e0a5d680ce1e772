import { StationFault } from '#shared/faults/station-fault.ts';
import { LinkFault, type ByteLink, type Wait } from '../../../links/byte-link.ts';
import { openTcpLink, type TcpPlace } from '../../../links/tcp-link.ts';
import { pause } from '../../../../platform/pause.ts';
import { cardSide } from '../../card-side.ts';
import type { CardLink, CardReader, CardSide, ReaderState } from '../../port.ts';
import { SocketLink } from './socket-link.ts';
import { sendFrame, takeFrame, vpcdControl } from './vpcd-frame.ts';

export interface SocketReaderOptions extends TcpPlace {
  readonly serial: string;
  readonly name: string;
  readonly side?: CardSide | undefined;
}

/** Milliseconds. */
const openDeadline = 1000;
const resetDeadline = 1000;
const lookPause = 50;
/** The other end notices only after a moment that a connection was closed, and until then turns the next one away. */
const farewell = 150;
const farewellPause = 10;

type Opened =
  { readonly kind: 'card'; readonly link: ByteLink; readonly atr: Uint8Array } | Exclude<ReaderState, { kind: 'card' }>;

/**
 * A reader for a machine without a smart card service: connects to a virtual card that listens, and speaks vpcd's side to it
 * (vsmartcard, `vpcd.h`: 16-bit length, then that many bytes). One connection is one power-up: an empty slot, or a card that
 * somebody else has, closes it at once.
 */
export class SocketReader implements CardReader {
  readonly serial: string;
  readonly name: string;
  readonly #place: TcpPlace;
  readonly #side: CardSide | undefined;
  #link: SocketLink | null = null;
  #lastClosed = -Infinity;

  constructor(options: SocketReaderOptions) {
    this.serial = options.serial;
    this.name = options.name;
    this.#side = options.side;
    this.#place = { host: options.host, port: options.port };
  }

  async state(signal: AbortSignal): Promise<ReaderState> {
    if (this.#link?.state === 'open') return { kind: 'card', atr: this.#link.atr };
    const opened = await this.#powerUp(signal);
    if (opened.kind !== 'card') return opened;
    await opened.link.close();
    this.#parted();
    return { kind: 'card', atr: opened.atr };
  }

  async waitForCard(options: Wait): Promise<void> {
    const last = await this.#waitUntil((state) => state.kind === 'card', options);
    if (last.kind === 'card') return;
    if (last.kind === 'gone') throw this.#lost();
    throw new StationFault(last.kind === 'mute-card' ? 'CARD-MUTE' : 'ENCODER-NO-CARD', { reader: this.name });
  }

  async waitForRemoval(options: Wait): Promise<void> {
    const last = await this.#waitUntil((state) => state.kind === 'empty', options);
    if (last.kind === 'gone') throw this.#lost();
    if (last.kind !== 'empty') throw new StationFault('ENCODER-CARD-STAYS', { reader: this.name });
  }

  async connect(signal: AbortSignal): Promise<CardLink> {
    await this.#link?.close();
    const opened = await this.#powerUp(signal);
    switch (opened.kind) {
      case 'card':
        this.#link = new SocketLink({
          link: opened.link,
          reader: this.name,
          atr: opened.atr,
          side: cardSide({ name: this.name, side: this.#side }, opened.atr),
          closed: () => this.#parted(),
        });
        return this.#link;
      case 'empty':
        throw new StationFault('ENCODER-NO-CARD', { reader: this.name });
      case 'mute-card':
        throw new StationFault('CARD-MUTE', { reader: this.name });
      case 'held':
        throw new StationFault('ENCODER-HELD', { reader: this.name, by: opened.by });
      case 'gone':
        throw this.#lost();
    }
  }

  async close(): Promise<void> {
    await this.#link?.close();
  }

  async #powerUp(signal: AbortSignal): Promise<Opened> {
    for (;;) {
      const opened = await this.#powerUpOnce(signal);
      if (opened.kind !== 'empty' || performance.now() - this.#lastClosed > farewell) return opened;
      await pause(farewellPause, signal);
    }
  }

  async #powerUpOnce(signal: AbortSignal): Promise<Opened> {
    let link: ByteLink;
    try {
      link = await openTcpLink(this.#place, { deadline: openDeadline, signal });
    } catch (fault) {
      if (fault instanceof LinkFault) return { kind: 'gone' };
      throw fault;
    }
    try {
      const wait = { deadline: resetDeadline, signal };
      await sendFrame(link, Uint8Array.of(vpcdControl.powerOn), wait);
      await sendFrame(link, Uint8Array.of(vpcdControl.answerToReset), wait);
      const atr = await takeFrame(link, wait);
      if (atr.length > 0) return { kind: 'card', link, atr };
      await link.close();
      return { kind: 'mute-card' };
    } catch (fault) {
      await link.close();
      if (!(fault instanceof LinkFault)) throw fault;
      return fault.trouble === 'deadline' ? { kind: 'mute-card' } : { kind: 'empty' };
    }
  }

  async #waitUntil(wanted: (state: ReaderState) => boolean, wait: Wait): Promise<ReaderState> {
    const ends = performance.now() + wait.deadline;
    for (;;) {
      const state = await this.state(wait.signal);
      if (wanted(state) || performance.now() >= ends) return state;
      await pause(lookPause, wait.signal);
    }
  }

  #parted(): void {
    this.#lastClosed = performance.now();
  }

  #lost(): StationFault {
    return new StationFault('ENCODER-LOST', { reader: this.name, reason: 'nobody listens at its address' });
  }
}
