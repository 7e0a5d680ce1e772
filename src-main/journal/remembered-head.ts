import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import type { Clock } from '../platform/clock.ts';
import type { Timers } from '../platform/timers.ts';
import { readHeadRegister, writeHeadRegister, type HeadRegisterKeys } from './chain-head-register.ts';
import type { JournalPort } from './port.ts';

export interface RememberedHeadOptions {
  readonly journal: Pick<JournalPort, 'head'>;
  readonly keys: HeadRegisterKeys;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Deadline of one write, in milliseconds. */
  readonly deadline: number;
  /** What the register held when the journal was opened. */
  readonly registered: ChainHead | null;
  /** Told of every write that failed; it is tried again by itself. */
  readonly onFault: (thrown: unknown) => void;
  /** Told when the register holds a head that this process did not write: a second station works with this HSM, and both must stop. */
  readonly onSecondStation: (fault: StationFault) => void;
}

/** How the HSM's memory of the journal stands. */
export interface RegisterState {
  /** `late`: something is to be written, within the bound. `behind`: beyond it, and no new card may be begun. */
  readonly state: 'kept' | 'late' | 'behind';
  /** The last entry that the HSM is known to remember; null before the first. */
  readonly sequence: number | null;
  /** Since when something waits to be written; null when nothing does. */
  readonly since: string | null;
  /** JOURNAL-REGISTER-LATE once a write failed, JOURNAL-REGISTER-BEHIND beyond the bound; null else. */
  readonly fault: StationFault | null;
}

interface Waiting {
  readonly sequence: number;
  readonly time: string;
  readonly at: number;
}

/** The end of a card and the begin of the next are one write; milliseconds, far less than any card takes. */
const gather = 100;
/** Milliseconds until a failed write is tried again: doubled with each failure in a row. */
const firstRetry = 500;
const longestRetry = 15_000;
/**
 * How far the HSM may be behind while cards are begun (docs/decisions/0062): a journal set back by this much would still start, and the
 * orders of these events could be made once more.
 */
export const registerBound = { milliseconds: 30_000, events: 20 } as const;

/**
 * Keeps the journal's last head in the HSM, so that a database that was set back is known.
 *
 * Never holds up an append: what is to be remembered while a write is under way becomes one more write. A failed write is tried again until
 * it succeeds; who begins cards asks `state` before.
 */
export class RememberedHead {
  readonly #options: RememberedHeadOptions;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** What the register may hold: what was written last, and what was begun to be written since and not heard of. */
  #expected: readonly (ChainHead | null)[];
  #sequence: number | null;
  #waiting: readonly Waiting[] = [];
  #writing: Promise<void> = Promise.resolve();
  #gathering: Promise<void> | null = null;
  #callOff: (() => void) | null = null;
  #failures = 0;
  #ended: 'no' | 'stopped' | 'second-station' = 'no';

  constructor(options: RememberedHeadOptions) {
    this.#options = options;
    const { registered, journal } = options;
    this.#expected = [registered];
    this.#sequence = registered?.sequence ?? null;
    // What a crash kept from the HSM is told first of all.
    const { sequence } = journal.head();
    if (sequence > (registered?.sequence ?? 0)) this.remember(sequence);
  }

