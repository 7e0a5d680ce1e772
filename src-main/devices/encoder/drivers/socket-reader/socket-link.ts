import { StationFault } from '#shared/faults/station-fault.ts';
import type { CardProtocol } from '#shared/protocols/apdu/answer-to-reset.ts';
import { exchangeWhole, type CardTransport } from '#shared/protocols/apdu/exchange-whole.ts';
import { LinkFault, type ByteLink, type Wait } from '../../../links/byte-link.ts';
import { cardTransport } from '../../card-side.ts';
import type { CardLink, CardSide } from '../../port.ts';
import { longestFrame, sendFrame, takeFrame, vpcdControl } from './vpcd-frame.ts';

const powerOffDeadline = 500;

/** A virtual card at the other end of a connection. The first fault ends it; every later exchange meets the same fault again. */
export class SocketLink implements CardLink {
  readonly atr: Uint8Array;
  readonly side: CardSide;
  readonly #transport: CardTransport;
  readonly #link: ByteLink;
  readonly #reader: string;
  readonly #closed: () => void;
  #dead: unknown = null;

  constructor(options: {
    readonly link: ByteLink;
    readonly reader: string;
    readonly atr: Uint8Array;
    readonly side: CardSide;
    readonly closed: () => void;
  }) {
    this.#link = options.link;
    this.#closed = options.closed;
    this.#reader = options.reader;
    this.atr = options.atr;
    this.side = options.side;
    this.#transport = cardTransport(options.atr);
  }

  get protocol(): CardProtocol {
    return this.#transport.protocol;
  }

  get state(): 'open' | 'dead' {
    return this.#dead === null && this.#link.state === 'open' ? 'open' : 'dead';
  }

  async exchange(
    command: Uint8Array,
    options: { readonly deadline: number; readonly signal: AbortSignal },
  ): Promise<Uint8Array> {
    if (this.#dead !== null) throw this.#dead as Error;
    const { signal } = options;
    const ends = performance.now() + options.deadline;
    try {
      return await exchangeWhole(this.#transport, command, (bytes) =>
        this.#exchangeOnce(bytes, { deadline: Math.max(0, ends - performance.now()), signal }),
      );
    } catch (fault) {
      this.#dead = this.#named(fault, options.deadline);
      await this.#link.close();
      this.#closed();
      throw this.#dead as Error;
    }
  }

  async close(): Promise<void> {
    this.#dead ??= new StationFault('CARD-GONE', { reader: this.#reader, reason: 'disconnected' });
    if (this.#link.state === 'closed') return;
    const wait = { deadline: powerOffDeadline, signal: new AbortController().signal };
    await sendFrame(this.#link, Uint8Array.of(vpcdControl.powerOff), wait).catch(() => undefined);
    await this.#link.close();
    this.#closed();
  }

  async #exchangeOnce(bytes: Uint8Array, wait: Wait): Promise<Uint8Array> {
    if (bytes.length > longestFrame) throw new StationFault('CARD-APDU', { reason: `${bytes.length} bytes` });
    await sendFrame(this.#link, bytes, wait);
    const answer = await takeFrame(this.#link, wait);
    if (answer.length < 2) throw new StationFault('CARD-GONE', { reader: this.#reader });
    return answer;
  }

  #named(fault: unknown, deadline: number): unknown {
    if (!(fault instanceof LinkFault)) return fault;
    if (fault.trouble !== 'deadline') return new StationFault('CARD-GONE', { reader: this.#reader }, fault);
    return new StationFault('ENCODER-DEADLINE', { reader: this.#reader, seconds: Math.ceil(deadline / 1000) }, fault);
  }
}
