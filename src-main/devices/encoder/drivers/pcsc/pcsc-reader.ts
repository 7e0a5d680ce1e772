import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { Wait } from '../../../links/byte-link.ts';
import { PcscFault } from '../../../links/pcsc/pcsc-trouble.ts';
import { ReaderChild } from '../../../links/pcsc/reader-child.ts';
import type { SeenReader } from '../../../links/pcsc/reader-message.ts';
import { pause } from '../../../../platform/pause.ts';
import { cardSide } from '../../card-side.ts';
import type { CardLink, CardReader, CardSide, ReaderState } from '../../port.ts';
import { nameFault } from './name-fault.ts';
import { PcscLink, pollRound } from './pcsc-link.ts';

/** How this station knows the reader: its serial by enrolment, its name in PC/SC, its side where neither name nor card tells it. */
export interface ReaderIdentity {
  readonly serial: string;
  readonly name: string;
  readonly side?: CardSide | undefined;
}

/** Milliseconds. The first answer of a new process includes its start. */
const lookDeadline = 5000;
const connectDeadline = 10_000;
/** A wait for a change asks again after this long, so that its caller's abort is heard without ending the process. */
const slice = 250;
/** Pause between looks at a reader that has just failed to answer. */
const retryPause = 200;

/**
 * A PC/SC reader, through a process of its own. Access is exclusive. The process is started with the first use and anew after it
 * ended, whatever ended it; after an exchange that never ended the reader is `held` until the smart card service has it back.
 */
export class PcscReader implements CardReader {
  readonly serial: string;
  readonly name: string;
  readonly #side: CardSide | undefined;
  #child: ReaderChild | null = null;
  #link: PcscLink | null = null;
  /** An exchange was broken off: the service may still be in it. */
  #unfinished: 'yes' | 'no' = 'no';

  constructor(identity: ReaderIdentity) {
    this.serial = identity.serial;
    this.name = identity.name;
    this.#side = identity.side;
  }

  async state(signal: AbortSignal): Promise<ReaderState> {
    // An exchange may be under way on the same context, behind which the question would wait.
    if (this.#link?.state === 'open') return { kind: 'card', atr: this.#link.atr };
    try {
      return this.#read(await this.#look(null, signal));
    } catch (fault) {
      if (isFault(fault, 'ENCODER-DEADLINE')) return { kind: 'held', by: 'the smart card service' };
      if (isFault(fault, 'ENCODER-LOST')) return { kind: 'gone' };
      throw fault;
    }
  }

  async waitForCard(options: Wait): Promise<void> {
    const last = await this.#waitUntil((seen) => seen.card === 'present' && seen.atr !== null, options);
    if (last === 'reached') return;
    throw new StationFault(last === 'mute' ? 'CARD-MUTE' : 'ENCODER-NO-CARD', { reader: this.name });
  }

  async waitForRemoval(options: Wait): Promise<void> {
    const last = await this.#waitUntil((seen) => seen.card === 'none', options);
    if (last !== 'reached') throw new StationFault('ENCODER-CARD-STAYS', { reader: this.name });
    // The exchange that was broken off has just ended with its card: see `pollRound`.
    if (this.#unfinished === 'yes') await pause(pollRound, options.signal);
    this.#unfinished = 'no';
  }

  async connect(signal: AbortSignal): Promise<CardLink> {
    await this.#link?.close();
    const child = this.#running();
    try {
      const { atr, protocol } = await child.ask({ kind: 'connect' }, { deadline: connectDeadline, signal });
      this.#unfinished = 'no';
      const side = cardSide({ name: this.name, side: this.#side }, atr);
      const brokenOff = (): void => void (this.#unfinished = 'yes');
      this.#link = new PcscLink({ child, reader: this.name, atr, protocol, side, brokenOff });
      return this.#link;
    } catch (fault) {
      // Behind an exchange that never ended the service keeps every other request waiting.
      if (fault instanceof PcscFault && fault.trouble === 'deadline') throw this.#held();
      throw this.#named(fault);
    }
  }

  async close(): Promise<void> {
    await this.#link?.close();
    const child = this.#child;
    this.#child = null;
    await child?.close();
  }

  #running(): ReaderChild {
    if (this.#child?.state !== 'running') this.#child = new ReaderChild(this.name, this.serial);
    return this.#child;
  }

  async #look(since: number | null, signal: AbortSignal): Promise<SeenReader> {
    signal.throwIfAborted();
    try {
      const wait = { deadline: lookDeadline + slice, signal: new AbortController().signal };
      return await this.#running().ask({ kind: 'look', since, milliseconds: slice }, wait);
    } catch (fault) {
      throw this.#named(fault);
    }
  }

  #read(seen: SeenReader): ReaderState {
    if (seen.reader === 'gone') return { kind: 'gone' };
    if (seen.card === 'none') {
      this.#unfinished = 'no';
      return { kind: 'empty' };
    }
    if (seen.use === 'in-use') {
      return { kind: 'held', by: this.#unfinished === 'yes' ? 'an exchange that has not ended' : 'another program' };
    }
    if (seen.card === 'mute' || seen.atr === null) return { kind: 'mute-card' };
    return { kind: 'card', atr: seen.atr };
  }

  /** Looks until it is as wanted; says what it was at the deadline. A service that restarts meanwhile is waited for. */
  async #waitUntil(wanted: (seen: SeenReader) => boolean, wait: Wait): Promise<'reached' | 'mute' | 'otherwise'> {
    const ends = performance.now() + wait.deadline;
    let seen: SeenReader | null = null;
    for (;;) {
      let lost: unknown = null;
      try {
        seen = await this.#look(seen?.raw ?? null, wait.signal);
        if (seen.reader === 'there' && wanted(seen)) return 'reached';
        if (seen.reader === 'gone') lost = this.#lost('it is not connected');
      } catch (fault) {
        if (!isFault(fault, 'ENCODER-LOST')) throw fault;
        seen = null;
        lost = fault;
      }
      if (performance.now() >= ends) {
        if (lost !== null) throw lost as Error;
        return seen !== null && seen.card !== 'none' ? 'mute' : 'otherwise';
      }
      if (lost !== null) await pause(retryPause, wait.signal);
    }
  }

  #held(): StationFault {
    return new StationFault('ENCODER-HELD', { reader: this.name, by: 'the smart card service does not answer' });
  }

  #lost(reason: string, cause?: unknown): StationFault {
    return new StationFault('ENCODER-LOST', { reader: this.name, reason }, cause);
  }

  #named(fault: unknown): unknown {
    return fault instanceof PcscFault ? nameFault(fault, this.name, lookDeadline) : fault;
  }
}