  /** Calls back when a write failed, and when the HSM is in step again after that or after the bound was reached; returns the way to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  state(): RegisterState {
    const [oldest] = this.#waiting;
    const about = { sequence: this.#sequence, since: oldest?.time ?? null };
    const details = { known: this.#sequence ?? 0 };
    if (this.#isBehind(oldest)) {
      return { ...about, state: 'behind', fault: new StationFault('JOURNAL-REGISTER-BEHIND', details) };
    }
    if (oldest === undefined) return { ...about, state: 'kept', fault: null };
    const fault = this.#failures > 0 ? new StationFault('JOURNAL-REGISTER-LATE', details) : null;
    return { ...about, state: 'late', fault };
  }

  #isBehind(oldest: Waiting | undefined): boolean {
    if (this.#ended === 'second-station') return true;
    if (oldest === undefined) return false;
    const { milliseconds, events } = registerBound;
    return this.#waiting.length >= events || this.#options.clock.monotonic() - oldest.at >= milliseconds;
  }

  /** Has the head written that holds this entry: at once, or when the next try is due where the last one failed. */
  remember(sequence: number): void {
    if (this.#ended !== 'no') return;
    const { clock } = this.#options;
    this.#waiting = [...this.#waiting, { sequence, time: clock.now().toISOString(), at: clock.monotonic() }];
    if (this.#callOff === null) this.#begin();
  }

  #begin(): void {
    this.#gathering ??= this.#writeWaiting().finally(() => {
      this.#gathering = null;
      if (this.#waiting.length > 0 && this.#callOff === null && this.#ended === 'no') this.#begin();
    });
  }

  async #writeWaiting(): Promise<void> {
    const { deadline, onFault } = this.#options;
    try {
      await new Promise((resolve) => setTimeout(resolve, gather));
      if (this.#waiting.length === 0) return;
      await this.write(AbortSignal.any([this.#abort.signal, AbortSignal.timeout(deadline)]));
    } catch (thrown) {
      onFault(thrown);
    }
  }

  #retryLater(): void {
    if (this.#ended !== 'no') return;
    this.#callOff?.();
    const wait = Math.min(longestRetry, firstRetry * 2 ** Math.min(this.#failures - 1, 20));
    this.#callOff = this.#options.timers.after(wait, () => {
      this.#callOff = null;
      this.#begin();
    });
  }

  /**
   * Writes the head now, one write at a time, unless somebody else has written there. Rejects with JOURNAL-SECOND-STATION or the fault of
   * the key port; what failed for such a fault is tried again by itself.
   */
  write(signal: AbortSignal): Promise<void> {
    this.#writing = this.#writing.then(
      () => this.#writeOnce(signal),
      () => this.#writeOnce(signal),
    );
    return this.#writing;
  }

  async #writeOnce(signal: AbortSignal): Promise<void> {
    const { journal, keys, onSecondStation } = this.#options;
    try {
      const found = await readHeadRegister(keys, signal);
      if (!this.#expected.some((head) => head?.entryHash === found?.entryHash)) {
        const fault = new StationFault('JOURNAL-SECOND-STATION', { found: found?.sequence ?? 0 });
        this.#end('second-station');
        onSecondStation(fault);
        throw fault;
      }
      const head = journal.head();
      this.#expected = [...this.#expected, head];
      await writeHeadRegister(keys, head, signal);
      this.#took(head);
    } catch (thrown) {
      if (isFault(thrown, 'JOURNAL-SECOND-STATION')) throw thrown;
      this.#failures++;
      // Without this a head that only a checkpoint wanted to be known would wait for the next one.
      if (this.#waiting.length === 0) this.remember(journal.head().sequence);
      this.#retryLater();
      this.#tell();
      throw thrown;
    }
  }

  #took(head: ChainHead): void {
    const news = this.#failures > 0 || this.state().state === 'behind';
    this.#expected = [head];
    this.#sequence = head.sequence;
    this.#failures = 0;
    this.#callOff?.();
    this.#callOff = null;
    this.#waiting = this.#waiting.filter(({ sequence }) => sequence > head.sequence);
    if (this.#waiting.length > 0) this.#begin();
    if (news) this.#tell();
  }

  #end(why: 'stopped' | 'second-station'): void {
    this.#ended = why;
    this.#callOff?.();
    this.#callOff = null;
  }

  /** Waits for the write under way, if any; not for one that is to be tried again later. */
  async settled(): Promise<void> {
    while (this.#gathering !== null) await this.#gathering;
  }

  /** Tries no more. */
  stop(): void {
    if (this.#ended === 'no') this.#end('stopped');
    this.#abort.abort();
  }
}
