import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyStoreCondition, KeyStorePort } from '../key-store-port.ts';
import type { KeyPort, MechanismState } from '../port.ts';

type Described = Omit<Awaited<ReturnType<KeyPort['describe']>>, 'provider'> & { readonly provider: string };

/** The key store as screens show it. */
export interface FoundStore {
  readonly state: KeyStoreCondition;
  /** Since when it is in this state. */
  readonly since: Date;
  readonly fault: StationFault | null;
  readonly described: Described;
  readonly mechanisms: readonly MechanismState[];
}

/** Puts together what is watched of the key store with what it last said of itself. */
export class ShownStore {
  readonly #keys: Pick<KeyPort, 'describe'>;
  readonly #watched: Pick<KeyStorePort, 'state' | 'mechanisms'>;
  #described: Described = { provider: '', module: '', token: '', notOffered: [] };

  constructor(keys: Pick<KeyPort, 'describe'>, watched: Pick<KeyStorePort, 'state' | 'mechanisms'>) {
    this.#keys = keys;
    this.#watched = watched;
  }

  /** A store that is not ready is not asked: its watch does that, and a refused PIN must not be tried again. */
  async look(signal: AbortSignal): Promise<FoundStore> {
    if (this.#watched.state().condition === 'ready') {
      try {
        this.#described = await this.#keys.describe(signal);
      } catch (fault) {
        // The watch has heard of it too.
        if (!(fault instanceof StationFault)) throw fault;
      }
    }
    const { condition, since, fault } = this.#watched.state();
    return { state: condition, since, fault, described: this.#described, mechanisms: this.#watched.mechanisms() };
  }
}
