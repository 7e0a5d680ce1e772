import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { impossible, type AppliedEvent, type Projection } from './projection.ts';

/** Card keys that were given out: no public key goes to two cards. */
export class IccKeysProjection implements Projection {
  static readonly schema = `
    CREATE TABLE icc_keys_taken (fingerprint TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT;`;
  readonly tables = ['icc_keys_taken'];

  readonly #find: Statement<[string], number>;
  readonly #insert: Statement;
  readonly #count: Statement<[], number>;

  constructor(database: Database) {
    this.#find = database
      .prepare<[string], number>('SELECT sequence FROM icc_keys_taken WHERE fingerprint = ?')
      .pluck();
    this.#insert = database.prepare('INSERT INTO icc_keys_taken VALUES (?, ?)');
    this.#count = database.prepare<[], number>('SELECT count(*) FROM icc_keys_taken').pluck();
  }

  apply(event: AppliedEvent): void {
    if (event.kind !== 'key.pool-taken') return;
    const { fingerprint } = event.payload;
    if (this.#find.get(fingerprint) !== undefined) impossible(event, 'this card key was given out before');
    this.#insert.run(fingerprint, event.sequence);
  }

  /** How many were ever given out. */
  taken(): number {
    return this.#count.get() ?? 0;
  }
}
