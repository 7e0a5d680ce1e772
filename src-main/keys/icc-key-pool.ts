import { hash } from 'node:crypto';
import type { Environment } from '#shared/domain/identifiers.ts';
import { isFault } from '#shared/faults/station-fault.ts';
import type { EventKind } from '#shared/journal-format/event-kinds.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyPort, SealedIccKey } from './port.ts';

/** Which pairs: bits of the modulus and public exponent. */
export interface IccKeySize {
  readonly bits: number;
  readonly exponent: 3 | 65537;
}

/** How many pairs of one size are to wait. */
export interface IccKeyTarget extends IccKeySize {
  readonly target: number;
}

/** How one size of the pool stands. */
export interface IccKeyLevel extends IccKeyTarget {
  readonly level: number;
  /** `paused`: cards are in the machines and the pool waits; `off`: the key store failed at making the last one, or the pool is closed. */
  readonly state: 'filling' | 'full' | 'paused' | 'off';
  /** Pairs a minute as they were made last; null before the first. */
  readonly perMinute: number | null;
}

/** Card key pairs made beforehand, in idle time. */
export interface IccKeyPool {
  /**
   * Takes a pair out for one card, or makes one when there is none. Each is given out once, whatever ends the station: the taking is on the
   * disk before the pair is handed over. Faults of `makeIccKey` and of the journal.
   */
  take(size: IccKeySize, signal: AbortSignal): Promise<SealedIccKey>;
  /** Level by size, for screens. */
  levels(): readonly IccKeyLevel[];
}

export interface StoredIccKeyPoolOptions {
  readonly journal: Journal;
  readonly keys: Pick<KeyPort, 'makeIccKey'>;
  readonly environment: Environment;
  readonly targets: readonly IccKeyTarget[];
  /** Whether the processors are needed for cards just now: nothing is made then but what a card waits for. */
  readonly machines: () => 'idle' | 'busy';
  /** Milliseconds that never run backwards. */
  readonly monotonic: () => number;
  /** Told of each fault that interrupts the filling; it is tried again later. */
  readonly onFault: (thrown: unknown) => void;
  /** Milliseconds between looks at the machines, and before another try after a fault; 500 and 30,000 where not given. */
  readonly patience?: { readonly machines: number; readonly fault: number };
}

/** Kept in one transaction: what a crash loses is at most so many pairs that nobody has seen. */
const keptAtOnce = 16;
const measured = 20;
/** After each pair the pool rests for as long as it took to make, this many milliseconds at most: others come first. */
const longestRest = 250;
const usualPatience = { machines: 500, fault: 30_000 } as const;
const station = { actor: { kind: 'station' }, issuer: null, subjects: {} } as const;

function nameOf({ bits, exponent }: IccKeySize): string {
  return `${bits}/${exponent}`;
}

function exponentBytes(exponent: 3 | 65537): Uint8Array {
  return exponent === 3 ? Uint8Array.of(3) : Uint8Array.of(1, 0, 1);
}

/** The pool in the station's database. Pairs are made one at a time, those of the size that lacks most first. */
export class StoredIccKeyPool implements IccKeyPool {
  readonly #options: StoredIccKeyPoolOptions;
  readonly #patience: { readonly machines: number; readonly fault: number };
  readonly #ending = new AbortController();
  readonly #made = new Map<string, SealedIccKey[]>();
  readonly #durations = new Map<string, number[]>();
  #state: 'filling' | 'paused' | 'off' = 'off';
  #filling: Promise<void> | null = null;
  #wake: () => void = () => undefined;

  constructor(options: StoredIccKeyPoolOptions) {
    this.#options = options;
    this.#patience = options.patience ?? usualPatience;
    this.#dropForeign();
  }

