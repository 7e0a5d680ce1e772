import { StationFault } from '#shared/faults/station-fault.ts';
import type { MechanismState } from './port.ts';

/**
 * `ready`; `busy`: an act has not been answered for a while; `lost`: the HSM does not answer; `no-token`: the token is not in it;
 * `pin-refused`: nobody tries again before a person has acted; `restarting`: the key process is being started anew.
 */
export type KeyStoreCondition = 'ready' | 'busy' | 'lost' | 'no-token' | 'pin-refused' | 'restarting';

/** How the key store is, and since when. */
export type KeyStoreState =
  | { readonly condition: 'ready'; readonly since: Date; readonly fault: null }
  | {
      readonly condition: Exclude<KeyStoreCondition, 'ready'>;
      readonly since: Date;
      /** What a person is told, by the catalogue. */
      readonly fault: StationFault;
    };

/** What the rest of the station may know of the key store beside its acts. */
export interface KeyStorePort {
  state(): KeyStoreState;
  /** The known answers of the last start of the key process. */
  mechanisms(): readonly MechanismState[];
  /** Calls back at each change of condition; returns the way to call it off. */
  subscribe(listener: () => void): () => void;
}

/** Hears of every act on the key store; nothing of what an act is given or answers. */
export interface KeyStoreObserver {
  /** An act begins; the function returned is told its fault, or null, before the caller is. */
  began(act: string): (fault: unknown) => void;
  /** The key process ended without having been asked to. */
  processEnded(): void;
}

const conditions: ReadonlyMap<string, Exclude<KeyStoreCondition, 'ready' | 'busy'>> = new Map([
  ['KEYS-HSM-LOST', 'lost'],
  ['KEYS-MODULE', 'lost'],
  ['KEYS-MECHANISM', 'lost'],
  ['KEYS-STORE-DAMAGED', 'lost'],
  ['KEYS-TOKEN', 'no-token'],
  ['KEYS-PIN', 'pin-refused'],
  ['KEYS-WORKER-LOST', 'restarting'],
  ['KEYS-DEADLINE', 'restarting'],
]);

/** The condition that a fault tells of; null for a fault of the act alone. */
export function conditionOf(fault: unknown): Exclude<KeyStoreCondition, 'ready' | 'busy'> | null {
  return fault instanceof StationFault ? (conditions.get(fault.code) ?? null) : null;
}
