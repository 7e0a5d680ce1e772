import { StationFault } from '#shared/faults/station-fault.ts';
import { eventSchemas, isEventKind } from '#shared/journal-format/event-kinds.ts';
import { canonicalJson, canonicalPayloadDigest, entryHash } from '#shared/journal-format/entry.ts';
import type { EntryHeader, JournalEntry, JournalSubjects } from '#shared/journal-format/entry.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { toHex } from '#shared/bytes/bytes.ts';
import type { NewEvent } from './port.ts';
import { sha256 } from './sha256.ts';

/** What the journal adds to an event. */
export interface EntryStamp {
  readonly station: string;
  readonly time: string;
  /** 16 random bytes. */
  readonly salt: Uint8Array;
}

/**
 * Checks an event against its kind's schema and makes the entry that follows a head, with the payload's canonical text.
 *
 * The entry's values are read back from their canonical texts, so that state made now and state made by a rebuild are the same to the
 * order of keys. JOURNAL-PAYLOAD when the payload does not fit; nothing of the payload is repeated in the fault.
 */
export function makeEntry(
  event: NewEvent,
  head: ChainHead,
  stamp: EntryStamp,
): { readonly entry: JournalEntry; readonly payload: string } {
  const { kind } = event;
  if (!isEventKind(kind)) throw new StationFault('JOURNAL-PAYLOAD', { kind: String(kind), where: 'kind' });
  const checked = eventSchemas[kind].safeParse(event.payload);
  if (!checked.success) {
    const where = checked.error.issues.map((issue) => `${issue.path.join('.')} ${issue.code}`).join(', ');
    throw new StationFault('JOURNAL-PAYLOAD', { kind, where });
  }
  let payload: string;
  let subjects: JournalSubjects;
  try {
    payload = canonicalJson(checked.data);
    subjects = JSON.parse(canonicalJson(event.subjects)) as JournalSubjects;
  } catch (thrown) {
    // A lone surrogate or a number that JSON lacks: RFC 8785 knows no form of it.
    throw new StationFault('JOURNAL-PAYLOAD', { kind, where: 'text or number without a canonical form' }, thrown);
  }
  const salt = toHex(stamp.salt);
  const value: unknown = JSON.parse(payload);
  const header: EntryHeader = {
    format: 1,
    hash: 'SHA-256',
    station: stamp.station,
    sequence: head.sequence + 1,
    time: stamp.time,
    actor: event.actor,
    kind,
    issuer: event.issuer,
    subjects,
    previous: head.entryHash,
    payloadDigest: canonicalPayloadDigest(salt, payload, sha256),
  };
  return { entry: { header, entryHash: entryHash(header, sha256), salt, payload: value }, payload };
}
