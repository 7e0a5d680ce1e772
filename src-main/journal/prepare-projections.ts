import type { Database } from 'better-sqlite3-multiple-ciphers';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import type { EntryStore } from './entry-store.ts';
import { createProjectionTables, projectionForm, projectionRules, Projections } from './projections/projections.ts';

const slice = 2000;

interface StoredForm {
  readonly form: string;
  readonly sequence: number;
  readonly entry_hash: string;
}

/** The tables that this version of the program does not make, or makes in another way. */
function dropStateTables(database: Database): void {
  const kept = new Set([
    'entries',
    'projection_form',
    'batch_keys',
    'sealed_records',
    'credentials',
    'icc_keys',
    'applet_package_files',
  ]);
  const names = database
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  for (const name of names) if (!kept.has(name)) database.exec(`DROP TABLE "${name}"`);
}

/**
 * Makes sure that the state tables are those of this version and stand for exactly the head of the entries; where they do not, makes them
 * anew from the entries, in one transaction.
 *
 * JOURNAL-BROKEN when an entry cannot be applied.
 */
export function prepareProjections(database: Database, entries: EntryStore, head: ChainHead): Projections {
  const stored = database.prepare<[], StoredForm>('SELECT form, sequence, entry_hash FROM projection_form').get();
  const current =
    stored?.form === projectionForm && stored.sequence === head.sequence && stored.entry_hash === head.entryHash;
  if (current) return new Projections(database);
  return database
    .transaction(() => {
      dropStateTables(database);
      createProjectionTables(database);
      const projections = new Projections(database);
      applyFrom(entries, projections, 1, Number.POSITIVE_INFINITY);
      database
        .prepare('INSERT OR REPLACE INTO projection_form VALUES (1, ?, ?, ?, ?)')
        .run(projectionForm, projectionRules, head.sequence, head.entryHash);
      return projections;
    })
    .immediate();
}

/** Applies at most `limit` entries from a sequence on; returns the next sequence. JOURNAL-BROKEN when one cannot be applied. */
export function applyFrom(entries: EntryStore, projections: Projections, from: number, limit: number): number {
  let next = from;
  while (next < from + limit) {
    const page = entries.read(next, Math.min(slice, from + limit - next));
    if (page.length === 0) break;
    for (const entry of page) {
      try {
        projections.apply(entry);
      } catch (thrown) {
        const { sequence } = entry.header;
        throw new StationFault(
          'JOURNAL-BROKEN',
          { sequence, what: 'it cannot follow from what happened before' },
          thrown,
        );
      }
      next = entry.header.sequence + 1;
    }
  }
  return next;
}
