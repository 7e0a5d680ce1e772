// oxlint-disable-next-line import/default -- a CommonJS package: Node gives module.exports as the default
import SqliteDatabase from 'better-sqlite3-multiple-ciphers';

/** Held by the one program that serves a data folder; the operating system drops it when the program dies, however it dies. */
export interface ServeLock {
  release(): void;
}

/** Takes the lock, or returns null when another program serves the folder already. The lock is an exclusive lock on an empty database file. */
export function takeServeLock(path: string): ServeLock | null {
  const file = new SqliteDatabase(path, { timeout: 0 });
  try {
    file.exec('begin exclusive');
    return {
      release: () => {
        file.close();
      },
    };
  } catch {
    file.close();
    return null;
  }
}
