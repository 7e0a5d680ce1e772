import { CmsFault } from './cms-fault.ts';
import type { Surroundings } from '../platform/surroundings.ts';

/** Lets so many tries pass in a minute over all callers: a code of 100 bits is not guessed, and nobody keeps the CMS busy trying. */
export class AttemptLimit {
  readonly #perMinute: number;
  readonly #surroundings: Surroundings;
  #minute = 0;
  #tries = 0;

  constructor(perMinute: number, surroundings: Surroundings) {
    this.#perMinute = perMinute;
    this.#surroundings = surroundings;
  }

  /** Counts one try; TOO-MANY-REQUESTS when the minute's share is used up. */
  count(): void {
    const minute = Math.floor(this.#surroundings.now().getTime() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#tries = 0;
    }
    this.#tries += 1;
    if (this.#tries > this.#perMinute) throw new CmsFault('TOO-MANY-REQUESTS');
  }
}
