import type { JournalDatabase } from './open-database.ts';

/** Time that passed while the journal was written, as far as its entries tell. */
export interface TimeRun {
  /** Milliseconds from the entry to the last one: every step forward, none back. */
  readonly milliseconds: number;
  /** The last entry's time, milliseconds since 1970. */
  readonly last: number;
}

/**
 * Adds up the time between an entry and the last one. A clock that was set back takes nothing away, and one that was set forward counts as
 * time: what is counted so is never less than what the entries show to have passed.
 */
export function timeRunSince(database: JournalDatabase, sequence: number): TimeRun {
  const times = database
    .prepare<[number], string>('SELECT time FROM entries WHERE sequence >= ? ORDER BY sequence')
    .pluck()
    .iterate(sequence);
  let [milliseconds, last] = [0, Number.NaN];
  for (const time of times) {
    const now = Date.parse(time);
    if (now > last) milliseconds += now - last;
    last = now;
  }
  return { milliseconds, last };
}
