import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';

/**
 * CAP files by their SHA-256 (lower-case hexadecimal).
 *
 * Content, not state: a rebuild does not touch it. Whoever reads a file compares it with its hash.
 */
export class PackageStore {
  readonly #insert: Statement;
  readonly #read: Statement<[string], Uint8Array>;
  readonly #hashes: Statement<[], string>;
  readonly #delete: Statement;

  constructor(database: Database) {
    this.#insert = database.prepare('INSERT OR REPLACE INTO applet_package_files VALUES (?, ?)');
    this.#read = database
      .prepare<[string], Uint8Array>('SELECT bytes FROM applet_package_files WHERE hash = ?')
      .pluck();
    this.#hashes = database.prepare<[], string>('SELECT hash FROM applet_package_files ORDER BY hash').pluck();
    this.#delete = database.prepare('DELETE FROM applet_package_files WHERE hash = ?');
  }

  put(hash: string, bytes: Uint8Array): void {
    this.#insert.run(hash, bytes);
  }

  read(hash: string): Uint8Array | null {
    const found = this.#read.get(hash);
    return found === undefined ? null : Uint8Array.from(found);
  }

  hashes(): readonly string[] {
    return this.#hashes.all();
  }

  delete(hash: string): void {
    this.#delete.run(hash);
  }
}
