import { statSync } from 'node:fs';
import { default as Database } from 'better-sqlite3-multiple-ciphers';
import type { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { inspectFile, rawKey } from './database-file.ts';
import { migrate } from './migrations/migrate.ts';
import { refuseNewer } from './newer-content.ts';
import { storageFault } from './sqlite-faults.ts';

/** An open database of better-sqlite3. */
export type JournalDatabase = Database.Database;

/** `CWJ1` as SQLite's application id. */
export const applicationId = 0x43574a31;

/** Up to this size every page is checked before the file is opened for writing (about 0.2 s); in larger ones damage is named when it is read. */
const wholeCheckLimit = 64 * 1024 * 1024;

/** Pages in the write-ahead log after which a commit moves them into the file. */
export const logPages = 4000;

export interface DatabasePlace {
  readonly file: string;
  /** 32 random bytes. */
  readonly key: Secret<Uint8Array>;
  /** Whether a missing file is a first start or a loss (JOURNAL-MISSING). */
  readonly whenMissing: 'create' | 'refuse';
}

function connect(place: Pick<DatabasePlace, 'file' | 'key'>, options: Database.Options): JournalDatabase {
  const database = new Database(place.file, { timeout: 0, ...options });
  try {
    database.pragma("cipher='sqlcipher'");
    database.pragma('legacy=4');
    database.key(rawKey(place.key.reveal()));
    // Without this SQLite's temporary files lie on the disk in clear.
    database.pragma('temp_store=MEMORY');
    database.pragma('trusted_schema=OFF');
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

function pragmaNumber(database: JournalDatabase, name: string): number {
  return Number(database.pragma(name, { simple: true }));
}

/** Opens an existing file through a connection that cannot write. JOURNAL-MISSING, JOURNAL-FOREIGN, JOURNAL-WRONG-KEY, JOURNAL-DAMAGED. */
export function openForReading(place: Pick<DatabasePlace, 'file' | 'key'>): JournalDatabase {
  if (inspectFile(place.file, place.key.reveal()) === 'absent') throw new StationFault('JOURNAL-MISSING');
  return connect(place, { readonly: true, fileMustExist: true });
}

/** Reads what an existing file says of itself through a connection that cannot write, so that a refused file stays as it was. */
function inspectContent(place: DatabasePlace): void {
  // SQLite may leave an empty log and an index beside the file; they are never removed here, for another process might just have made them.
  const database = connect(place, { readonly: true, fileMustExist: true });
  try {
    const id = pragmaNumber(database, 'application_id');
    const found = pragmaNumber(database, 'user_version');
    const tables = Number(database.prepare('SELECT count(*) FROM sqlite_master').pluck().get());
    // A first start that was ended before its first commit leaves a file with nothing in it.
    if (id === 0 && found === 0 && tables === 0) return;
    if (id !== applicationId) throw new StationFault('JOURNAL-FOREIGN', { why: 'another program wrote it' });
    refuseNewer(database, found);
    if (statSync(place.file).size > wholeCheckLimit) return;
    if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new StationFault('JOURNAL-DAMAGED');
  } finally {
    database.close();
  }
}

/**
 * Opens the station's enciphered database (SQLCipher 4, raw key), brings it to this version, and keeps it for this process alone.
 *
 * JOURNAL-FOREIGN, JOURNAL-WRONG-KEY, JOURNAL-DAMAGED, JOURNAL-NEWER-*, JOURNAL-MISSING leave the file untouched;
 * JOURNAL-LOCKED when another process has it; JOURNAL-FULL and JOURNAL-UNWRITABLE when the disk refuses.
 */
export function openDatabase(place: DatabasePlace): JournalDatabase {
  let database: JournalDatabase | null = null;
  try {
    if (inspectFile(place.file, place.key.reveal()) === 'present') inspectContent(place);
    else if (place.whenMissing === 'refuse') throw new StationFault('JOURNAL-MISSING');
    database = connect(place, {});
    // One opener: the lock is held until the process ends, also by SIGKILL.
    database.pragma('locking_mode=EXCLUSIVE');
    database.pragma('journal_mode=WAL');
    database.pragma('synchronous=FULL');
    database.pragma('foreign_keys=ON');
    // Pages that many transactions touch (indexes of digests) are written to the file once for all of them.
    database.pragma(`wal_autocheckpoint=${logPages}`);
    database.pragma('journal_size_limit=67108864');
    database.pragma('cache_size=-32768');
    migrate(database, applicationId);
    return database;
  } catch (thrown) {
    database?.close();
    throw storageFault(thrown) ?? thrown;
  }
}
