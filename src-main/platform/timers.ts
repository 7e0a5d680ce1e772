/** Where appointments come from: a test runs a day in a second. */
export interface Timers {
  /** Calls `act` once after so many milliseconds, and does not keep the process alive for it; returns the way to call it off. */
  after(milliseconds: number, act: () => void): () => void;
}

export const systemTimers: Timers = {
  after: (milliseconds, act) => {
    const timer = setTimeout(act, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
