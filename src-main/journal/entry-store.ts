import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { EventKind } from '#shared/journal-format/event-kinds.ts';
import { genesisHash, canonicalJson } from '#shared/journal-format/entry.ts';
import type { EntryHeader, JournalActor, JournalEntry, JournalSubjects } from '#shared/journal-format/entry.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';

/** One entry as it lies in the table. */
export interface EntryRow {
  readonly sequence: number;
  readonly format: number;
  readonly hash: string;
  readonly station: string;
  readonly time: string;
  readonly actor: string;
  readonly kind: string;
  readonly issuer: string | null;
  readonly subjects: string;
  readonly previous: Uint8Array;
  readonly payload_digest: Uint8Array;
  readonly entry_hash: Uint8Array;
  readonly salt: Uint8Array | null;
  readonly payload: string | null;
}

/** Reads a stored row as an entry. Throws a SyntaxError when actor, subjects or payload are no JSON. */
export function entryOfRow(row: EntryRow): JournalEntry {
  return {
    header: {
      format: row.format as EntryHeader['format'],
      hash: row.hash as EntryHeader['hash'],
      station: row.station,
      sequence: row.sequence,
      time: row.time,
      actor: JSON.parse(row.actor) as JournalActor,
      kind: row.kind,
      issuer: row.issuer,
      subjects: JSON.parse(row.subjects) as JournalSubjects,
      previous: toHex(row.previous),
      payloadDigest: toHex(row.payload_digest),
    },
    entryHash: toHex(row.entry_hash),
    salt: row.salt === null ? null : toHex(row.salt),
    payload: row.payload === null ? null : (JSON.parse(row.payload) as unknown),
  };
}

/** Says whether the texts of a row are the canonical ones: another spelling of the same value is an alteration too. */
export function isCanonicalRow(row: EntryRow, entry: JournalEntry): boolean {
  return (
    row.previous.length === 32 &&
    row.payload_digest.length === 32 &&
    row.entry_hash.length === 32 &&
    (row.salt === null || row.salt.length === 16) &&
    canonicalJson(entry.header.actor) === row.actor &&
    canonicalJson(entry.header.subjects) === row.subjects &&
    (row.payload === null || canonicalJson(entry.payload) === row.payload)
  );
}

/** The table of entries: append, read in sequence, the head. Knows nothing of what the events mean. */
export class EntryStore {
  readonly #insert: Statement;
  readonly #range: Statement<[number, number], EntryRow>;
  readonly #last: Statement<[], Pick<EntryRow, 'sequence' | 'entry_hash'>>;
  readonly #one: Statement<[number], EntryRow>;
  readonly #lastOfKind: Statement<[string], EntryRow>;
  readonly #news: Statement<[number], number>;
  readonly #lastNews: Statement<[], number>;

  constructor(database: Database) {
    this.#insert = database.prepare(`INSERT INTO entries VALUES
      (:sequence, :format, :hash, :station, :time, :actor, :kind, :issuer, :subjects, :previous, :payload_digest, :entry_hash, :salt, :payload)`);
    this.#range = database.prepare('SELECT * FROM entries WHERE sequence >= ? ORDER BY sequence LIMIT ?');
    this.#last = database.prepare('SELECT sequence, entry_hash FROM entries ORDER BY sequence DESC LIMIT 1');
    this.#one = database.prepare('SELECT * FROM entries WHERE sequence = ?');
    this.#lastOfKind = database.prepare('SELECT * FROM entries WHERE kind = ? ORDER BY sequence DESC LIMIT 1');
    this.#news = database
      .prepare<[number], number>(
        "SELECT 1 FROM entries NOT INDEXED WHERE sequence > ? AND kind NOT IN ('sync.acknowledged', 'journal.checkpoint') LIMIT 1",
      )
      .pluck();
    this.#lastNews = database
      .prepare<[], number>(
        "SELECT sequence FROM entries NOT INDEXED WHERE kind NOT IN ('sync.acknowledged', 'journal.checkpoint') ORDER BY sequence DESC LIMIT 1",
      )
      .pluck();
  }

  /** Writes one entry; `payload` is its canonical text. */
  insert(entry: JournalEntry, payload: string): void {
    const { header } = entry;
    this.#insert.run({
      sequence: header.sequence,
      format: header.format,
      hash: header.hash,
      station: header.station,
      time: header.time,
      actor: canonicalJson(header.actor),
      kind: header.kind,
      issuer: header.issuer,
      subjects: canonicalJson(header.subjects),
      previous: Buffer.from(header.previous, 'hex'),
      payload_digest: Buffer.from(header.payloadDigest, 'hex'),
      entry_hash: Buffer.from(entry.entryHash, 'hex'),
      salt: entry.salt === null ? null : Buffer.from(fromHex(entry.salt)),
      payload,
    });
  }

  /** Sequence and hash of the last row; sequence 0 and 64 zeros when there is none. */
  head(): ChainHead {
    const last = this.#last.get();
    return last === undefined
      ? { sequence: 0, entryHash: genesisHash }
      : { sequence: last.sequence, entryHash: toHex(last.entry_hash) };
  }

  /** Stored rows from a sequence on, at most `limit`. */
  rows(from: number, limit: number): readonly EntryRow[] {
    return this.#range.all(from, limit);
  }

  /** Says whether anything but acknowledgements and checkpoints follows a sequence. */
  newsAfter(sequence: number): boolean {
    return this.#news.get(sequence) === 1;
  }

  /** Sequence of the last entry that is more than acknowledgement or checkpoint; 0 when there is none. */
  lastNews(): number {
    return this.#lastNews.get() ?? 0;
  }

  /** One entry, or null. */
  find(sequence: number): JournalEntry | null {
    const row = this.#one.get(sequence);
    return row === undefined ? null : entryOfRow(row);
  }

  /** The newest entry of a kind, or null. */
  lastOfKind(kind: EventKind): JournalEntry | null {
    const row = this.#lastOfKind.get(kind);
    return row === undefined ? null : entryOfRow(row);
  }

  /** Entries from a sequence on, at most `limit`. */
  read(from: number, limit: number): readonly JournalEntry[] {
    return this.rows(from, limit).map(entryOfRow);
  }
}
