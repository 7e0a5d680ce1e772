import { StationFault } from '#shared/faults/station-fault.ts';
import { followChain, type ChainHead } from '#shared/journal-format/chain.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { checkContent, describeFinding } from './check-row.ts';
import { sha256 } from './sha256.ts';

/**
 * Checks an entry of this station's journal that somebody else kept: it must follow the head, hash by hash, and carry its payload, for
 * state follows from payloads. Returns the new head.
 *
 * JOURNAL-COPY-BROKEN, JOURNAL-COPY-WITHHELD (the state that follows cannot be known), JOURNAL-NEWER-ENTRIES.
 */
export function checkAdopted(station: string, head: ChainHead, entry: JournalEntry): ChainHead {
  const { sequence, kind } = entry.header;
  const broken = (what: string) => new StationFault('JOURNAL-COPY-BROKEN', { sequence, what });
  if (entry.header.station !== station) throw broken('it is an entry of another station');
  const followed = followChain(head, entry, sha256);
  if (followed.kind === 'broken') throw broken(describeFinding(followed.finding));
  if (entry.salt === null) throw new StationFault('JOURNAL-COPY-WITHHELD', { sequence, kind });
  const content = checkContent(entry);
  if (content?.kind === 'kind-unknown') throw new StationFault('JOURNAL-NEWER-ENTRIES', { kind });
  if (content !== null) throw broken(describeFinding(content));
  return followed.head;
}
