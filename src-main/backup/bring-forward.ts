import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { genesisHash, type JournalEntry } from '#shared/journal-format/entry.ts';
import { eventSchemas } from '#shared/journal-format/event-kinds.ts';
import { describeFinding } from '../journal/check-row.ts';
import type { Journal } from '../journal/journal.ts';
import { CheckpointSignatures } from '../journal/verify-signature.ts';
import type { CmsCopy } from './cms-copy.ts';

/** What came of bringing a journal forward. */
export interface Forward {
  /** Where it ended before. */
  readonly from: ChainHead;
  /** Where the CMS's copy ends; null when it was not asked. */
  readonly copy: ChainHead | null;
  /** What the HSM remembers. */
  readonly registered: ChainHead | null;
  /** Entries after the present end that the HSM remembers and nobody holds. */
  readonly lost: number;
  /** The last of the entries taken in for which neither the HSM's head nor a checkpoint of the station vouches: the word of the CMS alone. */
  readonly unproven: number;
  /** People whose password was set in what came back: the old one opens nothing any more, the new one is not there. */
  readonly withoutPassword: readonly string[];
}

const page = 200;

function hashAt(journal: Journal, sequence: number): string | undefined {
  return sequence === 0 ? genesisHash : journal.entries.find(sequence)?.entryHash;
}

/**
 * The last entry that a checkpoint among these vouches for; 0 without one. JOURNAL-COPY-BROKEN for a checkpoint that names another entry than
 * the one there, or bears another signature than this station's.
 */
function provenBy(journal: Journal, entries: readonly JournalEntry[]): number {
  const taken = new Map(entries.map(({ header, entryHash }) => [header.sequence, entryHash]));
  let proven = 0;
  for (const { header, salt, payload } of entries) {
    // A withheld one stops the taking in itself.
    if (header.kind !== 'journal.checkpoint' || salt === null) continue;
    const named = eventSchemas['journal.checkpoint'].safeParse(payload).data;
    const key = journal.projections.station.facts()?.signingKey;
    const holds =
      named !== undefined &&
      key !== undefined &&
      named.sequence < header.sequence &&
      (taken.get(named.sequence) ?? hashAt(journal, named.sequence)) === named.entryHash &&
      new CheckpointSignatures(key, journal.station).holds(named, named.signature);
    if (!holds) {
      const { sequence } = header;
      throw new StationFault('JOURNAL-COPY-BROKEN', {
        sequence,
        what: describeFinding({ kind: 'signature-wrong', sequence }),
      });
    }
    proven = named.sequence;
  }
  return proven;
}

function passwordsSetIn(entries: readonly JournalEntry[]): readonly string[] {
  return entries.flatMap(({ header, payload }) =>
    header.kind === 'person.password-set' ? [(payload as { readonly person: string }).person] : [],
  );
}

/**
 * Takes from the CMS's copy what this journal lacks, entry by entry onto its own head, and says what is missing up to what the HSM remembers.
 *
 * Nothing is written but entries of this very chain, so it may be done again after a crash. JOURNAL-DIVERGED when CMS or HSM hold another
 * history under a sequence that is here; faults of `Journal.adopt` and of the CMS.
 */
export async function bringForward(
  journal: Journal,
  cms: CmsCopy | null,
  registered: ChainHead | null,
  signal: AbortSignal,
  progress: (text: string) => void,
): Promise<Forward> {
  const from = journal.head();
  const copy = cms === null ? null : await cms.head(journal.projections.station.acknowledged().upTo, signal);
  const withoutPassword = new Set<string>();
  let proven = from.sequence;
  if (cms !== null && copy !== null) {
    if (copy.sequence <= from.sequence && hashAt(journal, copy.sequence) !== copy.entryHash) {
      throw new StationFault('JOURNAL-DIVERGED', { sequence: copy.sequence, who: 'CMS' });
    }
    while (journal.head().sequence < copy.sequence) {
      const next = journal.head().sequence + 1;
      const count = Math.min(page, copy.sequence - next + 1);
      const entries = await cms.entries({ from: next, count }, signal);
      if (entries.length === 0) throw new StationFault('CMS-ANSWER-FORM', { what: 'no entries where there are some' });
      proven = Math.max(proven, provenBy(journal, entries));
      const people = passwordsSetIn(entries);
      journal.adopt(entries, () => {
        for (const person of people) journal.credentials.delete(person);
      });
      for (const person of people) withoutPassword.add(person);
      progress(`Taking back entry ${journal.head().sequence} of ${copy.sequence}`);
    }
    if (hashAt(journal, copy.sequence) !== copy.entryHash) {
      throw new StationFault('JOURNAL-DIVERGED', { sequence: copy.sequence, who: 'CMS' });
    }
  }
  const head = journal.head();
  if (registered !== null && registered.sequence <= head.sequence) {
    if (hashAt(journal, registered.sequence) !== registered.entryHash) {
      throw new StationFault('JOURNAL-DIVERGED', { sequence: registered.sequence, who: 'HSM' });
    }
    proven = Math.max(proven, registered.sequence);
  }
  const lost = Math.max(0, (registered?.sequence ?? 0) - head.sequence);
  const unproven = head.sequence - proven;
  return { from, copy, registered, lost, unproven, withoutPassword: [...withoutPassword].sort() };
}
