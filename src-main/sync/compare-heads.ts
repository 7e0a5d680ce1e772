import type { EventsHead } from '#shared/contract/cms/events.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';

/** How the CMS's copy of this journal stands to what the station believes that the CMS holds. */
export type HeadComparison =
  | { readonly kind: 'as-known' }
  /** It holds more than was noted here: an answer was lost on the way. */
  | { readonly kind: 'further'; readonly upTo: number }
  /** It holds less than it once acknowledged: it was restored from an older copy, or this station was enrolled anew. */
  | { readonly kind: 'set-back'; readonly upTo: number; readonly acknowledged: number };

/**
 * Compares the CMS's head with the journal, entry hash included.
 *
 * CMS-JOURNAL-AHEAD when it ends behind our last entry, CMS-JOURNAL-DIFFERS when it holds another entry under that sequence: then nothing
 * may be sent, for two histories of one station exist.
 */
export function compareHeads(journal: Journal, theirs: EventsHead): HeadComparison {
  const ours = journal.head().sequence;
  const { sequence } = theirs;
  if (sequence > ours) throw new StationFault('CMS-JOURNAL-AHEAD', { theirs: sequence, ours });
  if (sequence > 0 && journal.reading(() => journal.entries.find(sequence))?.entryHash !== theirs.entryHash) {
    throw new StationFault('CMS-JOURNAL-DIFFERS', { sequence });
  }
  const acknowledged = journal.projections.station.acknowledged().upTo;
  if (sequence < acknowledged) return { kind: 'set-back', upTo: sequence, acknowledged };
  return sequence === acknowledged ? { kind: 'as-known' } : { kind: 'further', upTo: sequence };
}
