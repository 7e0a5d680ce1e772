import { setTimeout as delay } from 'node:timers/promises';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { TraceLine } from '#shared/protocols/trace/trace-line.ts';
import type { CardLink, CardReader } from '../devices/encoder/port.ts';
import { recordLink } from '../devices/encoder/record-link.ts';
import type { Clock } from '../platform/clock.ts';
import type { EndTurn, Turn } from './turn.ts';

/** How long a chip and its reader are waited for, in milliseconds. */
export interface ChipPatience {
  /** One exchange with the card. */
  readonly exchange: number;
  /** A card that was moved to the station must be seen, or seen to leave. */
  readonly insertion: number;
  /** A card whose link broke before anything was tried on it may come back. */
  readonly comeback: number;
  /** A reader must be there and empty before a blank is taken. */
  readonly empty: number;
}

export const usualPatience: ChipPatience = { exchange: 20_000, insertion: 5000, comeback: 2000, empty: 5000 };

/** What of a line the contact station is about. */
export interface StationMachines {
  /** The encoder paired with this printer; null on a line without one. */
  readonly reader: CardReader | null;
  /** Readers of other lines that should be empty now, because those lines have no card at their station. */
  idleReaders(): readonly CardReader[];
  /** One card at a time is brought to a contact station, so that a reader that reports it can only mean this one. */
  readonly arrivals: Turn;
}

/** Pause between looks at a reader that is not as it should be, and longest single wait before the other readers are looked at. */
const lookPause = 100;
const slice = 500;

/** Faults of a moment in which nothing was tried on the card: it is looked for again until the deadline. */
const passing: ReadonlySet<string> = new Set([
  'ENCODER-NO-CARD',
  'ENCODER-LOST',
  'ENCODER-HELD',
  'ENCODER-REFUSED',
  'CARD-MUTE',
  'CARD-GONE',
]);

/** Faults that say where the card is, not what it is: after them a broken link's own fault is the one to tell. */
const absences: ReadonlySet<string> = new Set(['ENCODER-NO-CARD', 'CARD-MUTE', 'CARD-GONE']);

/** The contact station of one line for one card: the card arrives, is powered, and leaves. */
export class ChipStation {
  readonly #machines: StationMachines;
  readonly #patience: ChipPatience;
  readonly #clock: Clock;
  readonly #trace: ((line: TraceLine) => void) | null;
  #link: CardLink | null = null;
  #arrival: EndTurn | null = null;
  #card: 'none' | 'there' = 'none';

  /** `trace` is told of each exchange, redacted. */
  constructor(options: {
    readonly machines: StationMachines;
    readonly patience: ChipPatience;
    readonly clock: Clock;
    readonly trace?: ((line: TraceLine) => void) | undefined;
  }) {
    this.#machines = options.machines;
    this.#patience = options.patience;
    this.#clock = options.clock;
    this.#trace = options.trace ?? null;
  }

  /** Whether a card of this line is, or may be, at the station. */
  get card(): 'none' | 'there' {
    return this.#card;
  }

  /** PRODUCTION-NO-READER on a line without an encoder. */
  get reader(): CardReader {
    const { reader } = this.#machines;
    if (reader === null) throw new StationFault('PRODUCTION-NO-READER');
    return reader;
  }

