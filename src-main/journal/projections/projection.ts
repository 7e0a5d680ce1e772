import { StationFault } from '#shared/faults/station-fault.ts';
import type { EventKind, EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { JournalActor, JournalEntry, JournalSubjects } from '#shared/journal-format/entry.ts';

/** An entry as a projection reads it: kind and payload belong together. */
export type AppliedEvent = {
  [K in EventKind]: {
    readonly kind: K;
    readonly payload: EventPayload<K>;
    readonly sequence: number;
    readonly time: string;
    readonly actor: JournalActor;
    readonly issuer: string | null;
    readonly subjects: JournalSubjects;
  };
}[EventKind];

/**
 * State that follows from the entries alone.
 *
 * `apply` runs in the transaction of the append; what it throws undoes the append. It reads nothing but the event and state tables,
 * so that a rebuild comes to the same rows.
 */
export interface Projection {
  /** Tables of this projection; a rebuild compares and replaces exactly these. */
  readonly tables: readonly string[];
  apply(event: AppliedEvent): void;
}

/** Reads an entry as an event. The payload was checked against its kind's schema before it was written. */
export function appliedEvent(entry: JournalEntry): AppliedEvent {
  const { header } = entry;
  return {
    kind: header.kind,
    payload: entry.payload,
    sequence: header.sequence,
    time: header.time,
    actor: header.actor,
    issuer: header.issuer,
    subjects: header.subjects,
  } as AppliedEvent;
}

/** Refuses an event that cannot follow from what happened before: JOURNAL-IMPOSSIBLE. */
export function impossible(event: AppliedEvent, why: string): never {
  throw new StationFault('JOURNAL-IMPOSSIBLE', { kind: event.kind, why });
}

/** The id that an event gives for a subject, such as `batch`; JOURNAL-IMPOSSIBLE where it gives none. */
export function subject(event: AppliedEvent, name: string): string {
  return event.subjects[name] ?? impossible(event, `it names no ${name}`);
}

/** Who caused the event, as one text: the person's id, or `station`. */
export function actorText(actor: JournalActor): string {
  return actor.kind === 'person' ? actor.person : 'station';
}
