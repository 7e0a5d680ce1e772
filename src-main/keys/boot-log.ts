import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { StationFault } from '#shared/faults/station-fault.ts';
import { writeFileDurably } from '../platform/write-file-durably.ts';

/** What happened before the journal could be opened. */
export type BootEventKind =
  | 'started'
  | 'unseal-tried'
  | 'unsealed'
  | 'unseal-refused'
  | 'password-refused'
  | 'chain-broken'
  | 'chain-whole'
  | 'start-failed'
  | 'stopped';

const details = z.record(z.string().max(40), z.union([z.string().max(400), z.number(), z.boolean(), z.null()]));
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const entryForm = z.strictObject({
  version: z.literal(1),
  sequence: z.int().min(1),
  /** ISO 8601, UTC. */
  time: z.iso.datetime(),
  kind: z.enum([
    'started',
    'unseal-tried',
    'unsealed',
    'unseal-refused',
    'password-refused',
    // The journal's chain was found broken while the station ran; the whole of it was verified since.
    'chain-broken',
    'chain-whole',
    'start-failed',
    'stopped',
    // Made by the log itself: entries before this one lie in the journal; a line that a power cut tore was taken out.
    'drained',
    'torn-line',
  ]),
  details,
  previous: hash,
  hash,
});

/** One line of the log, chained to the one before by its hash. */
export type BootEntry = z.infer<typeof entryForm>;
type BootDetails = z.infer<typeof details>;

const genesis = '0'.repeat(64);

function chainHash(entry: Omit<BootEntry, 'hash'>): string {
  return createHash('sha256')
    .update(canonicalize(entry) ?? '')
    .digest('hex');
}

/**
 * The station's starts and unseal tries, one JSON line each, hash-chained (SHA-256 over the RFC 8785 form without `hash`), written through
 * to the disk: the only record of what happens before the database opens. Never give it a secret. One writer: the holder of the data folder's lock.
 */
export class BootLog {
  readonly #file: string;
  readonly #now: () => Date;

  constructor(file: string, now: () => Date) {
    this.#file = file;
    this.#now = now;
  }

  #damaged(line: number, reason: string, cause?: unknown): StationFault {
    return new StationFault('KEYS-BOOT-LOG-DAMAGED', { file: this.#file, line, reason }, cause);
  }

  #parse(line: string, number: number): BootEntry {
    try {
      return entryForm.parse(JSON.parse(line));
    } catch (cause) {
      throw this.#damaged(number, 'not an entry', cause);
    }
  }

  /** A last line without its end is what a power cut leaves of an append that nobody was told had succeeded. */
  #load(): { readonly entries: readonly BootEntry[]; readonly torn: boolean } {
    if (!existsSync(this.#file)) return { entries: [], torn: false };
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    const torn = lines.pop() !== '';
    const entries: BootEntry[] = [];
    for (const [at, line] of lines.entries()) {
      const entry = this.#parse(line, at + 1);
      const before = entries.at(-1);
      const { hash: stated, ...content } = entry;
      if (chainHash(content) !== stated) throw this.#damaged(at + 1, 'its hash differs');
      const first = before === undefined;
      // A log that was drained begins with `drained`, whose predecessor lies in the journal.
      if (first && entry.kind !== 'drained' && (entry.previous !== genesis || entry.sequence !== 1)) {
        throw this.#damaged(at + 1, 'its beginning is missing');
      }
      if (!first && (entry.previous !== before.hash || entry.sequence !== before.sequence + 1)) {
        throw this.#damaged(at + 1, 'it does not follow the line before');
      }
      entries.push(entry);
    }
    return { entries, torn };
  }

  /** Every entry, verified; KEYS-BOOT-LOG-DAMAGED names the first line that is wrong. */
  read(): readonly BootEntry[] {
    return this.#load().entries;
  }

  #next(before: BootEntry | undefined, kind: BootEntry['kind'], entryDetails: BootDetails): BootEntry {
    const content = {
      version: 1 as const,
      sequence: (before?.sequence ?? 0) + 1,
      time: this.#now().toISOString(),
      kind,
      details: entryDetails,
      previous: before?.hash ?? genesis,
    };
    return { ...content, hash: chainHash(content) };
  }

  #mend(entries: readonly BootEntry[]): BootEntry {
    const mark = this.#next(entries.at(-1), 'torn-line', {});
    writeFileDurably(this.#file, [...entries, mark].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    return mark;
  }

  /** Adds one entry and waits until it is on the disk; KEYS-BOOT-LOG-DAMAGED when the log before it does not verify. */
  append(kind: BootEventKind, entryDetails: BootDetails): BootEntry {
    const { entries, torn } = this.#load();
    const before = torn ? this.#mend(entries) : entries.at(-1);
    const entry = this.#next(before, kind, details.parse(entryDetails));
    const handle = openSync(this.#file, 'a', 0o600);
    try {
      writeSync(handle, `${JSON.stringify(entry)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    return entry;
  }

  /**
   * Hands the entries since the last drain to `take` (the journal's first entries) and, once it has returned, shortens the log to one `drained`
   * line that goes on with the chain. A crash in between hands the same entries over again: `take` knows them by their hash.
   */
  async drain(take: (entries: readonly BootEntry[]) => void | Promise<void>): Promise<void> {
    let taken: BootEntry | undefined;
    let count = 0;
    for (;;) {
      const { entries, torn } = this.#load();
      const all = torn ? [...entries, this.#mend(entries)] : entries;
      const from = taken?.sequence ?? 0;
      const fresh = all.filter(({ kind, sequence }) => kind !== 'drained' && sequence > from);
      if (fresh.length === 0) break;
      await take(fresh);
      // Something may have been appended meanwhile: only what was taken may go.
      taken = fresh.at(-1);
      count += fresh.length;
    }
    if (taken === undefined) return;
    const mark = this.#next(taken, 'drained', { entries: count });
    writeFileDurably(this.#file, `${JSON.stringify(mark)}\n`);
  }
}
