import type { Database } from 'better-sqlite3-multiple-ciphers';
import { toHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { isEventKind } from '#shared/journal-format/event-kinds.ts';
import { entryHash } from '#shared/journal-format/entry.ts';
import { entryOfRow, type EntryRow } from './entry-store.ts';
import { journalVersion } from './migrations/migrate.ts';
import { projectionRules } from './projections/projections.ts';
import { sha256 } from './sha256.ts';

/** Every kind of event in the table, one look into the index for each. */
const kinds = `
WITH RECURSIVE found (kind) AS (
  SELECT min(kind) FROM entries
  UNION ALL SELECT (SELECT min(kind) FROM entries WHERE kind > found.kind) FROM found WHERE found.kind IS NOT NULL
) SELECT kind FROM found WHERE kind IS NOT NULL`;

/** An altered kind is an altered entry, which the chain names; one whose hash holds was written so. */
function isAsWritten(row: EntryRow | undefined): boolean {
  if (row === undefined) return false;
  const entry = entryOfRow(row);
  return entryHash(entry.header, sha256) === toHex(row.entry_hash);
}

/**
 * Refuses what a newer version of the program wrote, by reading only: tables of another version, kinds of events and rules that this one
 * does not know. JOURNAL-NEWER-VERSION, JOURNAL-NEWER-ENTRIES, JOURNAL-NEWER-RULES.
 */
export function refuseNewer(database: Database, version: number): void {
  if (version > journalVersion) {
    throw new StationFault('JOURNAL-NEWER-VERSION', { found: version, known: journalVersion });
  }
  if (version >= 1) {
    const first = database.prepare<[string], EntryRow>(
      'SELECT * FROM entries WHERE kind = ? ORDER BY sequence LIMIT 1',
    );
    for (const kind of database.prepare<[], string>(kinds).pluck().all()) {
      if (!isEventKind(kind) && isAsWritten(first.get(kind))) throw new StationFault('JOURNAL-NEWER-ENTRIES', { kind });
    }
  }
  if (version >= 2) {
    const found = database.prepare<[], number>('SELECT rules FROM projection_form').pluck().get() ?? 0;
    if (found > projectionRules) throw new StationFault('JOURNAL-NEWER-RULES', { found, known: projectionRules });
  }
}
