import type { Surroundings } from './surroundings.ts';

/** The system's time moved by so much: training lets leases and codes run out without waiting for them. */
export class ShiftedClock implements Surroundings {
  readonly #system: Surroundings;
  #shift = 0;

  constructor(system: Surroundings) {
    this.#system = system;
  }

  advance(milliseconds: number): void {
    this.#shift += milliseconds;
  }

  now(): Date {
    return new Date(this.#system.now().getTime() + this.#shift);
  }

  randomBytes(length: number): Buffer {
    return this.#system.randomBytes(length);
  }
}
