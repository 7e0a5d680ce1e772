import { setImmediate } from 'node:timers/promises';
import { canonicalJson, genesisHash, type JournalEntry } from '#shared/journal-format/entry.ts';
import type { Journal } from './journal.ts';
import type { ExportHead } from './verify-export.ts';

export interface ExportRange {
  readonly from: number;
  /** The last sequence; the export ends there, or at the head. */
  readonly to: number;
  /** Withheld payloads leave a chain that still verifies. Checkpoints and `station.created` always carry theirs: they are what proves it. */
  readonly payloads: 'included' | 'withheld';
}

const page = 100;
const alwaysIncluded: ReadonlySet<string> = new Set(['station.created', 'journal.checkpoint']);

function withheld(entry: JournalEntry): JournalEntry {
  return alwaysIncluded.has(entry.header.kind) ? entry : { ...entry, salt: null, payload: null };
}

/**
 * Writes a piece of the journal as lines of RFC 8785 JSON, without line ends: a head line (station, range, hash before, signing key), then
 * one line an entry. `verifyExport` checks it without a database.
 */
export async function* exportLines(journal: Journal, range: ExportRange, signal: AbortSignal): AsyncGenerator<string> {
  const to = Math.min(range.to, journal.head().sequence);
  const before = range.from <= 1 ? genesisHash : journal.read(range.from - 1, 1)[0]?.entryHash;
  const head: ExportHead = {
    format: 'cardwright-journal',
    version: 1,
    station: journal.station,
    from: range.from,
    to,
    previous: before ?? genesisHash,
    signingKey: journal.projections.station.facts()?.signingKey ?? null,
  };
  yield canonicalJson(head);
  for (let next = range.from; next <= to; next += page) {
    signal.throwIfAborted();
    for (const entry of journal.read(next, Math.min(page, to - next + 1))) {
      yield canonicalJson(range.payloads === 'included' ? entry : withheld(entry));
    }
    await setImmediate();
  }
}
