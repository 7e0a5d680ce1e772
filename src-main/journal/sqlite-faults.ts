import { StationFault } from '#shared/faults/station-fault.ts';

/** The result code of an SQLite error, such as `SQLITE_FULL`; null for any other thrown value. */
export function sqliteCode(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !('code' in thrown)) return null;
  const { code } = thrown;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : null;
}

/**
 * Names what SQLite answered: a full disk, a lock, a disk that refuses, a damaged file.
 *
 * Faults of the station pass as they are; null means the thrown value is none of these.
 */
export function storageFault(thrown: unknown): StationFault | null {
  const code = sqliteCode(thrown);
  if (code === null) return null;
  if (code === 'SQLITE_FULL') return new StationFault('JOURNAL-FULL', {}, thrown);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new StationFault('JOURNAL-LOCKED', {}, thrown);
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new StationFault('JOURNAL-DAMAGED', {}, thrown);
  }
  if (/^SQLITE_(IOERR|READONLY|CANTOPEN|PERM|NOMEM|PROTOCOL)/.test(code)) {
    return new StationFault('JOURNAL-UNWRITABLE', { code }, thrown);
  }
  return null;
}
