// oxlint-disable-next-line import/default -- a CommonJS package: Node gives module.exports as the default
import SqliteDatabase from 'better-sqlite3-multiple-ciphers';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { cmsMigrations } from './migrations.ts';
import type { CmsTables } from './tables.ts';

/** The CMS's tables behind kysely. */
export type CmsDatabase = Kysely<CmsTables>;

/**
 * Opens the database file (whole-file encryption under `key`, 32 bytes; WAL; `synchronous=FULL`; temporary tables in memory only) and
 * migrates it. Rejects when the file is damaged, is no database of ours or has another key: nothing is changed then.
 */
export async function openCmsDatabase(path: string, key: Buffer): Promise<CmsDatabase> {
  const file = new SqliteDatabase(path);
  try {
    file.pragma(`cipher='sqlcipher'`);
    file.pragma('legacy=4');
    // The form x'..' is the raw key; given as bytes it stays out of every SQL text.
    file.key(Buffer.from(`x'${key.toString('hex')}'`, 'ascii'));
    file.pragma('journal_mode=WAL');
    file.pragma('synchronous=FULL');
    // Otherwise large sorts leave temporary files with clear text on the disk.
    file.pragma('temp_store=MEMORY');
    file.pragma('busy_timeout=5000');
    file.pragma('foreign_keys=ON');
    const database: CmsDatabase = new Kysely<CmsTables>({ dialect: new SqliteDialect({ database: file }) });
    const { error } = await new Migrator({ db: database, provider: cmsMigrations }).migrateToLatest();
    if (error !== undefined) throw error instanceof Error ? error : new Error('the database could not be migrated');
    return database;
  } catch (fault) {
    file.close();
    throw new Error(`the database ${path} is damaged, or belongs to another CMS`, { cause: fault });
  }
}
