import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';

/** One record as it lies: enciphered under the batch's data key. */
export interface StoredRecord {
  readonly index: number;
  readonly order: string;
  /** nonce (12 bytes) | ciphertext | tag (16 bytes). */
  readonly bytes: Uint8Array;
}

const slice = 500;

/**
 * Sealed records and the wrapped data key of each batch.
 *
 * Content, not state: a rebuild does not touch it. Write inside `appendWith`, so that entry and content stand or fall together.
 */
export class SealedRecordStore {
  readonly #putKey: Statement;
  readonly #key: Statement<[string], Uint8Array>;
  readonly #insert: Statement;
  readonly #one: Statement<[string, number], StoredRecord>;
  readonly #range: Statement<[string, number, number], StoredRecord>;
  readonly #count: Statement<[string], number>;
  readonly #drop: Statement;
  readonly #dropKey: Statement;

  constructor(database: Database) {
    this.#putKey = database.prepare('INSERT INTO batch_keys VALUES (?, ?)');
    this.#key = database
      .prepare<[string], Uint8Array>('SELECT wrapped_data_key FROM batch_keys WHERE batch = ?')
      .pluck();
    this.#insert = database.prepare('INSERT INTO sealed_records VALUES (?, ?, ?, ?)');
    const select = 'SELECT idx AS "index", order_id AS "order", bytes FROM sealed_records';
    this.#one = database.prepare(`${select} WHERE batch = ? AND idx = ?`);
    this.#range = database.prepare(`${select} WHERE batch = ? AND idx >= ? ORDER BY idx LIMIT ?`);
    this.#count = database.prepare<[string], number>('SELECT count(*) FROM sealed_records WHERE batch = ?').pluck();
    this.#drop = database.prepare('DELETE FROM sealed_records WHERE batch = ?');
    this.#dropKey = database.prepare('DELETE FROM batch_keys WHERE batch = ?');
  }

  /** Keeps a batch's wrapped data key; must come before its records, once. */
  putKey(batch: string, wrappedDataKey: Uint8Array): void {
    this.#putKey.run(batch, wrappedDataKey);
  }

  /** The batch's wrapped data key, or null. */
  key(batch: string): Uint8Array | null {
    return this.#key.get(batch) ?? null;
  }

  /** Adds records of a batch whose key is there; an index that is there already is refused by SQLite. */
  insert(batch: string, records: Iterable<StoredRecord>): void {
    for (const { index, order, bytes } of records) this.#insert.run(batch, index, order, bytes);
  }

  read(batch: string, index: number): StoredRecord | null {
    return this.#one.get(batch, index) ?? null;
  }

  /** Records from an index on, in order, at most `limit`. */
  range(batch: string, from: number, limit: number): readonly StoredRecord[] {
    return this.#range.all(batch, from, limit);
  }

  count(batch: string): number {
    return this.#count.get(batch) ?? 0;
  }

  /** Removes records and wrapped key; says how many records there were. */
  delete(batch: string): number {
    const { changes } = this.#drop.run(batch);
    this.#dropKey.run(batch);
    return changes;
  }

  /** SHA-256 of every record as it lies here now, in order; reads in slices so that the loop stays free. */
  async sealedDigests(
    batch: string,
    signal: AbortSignal,
  ): Promise<readonly { readonly index: number; readonly order: string; readonly sealedDigest: string }[]> {
    const digests: { index: number; order: string; sealedDigest: string }[] = [];
    for (let from = 0; ;) {
      signal.throwIfAborted();
      const rows = this.range(batch, from, slice);
      for (const { index, order, bytes } of rows)
        digests.push({ index, order, sealedDigest: hash('sha256', bytes, 'hex') });
      const last = rows.at(-1);
      if (last === undefined) return digests;
      from = last.index + 1;
      await setImmediate();
    }
  }
}
