import type { Database } from 'better-sqlite3-multiple-ciphers';
import { entriesAndContent } from './001-entries-and-content.ts';
import { appliedEntry } from './002-applied-entry.ts';
import { iccKeyPool } from './003-icc-key-pool.ts';
import { appletPackageFiles } from './004-applet-packages.ts';

/** Forward only, in order; the database's user_version says how many it has. State tables are not here: they follow from the entries. */
const migrations: readonly string[] = [entriesAndContent, appliedEntry, iccKeyPool, appletPackageFiles];

/** The newest version that this program knows. */
export const journalVersion = migrations.length;

/** Brings a database to this version, each step in a transaction of its own together with its version number. */
export function migrate(database: Database, applicationId: number): void {
  const has = Number(database.pragma('user_version', { simple: true }));
  for (const [at, sql] of migrations.entries()) {
    if (at < has) continue;
    database
      .transaction(() => {
        database.exec(sql);
        database.pragma(`application_id=${String(applicationId)}`);
        database.pragma(`user_version=${String(at + 1)}`);
      })
      .exclusive();
  }
}
