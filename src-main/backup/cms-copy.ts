import type { ChainHead } from '#shared/journal-format/chain.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';

/** The CMS's copy of this station's journal, and what the CMS itself knows of a batch. Faults of the CMS pass as they are. */
export interface CmsCopy {
  /** Where the copy ends; `acknowledged` is what this journal knows to be there. */
  head(acknowledged: number, signal: AbortSignal): Promise<ChainHead>;
  /** Entries in sequence, at least one where there are any. */
  entries(
    range: { readonly from: number; readonly count: number },
    signal: AbortSignal,
  ): Promise<readonly JournalEntry[]>;
  /** Whether the CMS ever let a card of the batch be begun. */
  granted(batch: string, signal: AbortSignal): Promise<'yes' | 'no'>;
}
