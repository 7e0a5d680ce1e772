import { maximumEntriesPerRequest } from '#shared/contract/cms/events.ts';
import type { Journal } from '../journal/journal.ts';
import { entryText, type Disclosure } from './entry-text.ts';

/** Entries that travel in one request. */
export interface EntryGroup {
  readonly texts: readonly string[];
  /** Sequence of the last of them. */
  readonly last: number;
}

/** Most bytes of entries in one request; a longer single entry travels alone. */
const requestBytes = 3 * 1024 * 1024;
/** After failures requests become shorter, down to this many entries: a slow line gets something through within the deadline. */
const fewestEntries = 10;
/** Rows read at a time: the lines have their turn in between. */
const page = 50;

/**
 * Reads the next entries from a sequence on as they are sent, bounded in number and bytes, giving way between pages.
 *
 * Null when nothing follows but acknowledgements and checkpoints, which alone are no reason to call the CMS.
 */
export async function readGroup(
  journal: Journal,
  from: number,
  disclosure: Disclosure,
  signal: AbortSignal,
  failures = 0,
): Promise<EntryGroup | null> {
  if (!journal.reading(() => journal.entries.newsAfter(from - 1))) return null;
  const most = Math.max(fewestEntries, maximumEntriesPerRequest >> Math.min(failures, 10));
  const texts: string[] = [];
  let bytes = 0;
  for (let next = from; ; next += page) {
    const rows = journal.reading(() => journal.entries.rows(next, page));
    for (const row of rows) {
      const text = entryText(row, disclosure);
      const length = Buffer.byteLength(text);
      if (texts.length > 0 && (bytes + length > requestBytes || texts.length === most)) {
        return { texts, last: from + texts.length - 1 };
      }
      texts.push(text);
      bytes += length;
    }
    if (rows.length < page) return texts.length === 0 ? null : { texts, last: from + texts.length - 1 };
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}
