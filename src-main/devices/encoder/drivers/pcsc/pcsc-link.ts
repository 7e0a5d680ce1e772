import { StationFault } from '#shared/faults/station-fault.ts';
import type { CardProtocol } from '#shared/protocols/apdu/answer-to-reset.ts';
import { exchangeWhole, type CardTransport } from '#shared/protocols/apdu/exchange-whole.ts';
import { PcscFault } from '../../../links/pcsc/pcsc-trouble.ts';
import type { ReaderChild } from '../../../links/pcsc/reader-child.ts';
import { cardTransport } from '../../card-side.ts';
import type { CardLink, CardSide } from '../../port.ts';
import { nameFault } from './name-fault.ts';
import { fillerLength } from '../../../../platform/forgetful-process.ts';

const disconnectDeadline = 5000;

/**
 * QUIRK(pcscd 1.9.9): an exchange that fails because the card went marks the reader empty before its poll (0.4 s) has noticed; a card
 * that comes in between is then never seen. So a reader is not let go before the poll has come round. Seen with vpcd, event counters logged.
 */
export const pollRound = 600;

/** A card in a PC/SC reader. The first fault ends it; every later exchange meets the same fault again. */
export class PcscLink implements CardLink {
  readonly atr: Uint8Array;
  readonly side: CardSide;
  readonly #transport: CardTransport;
  readonly #child: ReaderChild;
  readonly #reader: string;
  readonly #brokenOff: () => void;
  #dead: unknown = null;
  /** The card went in the middle of an exchange. */
  #went: 'yes' | 'no' = 'no';

  /** `brokenOff` is told when an exchange was left unfinished with the smart card service. */
  constructor(options: {
    readonly child: ReaderChild;
    readonly reader: string;
    readonly atr: Uint8Array;
    readonly protocol: CardProtocol;
    readonly side: CardSide;
    readonly brokenOff: () => void;
  }) {
    this.#child = options.child;
    this.#reader = options.reader;
    this.atr = options.atr;
    this.side = options.side;
    this.#transport = cardTransport(options.atr, options.protocol);
    this.#brokenOff = options.brokenOff;
  }

  get protocol(): CardProtocol {
    return this.#transport.protocol;
  }

  get state(): 'open' | 'dead' {
    return this.#dead === null && this.#child.state === 'running' ? 'open' : 'dead';
  }

  async exchange(
    command: Uint8Array,
    options: { readonly deadline: number; readonly signal: AbortSignal },
  ): Promise<Uint8Array> {
    if (this.#dead !== null) throw this.#dead as Error;
    options.signal.throwIfAborted();
    const { signal } = options;
    const ends = performance.now() + options.deadline;
    try {
      return await exchangeWhole(this.#transport, command, (bytes) => {
        const wait = { deadline: Math.max(0, ends - performance.now()), signal };
        return this.#child.ask({ kind: 'exchange', command: bytes }, wait);
      });
    } catch (fault) {
      const isTrouble = fault instanceof PcscFault;
      // A fault of the catalogue is about what the card has answered: that exchange had ended.
      if (isTrouble ? fault.trouble === 'deadline' : !(fault instanceof StationFault) || signal.aborted)
        this.#brokenOff();
      if (isTrouble && fault.trouble === 'card-gone') this.#went = 'yes';
      this.#dead = isTrouble ? nameFault(fault, this.#reader, options.deadline) : fault;
      throw this.#dead as Error;
    }
  }

  async close(): Promise<void> {
    this.#dead ??= new StationFault('CARD-GONE', { reader: this.#reader, reason: 'disconnected' });
    if (this.#child.state === 'ended') return;
    const wait = { deadline: disconnectDeadline, signal: new AbortController().signal };
    try {
      await this.#child.ask({ kind: 'disconnect', filler: new Uint8Array(fillerLength) }, wait);
      if (this.#went === 'no') return;
      const { raw } = await this.#child.ask({ kind: 'look', since: null, milliseconds: 0 }, wait);
      await this.#child.ask({ kind: 'look', since: raw, milliseconds: pollRound }, wait);
      this.#went = 'no';
    } catch {
      // Card, reader or service are gone: there is nothing left to disconnect.
    }
  }
}
