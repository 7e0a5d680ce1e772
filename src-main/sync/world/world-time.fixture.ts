import type { Clock } from '../../platform/clock.ts';
import type { Timers } from '../../platform/timers.ts';

/** True time, which nobody in the world can set: milliseconds since its beginning. */
export class WorldTime {
  readonly beginning = Date.now();
  elapsed = 0;
}

/** One machine's clocks: a wall clock that anybody may set, a monotonic one that begins anew with each start, and appointments by it. */
export class StationTime implements Clock, Timers {
  readonly #world: WorldTime;
  readonly #appointments = new Set<{ readonly at: number; readonly act: () => void }>();
  /** What the wall clock is wrong by. */
  skew = 0;
  #booted = 0;

  constructor(world: WorldTime) {
    this.#world = world;
  }

  now = (): Date => new Date(this.#world.beginning + this.#world.elapsed + this.skew);
  monotonic = (): number => this.#world.elapsed - this.#booted;

  after(milliseconds: number, act: () => void): () => void {
    const appointment = { at: this.monotonic() + milliseconds, act };
    this.#appointments.add(appointment);
    return () => void this.#appointments.delete(appointment);
  }

  boot(): void {
    this.#appointments.clear();
    this.#booted = this.#world.elapsed;
  }

  /** Keeps the appointments that are due; what they appoint anew waits for the next round. */
  keepAppointments(): void {
    for (const appointment of [...this.#appointments].sort((left, right) => left.at - right.at)) {
      if (appointment.at > this.monotonic() || !this.#appointments.delete(appointment)) continue;
      appointment.act();
    }
  }
}
