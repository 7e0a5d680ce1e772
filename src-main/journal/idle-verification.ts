import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import type { Timers } from '../platform/timers.ts';
import { ChainWalk } from './chain-walk.ts';
import { describeFinding } from './check-row.ts';
import type { Journal } from './journal.ts';

export interface IdleVerificationOptions {
  readonly journal: Journal;
  readonly timers: Timers;
  /** Whether nothing is being made: asked before each slice. */
  readonly idle: () => 'yes' | 'no';
  /** What the HSM remembers; asked once at the beginning of each pass. */
  readonly headRegister: () => Promise<ChainHead | null>;
  /** The chain does not hold, or cannot be read: the station must stop. */
  readonly onBroken: (fault: StationFault) => void;
  /** Told when the HSM did not answer, or reading failed for a reason that is no fault of the journal; the next pass tries again. */
  readonly onFault: (thrown: unknown) => void;
}

/** Milliseconds. At one slice in so long a pass takes three hundredths of one processor, and its slices are shorter than a picture's draw. */
export const idleTimes = {
  /** From the start to the first pass. */
  first: 5 * 60_000,
  /** From the end of a pass to the next. */
  between: 6 * 3_600_000,
  slice: 3,
  pause: 100,
  /** Between two looks whether the machines rest. */
  busy: 5_000,
} as const;

/**
 * Verifies the whole chain again and again while nothing is made, so that an entry altered in the middle is found without anybody asking.
 *
 * A pass reads in slices of 3 ms and stands still while cards are made; it goes on where it stood. A whole pass is an event; a broken chain
 * ends the station as one found at start does, with nothing more written.
 */
export class IdleVerification {
  readonly #options: IdleVerificationOptions;
  #walk: ChainWalk | null = null;
  #register: ChainHead | null = null;
  #callOff: () => void;
  #ended: 'no' | 'yes' = 'no';

  constructor(options: IdleVerificationOptions) {
    this.#options = options;
    this.#callOff = options.timers.after(idleTimes.first, () => this.#go());
  }

  /** How far the pass under way is; null between two. */
  under(): { readonly read: number; readonly of: number } | null {
    if (this.#walk === null) return null;
    const { read } = this.#walk;
    return { read, of: Math.max(read, this.#options.journal.head().sequence) };
  }

  stop(): void {
    this.#ended = 'yes';
    this.#callOff();
    this.#walk = null;
  }

  #after(milliseconds: number): void {
    if (this.#ended === 'no') this.#callOff = this.#options.timers.after(milliseconds, () => this.#go());
  }

  #go(): void {
    if (this.#options.idle() === 'no') {
      this.#after(idleTimes.busy);
      return;
    }
    if (this.#walk === null) void this.#begin();
    else this.#read(this.#walk);
  }

  async #begin(): Promise<void> {
    try {
      this.#register = await this.#options.headRegister();
    } catch (thrown) {
      // The entries are proven without it; what was cut off at the end this process knows itself.
      this.#register = null;
      this.#options.onFault(thrown);
    }
    if (this.#ended === 'yes') return;
    this.#walk = new ChainWalk(this.#options.journal, { page: 2, maxFindings: 1 });
    this.#after(idleTimes.pause);
  }

  #read(walk: ChainWalk): void {
    try {
      if (walk.slice(idleTimes.slice) === 'more') {
        this.#after(idleTimes.pause);
        return;
      }
      walk.compare(this.#register);
      this.#conclude(walk);
    } catch (thrown) {
      this.#walk = null;
      if (thrown instanceof StationFault) this.#break(thrown);
      else {
        this.#options.onFault(thrown);
        this.#after(idleTimes.between);
      }
    }
  }

  #conclude(walk: ChainWalk): void {
    this.#walk = null;
    const [finding] = walk.findings;
    if (finding !== undefined) {
      this.#break(new StationFault('JOURNAL-BROKEN', { sequence: finding.sequence, what: describeFinding(finding) }));
      return;
    }
    this.#options.journal.append({
      kind: 'journal.verified',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: { entries: walk.read, result: 'whole' },
    });
    this.#after(idleTimes.between);
  }

  #break(fault: StationFault): void {
    this.#ended = 'yes';
    this.#options.onBroken(fault);
  }
}
