import type { Statement } from 'better-sqlite3-multiple-ciphers';
import type { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { canonicalJson, type JournalEntry } from '#shared/journal-format/entry.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import { checkAdopted } from './check-adopted.ts';
import { checkOpening } from './check-opening.ts';
import { CredentialStore } from './content/credential-store.ts';
import { IccKeyStore } from './content/icc-key-store.ts';
import { PackageStore } from './content/package-store.ts';
import { SealedRecordStore } from './content/sealed-record-store.ts';
import { EntryStore } from './entry-store.ts';
import { makeEntry } from './make-entry.ts';
import { logPages, openDatabase, type JournalDatabase } from './open-database.ts';
import type { JournalPort, NewEvent } from './port.ts';
import { prepareProjections } from './prepare-projections.ts';
import type { Projections } from './projections/projections.ts';
import { storageFault } from './sqlite-faults.ts';

export interface JournalOptions {
  readonly file: string;
  /** 32 random bytes. */
  readonly key: Secret<Uint8Array>;
  readonly whenMissing: 'create' | 'refuse';
  readonly station: string;
  /** What the HSM's register holds (`readHeadRegister`); null when nothing was ever written to it. */
  readonly headRegister: ChainHead | null;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** Told once when the journal can no longer be written: the station must stop. */
  readonly onFatal: (fault: StationFault) => void;
  /** Told when a subscriber throws: what is committed stays committed. */
  readonly onSubscriberFault: (thrown: unknown) => void;
}

/** The station's journal: see `JournalPort`. State is read through `projections`, content through the stores. */
export class Journal implements JournalPort {
  readonly database: JournalDatabase;
  readonly entries: EntryStore;
  readonly projections: Projections;
  readonly sealedRecords: SealedRecordStore;
  readonly credentials: CredentialStore;
  readonly iccKeys: IccKeyStore;
  readonly packageFiles: PackageStore;
  readonly station: string;

  readonly #options: JournalOptions;
  readonly #listeners = new Set<(entries: readonly JournalEntry[]) => void>();
  readonly #undelivered: (readonly JournalEntry[])[] = [];
  readonly #applied: Statement<[number, string]>;
  #delivering = false;
  #frozen: 'no' | 'yes' = 'no';
  #head: ChainHead;
  #refusing: StationFault | null = null;

  private constructor(database: JournalDatabase, options: JournalOptions) {
    this.database = database;
    this.#options = options;
    this.station = options.station;
    this.entries = new EntryStore(database);
    this.#head = checkOpening(this.entries, options.station, options.headRegister);
    this.projections = prepareProjections(database, this.entries, this.#head);
    this.#applied = database.prepare('UPDATE projection_form SET sequence = ?, entry_hash = ?');
    this.sealedRecords = new SealedRecordStore(database);
    this.credentials = new CredentialStore(database);
    this.iccKeys = new IccKeyStore(database);
    this.packageFiles = new PackageStore(database);
  }

  /**
   * Opens the journal, or makes it, and checks its tail.
   *
   * Faults of `openDatabase`, and JOURNAL-BROKEN, JOURNAL-SET-BACK, JOURNAL-FOREIGN; a refused journal is closed again and not written.
   */
  static open(options: JournalOptions): Journal {
    const database = openDatabase(options);
    try {
      return new Journal(database, options);
    } catch (thrown) {
      database.close();
      throw storageFault(thrown) ?? thrown;
    }
  }

  append(...events: readonly NewEvent[]): readonly JournalEntry[] {
    return this.appendWith(() => undefined, ...events);
  }

  /** The write runs first. Refusals (JOURNAL-PAYLOAD, -IMPOSSIBLE, -TWO-GOOD, -LOT-EMPTY, -UNBALANCED) undo all of it and the journal goes on; a fault of the disk ends it. */
  appendWith(write: () => void, ...events: readonly NewEvent[]): readonly JournalEntry[] {
    return this.#commit(events[0]?.kind ?? 'content', () => this.#write(write, events));
  }

  /**
   * Takes entries of this very journal that the CMS kept, in one transaction: each must follow the one before, and state follows from them
   * as from the station's own. Content (sealed records, credentials) does not come back with them; `alongside` changes it in the same
   * transaction. Faults of `checkAdopted`, JOURNAL-IMPOSSIBLE.
   */
  adopt(entries: readonly JournalEntry[], alongside: () => void = () => undefined): void {
    this.#commit('adopted', () => {
      alongside();
      let head = this.#head;
      for (const entry of entries) {
        head = checkAdopted(this.station, head, entry);
        this.entries.insert(entry, canonicalJson(entry.payload));
        this.projections.apply(entry);
      }
      this.#applied.run(head.sequence, head.entryHash);
      return entries;
    });
  }

  #commit(what: string, write: () => readonly JournalEntry[]): readonly JournalEntry[] {
    if (this.#refusing !== null) throw this.#refusing;
    if (this.database.inTransaction) throw new StationFault('JOURNAL-NESTED', { kind: what });
    let written: readonly JournalEntry[];
    try {
      written = this.database.transaction(write).immediate();
    } catch (thrown) {
      const fatal = storageFault(thrown);
      if (fatal === null) throw thrown;
      this.#refusing = fatal;
      this.#options.onFatal(fatal);
      throw fatal;
    }
    const last = written.at(-1);
    if (last === undefined) return written;
    this.#head = { sequence: last.header.sequence, entryHash: last.entryHash };
    this.#undelivered.push(written);
    this.#deliver();
    return written;
  }

  #write(write: () => void, events: readonly NewEvent[]): readonly JournalEntry[] {
    write();
    const { station, clock, randomness } = this.#options;
    const time = clock.now().toISOString();
    let head = this.#head;
    const written = events.map((event) => {
      const { entry, payload } = makeEntry(event, head, { station, time, salt: randomness.bytes(16) });
      this.entries.insert(entry, payload);
      this.projections.apply(entry);
      head = { sequence: entry.header.sequence, entryHash: entry.entryHash };
      return entry;
    });
    if (written.length > 0) this.#applied.run(head.sequence, head.entryHash);
    return written;
  }

  /** In the order of commits for every subscriber, also when one of them appends. */
  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#undelivered.shift(); next !== undefined; next = this.#undelivered.shift()) {
        for (const listener of this.#listeners) {
          try {
            listener(next);
          } catch (thrown) {
            this.#options.onSubscriberFault(thrown);
          }
        }
      }
    } finally {
      this.#delivering = false;
    }
  }

  subscribe(listener: (entries: readonly JournalEntry[]) => void): () => void {
    // Two subscriptions of one function are two.
    const own = (entries: readonly JournalEntry[]): void => listener(entries);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  head(): ChainHead {
    return this.#head;
  }

  read(from: number, limit: number): readonly JournalEntry[] {
    return this.reading(() => this.entries.read(from, limit));
  }

  /** Runs a read and names a damaged file or a refusing disk by its fault. */
  reading<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (thrown) {
      throw storageFault(thrown) ?? thrown;
    }
  }

  /** Entries that the CMS has not acknowledged, in sequence. */
  outbox(limit: number): readonly JournalEntry[] {
    return this.read(this.projections.station.acknowledged().upTo + 1, limit);
  }

  /** Whether the outbox holds more than acknowledgements and checkpoints, which alone are no reason to call the CMS. */
  outboxWaits(): 'something' | 'nothing' {
    const after = this.projections.station.acknowledged().upTo;
    return this.reading(() => this.entries.newsAfter(after)) ? 'something' : 'nothing';
  }

  /** Writes a copy of the whole database, enciphered under the same key, to a file that does not exist yet. Blocks for about 10 ms a megabyte. */
  copyTo(file: string): void {
    this.reading(() => this.database.prepare('VACUUM INTO ?').run(file));
  }

  /**
   * Holds the database file still, so that another process can copy it as it lies: everything up to the returned head is in it, and what
   * is appended meanwhile waits in the log beside it. `thaw` ends it and is harmless when repeated. JOURNAL-NESTED when it is held already.
   *
   * This process must not open and close the file itself meanwhile: that would give up SQLite's lock on it.
   */
  freeze(): { readonly head: ChainHead; readonly thaw: () => void } {
    if (this.#refusing !== null) throw this.#refusing;
    if (this.#frozen === 'yes') throw new StationFault('JOURNAL-NESTED', { kind: 'backup' });
    return this.reading(() => {
      const [moved] = this.database.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
      if (moved?.busy !== 0) throw new StationFault('JOURNAL-LOCKED');
      this.database.pragma('wal_autocheckpoint=0');
      this.#frozen = 'yes';
      const thaw = (): void => {
        if (this.#frozen === 'no' || !this.database.open) return;
        this.#frozen = 'no';
        this.database.pragma(`wal_autocheckpoint=${logPages}`);
      };
      return { head: this.#head, thaw };
    });
  }

  /** Closes the file and gives up the lock; harmless when repeated. Further appends are refused with JOURNAL-CLOSED. */
  close(): void {
    this.#refusing ??= new StationFault('JOURNAL-CLOSED');
    this.#listeners.clear();
    this.database.close();
  }
}
