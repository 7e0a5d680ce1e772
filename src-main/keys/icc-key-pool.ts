import type { SealedIccKey } from './port.ts';

/** Which pairs: bits of the modulus and public exponent. */
export interface IccKeySize {
  readonly bits: number;
  readonly exponent: 3 | 65537;
}

/** How one size of the pool stands. */
export interface IccKeyLevel extends IccKeySize {
  readonly level: number;
  readonly target: number;
  /** `paused`: cards are in the machines and the pool waits; `off`: nothing is made, since the key store cannot or failed. */
  readonly state: 'filling' | 'full' | 'paused' | 'off';
  /** Pairs a minute as they were made last; null before the first. */
  readonly perMinute: number | null;
}

/** Card key pairs made beforehand, in idle time. */
export interface IccKeyPool {
  /**
   * Takes a pair out for one card, or makes one when there is none. Each is given out once, whatever ends the station: the taking is on the
   * disk before the pair is handed over. KEYS-UNAVAILABLE where the store cannot make any; other faults of the key store.
   */
  take(size: IccKeySize, signal: AbortSignal): Promise<SealedIccKey>;
  /** Level by size, for screens. */
  levels(): readonly IccKeyLevel[];
}
