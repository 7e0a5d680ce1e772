import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';

/** One waiting pair as it lies: the private half sealed by the HSM. */
export interface StoredIccKey {
  readonly id: number;
  readonly bits: number;
  readonly exponent: 3 | 65537;
  readonly modulus: Uint8Array;
  readonly sealed: Uint8Array;
}

/**
 * Card key pairs that wait for their card.
 *
 * Content, not state: a rebuild does not touch it. Write inside `appendWith`, so that a pair and the entry that tells of it stand or fall together.
 */
export class IccKeyStore {
  readonly #insert: Statement;
  readonly #oldest: Statement<[number, number], StoredIccKey>;
  readonly #delete: Statement;
  readonly #count: Statement<[number, number], number>;
  readonly #drop: Statement;

  constructor(database: Database) {
    this.#insert = database.prepare(
      'INSERT INTO icc_keys (bits, exponent, modulus, sealed, sequence) VALUES (?, ?, ?, ?, ?)',
    );
    this.#oldest = database.prepare(
      'SELECT id, bits, exponent, modulus, sealed FROM icc_keys WHERE bits = ? AND exponent = ? ORDER BY id LIMIT 1',
    );
    this.#delete = database.prepare('DELETE FROM icc_keys WHERE id = ?');
    this.#count = database
      .prepare<[number, number], number>('SELECT count(*) FROM icc_keys WHERE bits = ? AND exponent = ?')
      .pluck();
    this.#drop = database.prepare('DELETE FROM icc_keys WHERE sequence < ?');
  }

  /** Adds a pair that was made when the journal's head was `sequence`; one whose modulus is there already is refused by SQLite. */
  add({ bits, exponent, modulus, sealed }: Omit<StoredIccKey, 'id'>, sequence: number): void {
    this.#insert.run(bits, exponent, modulus, sealed, sequence);
  }

  oldest(bits: number, exponent: 3 | 65537): StoredIccKey | null {
    return this.#oldest.get(bits, exponent) ?? null;
  }

  delete(id: number): void {
    this.#delete.run(id);
  }

  count(bits: number, exponent: 3 | 65537): number {
    return this.#count.get(bits, exponent) ?? 0;
  }

  /** Removes the pairs made before an entry; says how many there were. */
  deleteBefore(sequence: number): number {
    return this.#drop.run(sequence).changes;
  }
}