  /** CARD-GONE when no card is powered. */
  get link(): CardLink {
    if (this.#link === null) throw new StationFault('CARD-GONE', { reader: this.reader.name });
    return this.#link;
  }

  /** Waits until no other line brings a card to its station. */
  async takeTurn(signal: AbortSignal): Promise<void> {
    this.#arrival ??= await this.#machines.arrivals.take(signal);
  }

  endTurn(): void {
    this.#arrival?.();
    this.#arrival = null;
  }

  /** Before a blank is moved here: ENCODER-LOST, ENCODER-HELD, ENCODER-OCCUPIED where the reader is not there and empty in time. */
  async expectCard(signal: AbortSignal): Promise<void> {
    await requireEmptyReader(this.reader, { patience: this.#patience.empty, clock: this.#clock, signal });
    this.#card = 'there';
  }

  /**
   * Powers the card that has just arrived; looks again until the deadline, because nothing is tried on it.
   *
   * PRODUCTION-WRONG-READER when a reader that should be empty reports a card: a swapped cable would personalise another line's card.
   * ENCODER-NO-CARD, CARD-MUTE, ENCODER-HELD, ENCODER-LOST.
   */
  async connect(signal: AbortSignal): Promise<void> {
    await this.#open(this.#patience.insertion, signal);
  }

  /** Takes the power and gives it again, for a reading that must not depend on what was before. `fault` is told where the card does not come back. */
  async reconnect(signal: AbortSignal, fault: StationFault | null): Promise<void> {
    await this.letGo();
    try {
      await this.#open(this.#patience.comeback, signal);
    } catch (thrown) {
      const isAbsent = thrown instanceof StationFault && absences.has(thrown.code);
      throw isAbsent && fault !== null ? fault : thrown;
    }
  }

  /** After the printer moved the card away: ENCODER-CARD-STAYS when the reader still sees it. */
  async expectRemoval(signal: AbortSignal): Promise<void> {
    await this.reader.waitForRemoval({ deadline: this.#patience.insertion, signal });
    this.#card = 'none';
  }

  /** Takes the power from the chip, whatever state it is in. */
  async letGo(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    await link?.close();
  }

  async #open(patience: number, signal: AbortSignal): Promise<void> {
    const { reader } = this;
    const ends = this.#clock.monotonic() + patience;
    for (;;) {
      const left = ends - this.#clock.monotonic();
      try {
        await reader.waitForCard({ deadline: Math.max(0, Math.min(slice, left)), signal });
        await this.#refuseCardElsewhere(signal);
        const link = await reader.connect(signal);
        this.#link = this.#trace === null ? link : recordLink(link, this.#trace);
        return;
      } catch (fault) {
        if (!(fault instanceof StationFault) || !passing.has(fault.code)) throw fault;
        await this.#refuseCardElsewhere(signal);
        if (ends - this.#clock.monotonic() <= 0) throw fault;
        await delay(lookPause, undefined, { signal });
      }
    }
  }

  /**
   * A reader that another line has just emptied may report its old card for a while: a smart card service looks only now and then (pcscd every
   * 0.4 s). It is believed when it still says so after that; until then nothing is tried on this card.
   */
  async #refuseCardElsewhere(signal: AbortSignal): Promise<void> {
    const ends = this.#clock.monotonic() + this.#patience.comeback;
    for (;;) {
      const found = await this.#cardElsewhere(signal);
      if (found === null) return;
      if (this.#clock.monotonic() >= ends) {
        throw new StationFault('PRODUCTION-WRONG-READER', { expected: this.reader.name, found: found.name });
      }
      await delay(lookPause, undefined, { signal });
    }
  }

  async #cardElsewhere(signal: AbortSignal): Promise<CardReader | null> {
    for (const other of this.#machines.idleReaders()) {
      const { kind } = await other.state(signal);
      if (kind === 'card' || kind === 'mute-card') return other;
    }
    return null;
  }
}

/** A reader that is not there, is in use, or has a card already must not cost a blank: PRODUCTION-NO-READER, ENCODER-LOST, ENCODER-HELD, ENCODER-OCCUPIED. */
export async function requireEmptyReader(
  reader: CardReader | null,
  wait: { readonly patience: number; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  if (reader === null) throw new StationFault('PRODUCTION-NO-READER');
  const ends = wait.clock.monotonic() + wait.patience;
  for (;;) {
    const state = await reader.state(wait.signal);
    if (state.kind === 'empty') return;
    if (wait.clock.monotonic() >= ends) {
      switch (state.kind) {
        case 'gone':
          throw new StationFault('ENCODER-LOST', { reader: reader.name, reason: 'it is not connected' });
        case 'held':
          throw new StationFault('ENCODER-HELD', { reader: reader.name, by: state.by });
        case 'card':
        case 'mute-card':
          throw new StationFault('ENCODER-OCCUPIED', { reader: reader.name });
      }
    }
    await delay(lookPause, undefined, { signal: wait.signal });
  }
}
