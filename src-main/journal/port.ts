import type { EventKind, EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { JournalActor, JournalEntry, JournalSubjects } from '#shared/journal-format/entry.ts';

/** An event as its maker announces it; the journal adds sequence, time, salt and hashes. */
export type NewEvent = {
  [K in EventKind]: {
    readonly kind: K;
    readonly actor: JournalActor;
    readonly issuer: string | null;
    readonly subjects: JournalSubjects;
    readonly payload: EventPayload<K>;
  };
}[EventKind];

/**
 * The station's memory: what is appended has happened.
 *
 * Appending is durable when it returns (WAL, synchronous=FULL), and every state table is changed in the same transaction.
 * JOURNAL-FULL, JOURNAL-LOCKED, JOURNAL-BROKEN stop the station; nothing is logged later.
 */
export interface JournalPort {
  /** Appends events in order in one transaction; all or none. */
  append(...events: readonly NewEvent[]): readonly JournalEntry[];
  /** Appends and, in the same transaction, runs a write to content tables (sealed records, credentials). */
  appendWith(write: () => void, ...events: readonly NewEvent[]): readonly JournalEntry[];
  /** Calls back after each commit with the entries it wrote; returns the way to stop. */
  subscribe(listener: (entries: readonly JournalEntry[]) => void): () => void;
  /** The last entry's sequence and hash; sequence 0 when empty. */
  head(): { readonly sequence: number; readonly entryHash: string };
  /** Entries in sequence, at most `limit`. */
  read(from: number, limit: number): readonly JournalEntry[];
}
