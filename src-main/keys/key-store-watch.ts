import { StationFault } from '#shared/faults/station-fault.ts';
import type { Clock } from '../platform/clock.ts';
import { pause } from '../platform/pause.ts';
import {
  conditionOf,
  type KeyStoreCondition,
  type KeyStoreObserver,
  type KeyStorePort,
  type KeyStoreState,
} from './key-store-port.ts';
import type { KeyPort, MechanismState } from './port.ts';
import type { KeyLogger } from './worker-process.ts';

/** Milliseconds. */
export interface KeyStoreTimes {
  /** An act that takes longer shows the store as busy. */
  readonly busyAfter: number;
  /** Pause before the second look at a lost store; doubles with each. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** A store that nothing asked for so long is looked at. */
  readonly lookEvery: number;
}

export const usualKeyStoreTimes: KeyStoreTimes = {
  busyAfter: 2_000,
  firstPause: 250,
  longestPause: 10_000,
  lookEvery: 10_000,
};

/** After these another try would only repeat the harm: a person must act, and the station is started again. */
const final: ReadonlySet<string> = new Set(['KEYS-PIN', 'KEYS-MECHANISM']);

type WatchedKeys = Pick<KeyPort, 'describe' | 'mechanisms'>;

/**
 * Knows how the key store is from the acts on it, looks at a lost one with growing pauses until it answers again, and at one that nobody
 * asks from time to time. Never looks again after a refused PIN.
 *
 * Only such a look declares the store ready again: an act may succeed on what the key process still holds of a token that is gone.
 */
export class KeyStoreWatch implements KeyStorePort, KeyStoreObserver {
  readonly #clock: Clock;
  readonly #logger: KeyLogger;
  readonly #times: KeyStoreTimes;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #slow = new Set<object>();
  #keys: WatchedKeys | null = null;
  #state: KeyStoreState;
  #mechanisms: readonly MechanismState[] = [];
  #pending = 0;
  #lastAnswer = 0;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: { readonly clock: Clock; readonly logger: KeyLogger; readonly times?: KeyStoreTimes }) {
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#times = options.times ?? usualKeyStoreTimes;
    this.#state = { condition: 'ready', since: this.#clock.now(), fault: null };
  }

  state(): KeyStoreState {
    return this.#state;
  }

  mechanisms(): readonly MechanismState[] {
    return this.#mechanisms;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Watches over this port from now on; faults before that were the opener's. */
  async follow(keys: WatchedKeys, signal: AbortSignal): Promise<void> {
    this.#mechanisms = await keys.mechanisms(signal);
    this.#keys = keys;
    this.#timer = setInterval(() => this.#lookIfQuiet(), this.#times.lookEvery);
    this.#timer.unref();
  }

  began(act: string): (fault: unknown) => void {
    const mark = {};
    const overdue = setTimeout(() => {
      this.#slow.add(mark);
      if (this.#state.condition !== 'ready') return;
      const seconds = Math.ceil(this.#times.busyAfter / 1000);
      this.#become('busy', new StationFault('KEYS-BUSY', { act, seconds }));
    }, this.#times.busyAfter);
    overdue.unref();
    this.#pending += 1;
    return (fault) => {
      clearTimeout(overdue);
      this.#pending -= 1;
      this.#lastAnswer = this.#clock.monotonic();
      this.#slow.delete(mark);
      if (this.#slow.size === 0 && this.#state.condition === 'busy') this.#becomeReady();
      this.#judge(fault);
    };
  }

  processEnded(): void {
    this.#judge(new StationFault('KEYS-WORKER-LOST', { act: 'none' }));
  }

  /** Ends the looks; the port may be closed then. */
  async close(): Promise<void> {
    this.#stop.abort(new StationFault('KEYS-CLOSED'));
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking;
  }

  #judge(fault: unknown): void {
    const condition = conditionOf(fault);
    if (condition === null || this.#keys === null || this.#stop.signal.aborted) return;
    const now = this.#state.condition;
    // What was under way ends with the process: the reason why it ended is the better word.
    const known = now !== 'ready' && now !== 'busy';
    if (!(condition === 'restarting' && known)) this.#become(condition, fault as StationFault);
    this.#looking ??= this.#lookUntilReady(this.#keys).finally(() => (this.#looking = null));
  }

  #become(condition: Exclude<KeyStoreCondition, 'ready'>, fault: StationFault): void {
    const { since } = this.#state.condition === condition ? this.#state : { since: this.#clock.now() };
    const same = this.#state.condition === condition && this.#state.fault?.code === fault.code;
    this.#state = { condition, since, fault };
    if (same) return;
    this.#logger.warn({ condition, code: fault.code }, 'key store is not ready');
    this.#tell();
  }

  #becomeReady(): void {
    this.#state = { condition: 'ready', since: this.#clock.now(), fault: null };
    this.#logger.info({}, 'key store is ready');
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #lookIfQuiet(): void {
    const quiet = this.#clock.monotonic() - this.#lastAnswer >= this.#times.lookEvery;
    if (!quiet || this.#pending > 0 || this.#looking !== null || this.#state.condition !== 'ready') return;
    // What it finds is heard like the result of any other act.
    this.#keys?.describe(this.#stop.signal).catch(() => {});
  }

  async #lookUntilReady(keys: WatchedKeys): Promise<void> {
    const { firstPause, longestPause } = this.#times;
    const { signal } = this.#stop;
    try {
      for (let wait = firstPause; ; wait = Math.min(wait * 2, longestPause)) {
        if (final.has(this.#state.fault?.code ?? '')) return;
        try {
          await keys.describe(signal);
          this.#mechanisms = await keys.mechanisms(signal);
          break;
        } catch (fault) {
          signal.throwIfAborted();
          this.#logger.info({ code: fault instanceof StationFault ? fault.code : 'unknown' }, 'key store looked at');
        }
        await pause(wait, signal);
      }
      this.#becomeReady();
    } catch (reason) {
      if (!signal.aborted) throw reason;
    }
  }
}
