import type { Clock } from '../platform/clock.ts';

/**
 * Milliseconds that passed since this was made, never backwards.
 *
 * By the monotonic clock, which no person can set; by the wall clock where that one went further, because the monotonic clock of a machine
 * that slept may have slept too. So setting the clock back changes nothing, and setting it forward only lets grants end sooner.
 */
export class PassingTime {
  readonly #clock: Clock;
  readonly #monotonic: number;
  readonly #wall: number;
  #furthest = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#monotonic = clock.monotonic();
    this.#wall = clock.now().getTime();
  }

  passed(): number {
    const monotonic = this.#clock.monotonic() - this.#monotonic;
    const wall = this.#clock.now().getTime() - this.#wall;
    this.#furthest = Math.max(this.#furthest, monotonic, wall);
    return this.#furthest;
  }
}
