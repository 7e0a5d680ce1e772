import { setImmediate } from 'node:timers/promises';
import { toHex } from '#shared/bytes/bytes.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { genesisHash } from '#shared/journal-format/entry.ts';
import { ChainAudit } from './chain-audit.ts';
import { checkRow, describeFinding, type JournalFinding } from './check-row.ts';
import type { EntryRow } from './entry-store.ts';
import type { Journal } from './journal.ts';

/** One thing wrong, with words to stand after "entry n:". */
export interface DescribedFinding {
  readonly sequence: number;
  readonly kind: JournalFinding['kind'];
  readonly text: string;
}

/** What a verification found. */
export interface Verification {
  readonly result: 'whole' | 'broken';
  /** How many entries were read. */
  readonly entries: number;
  /** How many checkpoint signatures hold. */
  readonly checkpoints: number;
  readonly head: ChainHead;
  /** The first findings; empty when whole. */
  readonly findings: readonly DescribedFinding[];
  /** Time spent at work, without the pauses between slices. */
  readonly milliseconds: number;
  readonly entriesPerSecond: number;
}

export interface VerifyOptions {
  /** What the HSM remembers now; null leaves it out. */
  readonly headRegister: ChainHead | null;
  /** Stop after so many findings. */
  readonly maxFindings: number;
  readonly signal: AbortSignal;
  /** Called after each slice with how many entries were read of how many. */
  readonly onProgress?: (read: number, of: number) => void;
}

/** Small, for one entry may hold a thousand records. */
const page = 8;
/** Milliseconds after which a slice gives the loop back. */
const sliceLength = 5;

/**
 * Reads every entry and checks chain, payloads, checkpoint signatures and the HSM's register, in slices of about 5 ms.
 *
 * Changes nothing. Entries that come in meanwhile are checked too. After a broken entry it goes on from that entry's own stored hash, so
 * one alteration is one finding (or two, where the next entry no longer follows). JOURNAL-DAMAGED when the file cannot be read.
 */
export async function verifyJournal(journal: Journal, options: VerifyOptions): Promise<Verification> {
  const { signal, headRegister, maxFindings } = options;
  const audit = new ChainAudit(journal.station, 1, null);
  const findings: JournalFinding[] = [];
  let head: ChainHead = { sequence: 0, entryHash: genesisHash };
  let remembered = head;
  let read = 0;
  let busy = 0;
  for (let done = false; !done && findings.length < maxFindings;) {
    signal.throwIfAborted();
    const started = performance.now();
    while (performance.now() - started < sliceLength && findings.length < maxFindings) {
      const from = head.sequence + 1;
      const rows = journal.reading(() => journal.entries.rows(from, page));
      if (rows.length === 0) {
        done = true;
        // In the same turn as the last read: what is appended from here on was not read and is not missing.
        remembered = journal.head();
        break;
      }
      for (const row of rows) {
        const finding = checkOne(audit, head, row);
        if (finding !== null) findings.push(finding);
        head = { sequence: row.sequence, entryHash: toHex(row.entry_hash) };
        read++;
        if (findings.length >= maxFindings || performance.now() - started >= sliceLength) break;
      }
    }
    busy += performance.now() - started;
    options.onProgress?.(read, Math.max(read, journal.head().sequence));
    await setImmediate();
  }
  if (findings.length < maxFindings) findings.push(...againstRegister(audit, head, headRegister, remembered));
  return {
    result: findings.length === 0 ? 'whole' : 'broken',
    entries: read,
    checkpoints: audit.checkpoints,
    head,
    findings: findings.map((finding) => ({
      sequence: finding.sequence,
      kind: finding.kind,
      text: describeFinding(finding),
    })),
    milliseconds: Math.round(busy),
    entriesPerSecond: busy === 0 ? 0 : Math.round((read / busy) * 1000),
  };
}

function checkOne(audit: ChainAudit, head: ChainHead, row: EntryRow): JournalFinding | null {
  const checked = checkRow(head, row);
  if (checked.kind === 'follows') return audit.follow(checked.entry);
  audit.skip(row.sequence, toHex(row.entry_hash));
  return checked.finding;
}

/** What is stored against what the HSM and this process remember: entries cut off at the end are known only by these. */
function againstRegister(
  audit: ChainAudit,
  stored: ChainHead,
  register: ChainHead | null,
  remembered: ChainHead,
): readonly JournalFinding[] {
  for (const known of register === null ? [remembered] : [register, remembered]) {
    if (known.sequence === 0) continue;
    if (known.sequence > stored.sequence) return [{ kind: 'set-back', sequence: known.sequence }];
    if (audit.hashOf(known.sequence) !== known.entryHash)
      return [{ kind: 'register-differs', sequence: known.sequence }];
  }
  return [];
}
