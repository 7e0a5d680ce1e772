import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { genesisHash, type JournalEntry } from '#shared/journal-format/entry.ts';
import type { Journal } from '../journal/journal.ts';
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
  /** People whose password was set in what came back: the old one opens nothing any more, the new one is not there. */
  readonly withoutPassword: readonly string[];
}

const page = 200;

function hashAt(journal: Journal, sequence: number): string | undefined {
  return sequence === 0 ? genesisHash : journal.entries.find(sequence)?.entryHash;
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
  if (cms !== null && copy !== null) {
    if (copy.sequence <= from.sequence && hashAt(journal, copy.sequence) !== copy.entryHash) {
      throw new StationFault('JOURNAL-DIVERGED', { sequence: copy.sequence, who: 'CMS' });
    }
    while (journal.head().sequence < copy.sequence) {
      const next = journal.head().sequence + 1;
      const count = Math.min(page, copy.sequence - next + 1);
      const entries = await cms.entries({ from: next, count }, signal);
      if (entries.length === 0) throw new StationFault('CMS-ANSWER-FORM', { what: 'no entries where there are some' });
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
  }
  const lost = Math.max(0, (registered?.sequence ?? 0) - head.sequence);
  return { from, copy, registered, lost, withoutPassword: [...withoutPassword].sort() };
}
