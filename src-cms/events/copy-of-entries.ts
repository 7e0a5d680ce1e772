import type { EntriesQuery } from '#shared/contract/cms/events.ts';
import type { EntryHeader, JournalEntry } from '#shared/journal-format/entry.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { StationRow } from '../store/tables.ts';

/** Bytes of one answer after which it ends, with at least one entry in it. */
const mostBytes = 4 * 1024 * 1024;
const rowsAtOnce = 50;

/** A station's own entries as they are held, in sequence, payloads where they were not withheld; ends early where they become many bytes. */
export async function* copyOfEntries(
  database: CmsDatabase,
  station: StationRow,
  { from, count }: EntriesQuery,
): AsyncGenerator<JournalEntry> {
  let bytes = 0;
  for (let next = from; next < from + count && bytes < mostBytes;) {
    const rows = await database
      .selectFrom('event')
      .select(['sequence', 'header', 'entry_hash', 'salt', 'payload'])
      .where('station', '=', station.id)
      .where('enrolment', '=', station.enrolment)
      .where('sequence', '>=', next)
      .orderBy('sequence')
      .limit(Math.min(rowsAtOnce, from + count - next))
      .execute();
    if (rows.length === 0) return;
    for (const row of rows) {
      if (bytes >= mostBytes) return;
      bytes += row.header.length + (row.payload?.length ?? 0);
      yield {
        header: JSON.parse(row.header) as EntryHeader,
        entryHash: row.entry_hash,
        salt: row.salt,
        payload: row.payload === null ? null : (JSON.parse(row.payload) as unknown),
      };
      next = row.sequence + 1;
    }
  }
}
