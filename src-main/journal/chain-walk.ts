import { toHex } from '#shared/bytes/bytes.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { genesisHash } from '#shared/journal-format/entry.ts';
import { ChainAudit } from './chain-audit.ts';
import { checkRow, type JournalFinding } from './check-row.ts';
import type { EntryRow } from './entry-store.ts';
import type { Journal } from './journal.ts';

/** How many hashes are kept; what a checkpoint names beyond is looked up among the stored ones, so that memory stays flat. */
const hashesKept = 5_000;

export interface WalkOptions {
  /** Entries read at a time: few, for one entry may hold a thousand records. */
  readonly page: number;
  /** Stop after so many findings. */
  readonly maxFindings: number;
}

/**
 * One walk along the whole chain, slice by slice: each entry with its payload, and the checkpoints among them.
 *
 * Changes nothing. Entries that come in meanwhile are checked too. After a broken entry it goes on from that entry's own stored hash, so
 * one alteration is one finding (or two, where the next entry no longer follows).
 */
export class ChainWalk {
  readonly #journal: Journal;
  readonly #options: WalkOptions;
  readonly #audit: ChainAudit;
  readonly #findings: JournalFinding[] = [];
  #head: ChainHead = { sequence: 0, entryHash: genesisHash };
  #remembered: ChainHead = this.#head;
  #read = 0;

  constructor(journal: Journal, options: WalkOptions) {
    this.#journal = journal;
    this.#options = options;
    const older = (sequence: number): string | undefined => journal.entries.find(sequence)?.entryHash;
    this.#audit = new ChainAudit(journal.station, 1, null, { kept: hashesKept, older });
  }

  /** The last entry read. */
  get head(): ChainHead {
    return this.#head;
  }

  get read(): number {
    return this.#read;
  }

  /** How many checkpoint signatures hold. */
  get checkpoints(): number {
    return this.#audit.checkpoints;
  }

  get findings(): readonly JournalFinding[] {
    return this.#findings;
  }

  /** Reads for so many milliseconds, one entry at least; `end` when there is no more to read or enough was found. JOURNAL-DAMAGED when the file cannot be read. */
  slice(milliseconds: number): 'more' | 'end' {
    const { page, maxFindings } = this.#options;
    const started = performance.now();
    do {
      const from = this.#head.sequence + 1;
      const rows = this.#journal.reading(() => this.#journal.entries.rows(from, page));
      if (rows.length === 0) {
        // In the same turn as the last read: what is appended from here on was not read and is not missing.
        this.#remembered = this.#journal.head();
        return 'end';
      }
      for (const row of rows) {
        this.#check(row);
        if (this.#findings.length >= maxFindings) return 'end';
        if (performance.now() - started >= milliseconds) return 'more';
      }
    } while (performance.now() - started < milliseconds);
    return 'more';
  }

  #check(row: EntryRow): void {
    const checked = checkRow(this.#head, row);
    if (checked.kind === 'broken') this.#audit.skip(row.sequence, toHex(row.entry_hash));
    const finding = checked.kind === 'broken' ? checked.finding : this.#audit.follow(checked.entry);
    if (finding !== null) this.#findings.push(finding);
    this.#head = { sequence: row.sequence, entryHash: toHex(row.entry_hash) };
    this.#read++;
  }

  /** After the end: what is stored against what the HSM and this process remember; entries cut off at the end are known only by these. */
  compare(register: ChainHead | null): void {
    if (this.#findings.length >= this.#options.maxFindings) return;
    const finding = this.#againstRegister(register);
    if (finding !== null) this.#findings.push(finding);
  }

  #againstRegister(register: ChainHead | null): JournalFinding | null {
    for (const known of register === null ? [this.#remembered] : [register, this.#remembered]) {
      if (known.sequence === 0) continue;
      if (known.sequence > this.#head.sequence) return { kind: 'set-back', sequence: known.sequence };
      if (this.#audit.hashOf(known.sequence) !== known.entryHash)
        return { kind: 'register-differs', sequence: known.sequence };
    }
    return null;
  }
}
