import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { forgetNow } from '../platform/forgetful-process.ts';

/** Milliseconds until whoever was told of the end of a batch has let go of it. */
const settled = 500;

/** Once a batch's key is destroyed, what its cards have left in this process's memory goes too: no card is in a machine then. */
export function forgetBatches(entries: readonly JournalEntry[]): void {
  if (entries.some(({ header }) => header.kind === 'batch.crypto-erased')) setTimeout(forgetNow, settled).unref();
}
