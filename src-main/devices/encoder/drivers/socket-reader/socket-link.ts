import { StationFault } from '#shared/faults/station-fault.ts';
import { LinkFault, type ByteLink } from '../../../links/byte-link.ts';
import type { CardLink } from '../../port.ts';
import { longestFrame, sendFrame, takeFrame, vpcdControl } from './vpcd-frame.ts';

const powerOffDeadline = 500;

/** A virtual card at the other end of a connection. The first fault ends it; every later exchange meets the same fault again. */
export class SocketLink implements CardLink {
  readonly atr: Uint8Array;
  readonly #link: ByteLink;
  readonly #reader: string;
  readonly #closed: () => void;
  #dead: unknown = null;

  constructor(link: ByteLink, reader: string, atr: Uint8Array, closed: () => void) {
    this.#link = link;
    this.#closed = closed;
    this.#reader = reader;
    this.atr = atr;
  }

  get state(): 'open' | 'dead' {
    return this.#dead === null && this.#link.state === 'open' ? 'open' : 'dead';
  }

  async exchange(
    command: Uint8Array,
    options: { readonly deadline: number; readonly signal: AbortSignal },
  ): Promise<Uint8Array> {
    if (this.#dead !== null) throw this.#dead as Error;
    // A message of one byte would be a control byte.
    if (command.length < 4 || command.length > longestFrame) {
      throw new StationFault('CARD-APDU', { reason: `${command.length} bytes` });
    }
    try {
      await sendFrame(this.#link, command, options);
      const answer = await takeFrame(this.#link, options);
      if (answer.length < 2) throw new StationFault('CARD-GONE', { reader: this.#reader });
      return answer;
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

  #named(fault: unknown, deadline: number): unknown {
    if (!(fault instanceof LinkFault)) return fault;
    if (fault.trouble !== 'deadline') return new StationFault('CARD-GONE', { reader: this.#reader }, fault);
    return new StationFault('ENCODER-DEADLINE', { reader: this.#reader, seconds: Math.ceil(deadline / 1000) }, fault);
  }
}
