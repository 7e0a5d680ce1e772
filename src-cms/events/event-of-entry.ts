import type { JournalEntry } from '#shared/journal-format/entry.ts';
import type { BatchEvent } from './order-moves.ts';

/** What an entry tells of its batch. */
export function eventOfEntry({ header, payload }: JournalEntry): BatchEvent {
  const { kind, sequence, time, subjects } = header;
  return { kind, sequence, time, order: subjects['order'], attempt: subjects['attempt'], payload };
}
