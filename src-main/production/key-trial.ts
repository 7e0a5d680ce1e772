import { setTimeout as delay } from 'node:timers/promises';
import { StationFault } from '#shared/faults/station-fault.ts';
import { Turn, type EndTurn } from './turn.ts';

/** Once the keys were right on a card, another line waits no longer than this for a card that is slow to prove them, in milliseconds. */
const patience = 2000;

/** Faults that say that a card and the batch's keys do not belong together: the next card would lose a try for the same keys. */
const refutations: ReadonlySet<string> = new Set(['KEYS-CARD-CRYPTOGRAM', 'CARD-AUTHENTICATION']);

/** One card's authentication: it ends in a channel, in a refutation, or in a fault that says nothing about the keys. */
export interface OneTrial {
  proved(): void;
  /** Ends the trial, whatever happened; calling it after `proved` does nothing more than tell of a refutation. */
  failed(fault: unknown): void;
}

/**
 * Lets the lines of a run try the batch's keys on one card at a time, so that a wrong key costs one card and not one on each line:
 * after a refutation no other card is tried until a person starts the batch again.
 */
export class KeyTrial {
  #turn = new Turn();
  #found: 'nothing' | 'right' | 'wrong' = 'nothing';

  /** A person has started the batch again: what was found is to be found anew. */
  startAnew(): void {
    this.#found = 'nothing';
  }

  /** Waits until no other card of the run is being tried; PRODUCTION-KEYS-REFUTED after one was refuted. */
  async begin(signal: AbortSignal): Promise<OneTrial> {
    this.#refuse();
    const end = await this.#take(signal);
    try {
      this.#refuse();
    } catch (fault) {
      end();
      throw fault;
    }
    return {
      proved: () => {
        this.#found = 'right';
        end();
      },
      failed: (fault) => {
        if (fault instanceof StationFault && refutations.has(fault.code)) this.#found = 'wrong';
        end();
      },
    };
  }

  #refuse(): void {
    if (this.#found === 'wrong') throw new StationFault('PRODUCTION-KEYS-REFUTED');
  }

  async #take(signal: AbortSignal): Promise<EndTurn> {
    const turn = this.#turn.take(signal);
    if (this.#found !== 'right') return turn;
    const stop = new AbortController();
    const first = await Promise.race([turn, delay(patience, 'waited long enough', { signal: stop.signal })]);
    stop.abort();
    if (typeof first !== 'string') return first;
    void turn.then((end) => end()).catch(() => undefined);
    return () => undefined;
  }
}
