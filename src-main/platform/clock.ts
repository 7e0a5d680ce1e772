/** Where time comes from: wall time for people, monotonic time for durations. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never run backwards. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
};