  /** Pairs of before a restore may have been given out between the backup and its return. */
  #dropForeign(): void {
    const { journal } = this.#options;
    const last = (kind: EventKind): number => journal.entries.lastOfKind(kind)?.header.sequence ?? 0;
    const since = Math.max(last('station.restored'), last('journal.resolved'));
    let count = 0;
    journal.appendWith(() => void (count = journal.iccKeys.deleteBefore(since)));
    if (count === 0) return;
    journal.append({ ...station, kind: 'key.pool-emptied', payload: { count, reason: 'restored' } });
  }

  /** Begins to fill; harmless when repeated. */
  start(): void {
    if (this.#ending.signal.aborted) return;
    this.#filling ??= this.#fill();
  }

  /** Ends the filling and keeps what was made. */
  async close(): Promise<void> {
    this.#ending.abort();
    this.#wake();
    await this.#filling;
  }

  async take(size: IccKeySize, signal: AbortSignal): Promise<SealedIccKey> {
    signal.throwIfAborted();
    this.#keep(size);
    const { journal, keys, environment } = this.#options;
    const { bits, exponent } = size;
    const waiting = journal.iccKeys.oldest(bits, exponent);
    if (waiting === null) {
      const made = await keys.makeIccKey({ size: bits, exponent, environment }, signal);
      this.#giveOut(made, 'made', () => undefined);
      return made;
    }
    const { id, modulus, sealed } = waiting;
    const publicKey = { modulus: new Uint8Array(modulus), exponent: exponentBytes(exponent) };
    const pair = { sealed: new Uint8Array(sealed), publicKey, size: bits, exponent };
    this.#giveOut(pair, 'pool', () => journal.iccKeys.delete(id));
    this.#wake();
    return pair;
  }

  #giveOut({ publicKey, size, exponent }: SealedIccKey, source: 'pool' | 'made', write: () => void): void {
    const fingerprint = hash('sha256', publicKey.modulus, 'hex');
    const payload = { bits: size, exponent, fingerprint, source };
    this.#options.journal.appendWith(write, { ...station, kind: 'key.pool-taken', payload });
  }

  levels(): readonly IccKeyLevel[] {
    return this.#options.targets.map((target) => {
      const level = this.#level(target);
      const durations = this.#durations.get(nameOf(target)) ?? [];
      const total = durations.reduce((sum, each) => sum + each, 0);
      const state = level >= target.target ? 'full' : this.#state;
      return { ...target, level, state, perMinute: total > 0 ? (durations.length * 60_000) / total : null };
    });
  }

  #level({ bits, exponent }: IccKeySize): number {
    const unkept = this.#made.get(nameOf({ bits, exponent }))?.length ?? 0;
    return this.#options.journal.iccKeys.count(bits, exponent) + unkept;
  }

  /** The size that lacks most of its target; null when all are full. */
  #next(): IccKeyTarget | null {
    const lacking = this.#options.targets
      .map((target) => ({ target, share: this.#level(target) / target.target }))
      .filter(({ share }) => share < 1)
      .sort((left, right) => left.share - right.share);
    return lacking[0]?.target ?? null;
  }

  async #fill(): Promise<void> {
    const { signal } = this.#ending;
    const { machines, fault } = this.#patience;
    while (!signal.aborted) {
      const next = this.#next();
      if (next === null || this.#options.machines() === 'busy') {
        this.#keepAll();
        this.#state = next === null ? 'filling' : 'paused';
        await this.#wait(next === null ? null : machines);
        continue;
      }
      this.#state = 'filling';
      try {
        const took = await this.#makeOne(next);
        await this.#wait(Math.min(took, longestRest));
      } catch (thrown) {
        if (signal.aborted) break;
        this.#state = 'off';
        this.#keepAll();
        this.#options.onFault(thrown);
        await this.#wait(fault);
      }
    }
    this.#state = 'off';
    this.#keepAll();
  }

  async #makeOne(target: IccKeyTarget): Promise<number> {
    const { keys, environment, monotonic } = this.#options;
    const began = monotonic();
    const { bits: size, exponent } = target;
    const pair = await keys.makeIccKey({ size, exponent, environment }, this.#ending.signal);
    const name = nameOf(target);
    const made = [...(this.#made.get(name) ?? []), pair];
    this.#made.set(name, made);
    const took = monotonic() - began;
    const withRest = took + Math.min(took, longestRest);
    this.#durations.set(name, [...(this.#durations.get(name) ?? []), withRest].slice(-measured));
    if (made.length >= keptAtOnce || this.#level(target) >= target.target) this.#keep(target);
    return took;
  }

  /** Puts the pairs of one size that were made meanwhile into the database, with the entry that counts them. */
  #keep(size: IccKeySize): void {
    const made = this.#made.get(nameOf(size)) ?? [];
    this.#made.delete(nameOf(size));
    if (made.length === 0) return;
    const { journal } = this.#options;
    const { bits, exponent } = size;
    const { sequence } = journal.head();
    const add = (): void => {
      for (const { sealed, publicKey } of made) {
        journal.iccKeys.add({ bits, exponent, modulus: publicKey.modulus, sealed }, sequence);
      }
    };
    const payload = { bits, exponent, count: made.length };
    journal.appendWith(add, { ...station, kind: 'key.pool-added', payload });
  }

  /** A journal that takes no more ends the station by itself: what was made and not kept is forgotten. */
  #keepAll(): void {
    for (const target of this.#options.targets) {
      try {
        this.#keep(target);
      } catch (thrown) {
        if (!isFault(thrown, 'JOURNAL-CLOSED')) this.#options.onFault(thrown);
      }
    }
  }

  /** Until a pair is taken, the pool closes, or so many milliseconds are over. */
  #wait(milliseconds: number | null): Promise<void> {
    if (this.#ending.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = milliseconds === null ? undefined : setTimeout(resolve, milliseconds);
      timer?.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
