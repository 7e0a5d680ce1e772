import { StationFault } from '#shared/faults/station-fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { KeyPort, MechanismState } from '../port.ts';

export type StoreCondition = 'ready' | 'busy' | 'lost' | 'no-token' | 'pin-refused' | 'restarting';

/** The key store as it was found last. */
export interface FoundStore {
  readonly state: StoreCondition;
  /** Since when it is in this state. */
  readonly since: Date;
  readonly fault: StationFault | null;
  readonly described: { readonly provider: string; readonly module: string; readonly token: string };
  readonly mechanisms: readonly MechanismState[];
}

function conditionOf({ code }: StationFault): StoreCondition {
  switch (code) {
    case 'KEYS-PIN':
      return 'pin-refused';
    case 'KEYS-TOKEN':
      return 'no-token';
    case 'KEYS-DEADLINE':
      return 'busy';
    case 'KEYS-WORKER-LOST':
      return 'restarting';
    default:
      return 'lost';
  }
}

/** Asks the key store how it is, and remembers since when. */
export class KeyStoreState {
  readonly #keys: Pick<KeyPort, 'describe' | 'mechanisms'>;
  readonly #clock: Clock;
  #found: FoundStore | null = null;

  constructor(keys: Pick<KeyPort, 'describe' | 'mechanisms'>, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  async look(signal: AbortSignal): Promise<FoundStore> {
    const before = this.#found;
    const since = (state: StoreCondition): Date => (before?.state === state ? before.since : this.#clock.now());
    try {
      const described = await this.#keys.describe(signal);
      const mechanisms = await this.#keys.mechanisms(signal);
      this.#found = { state: 'ready', since: since('ready'), fault: null, described, mechanisms };
    } catch (fault) {
      if (!(fault instanceof StationFault)) throw fault;
      const state = conditionOf(fault);
      this.#found = {
        state,
        since: since(state),
        fault,
        described: before?.described ?? { provider: '', module: '', token: '' },
        mechanisms: before?.mechanisms ?? [],
      };
    }
    return this.#found;
  }
}
