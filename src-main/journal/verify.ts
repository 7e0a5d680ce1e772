import { setImmediate } from 'node:timers/promises';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { ChainWalk } from './chain-walk.ts';
import { describeFinding, type JournalFinding } from './check-row.ts';
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

/** Entries read at a time. */
const page = 8;
/** Milliseconds after which a slice gives the loop back. */
const sliceLength = 5;

/**
 * Reads every entry and checks chain, payloads, checkpoint signatures and the HSM's register, in slices of about 5 ms.
 *
 * Changes nothing; see `ChainWalk`. JOURNAL-DAMAGED when the file cannot be read.
 */
export async function verifyJournal(journal: Journal, options: VerifyOptions): Promise<Verification> {
  const { signal, headRegister, maxFindings } = options;
  const walk = new ChainWalk(journal, { page, maxFindings });
  let busy = 0;
  for (let end = false; !end;) {
    signal.throwIfAborted();
    const started = performance.now();
    end = walk.slice(sliceLength) === 'end';
    busy += performance.now() - started;
    options.onProgress?.(walk.read, Math.max(walk.read, journal.head().sequence));
    await setImmediate();
  }
  walk.compare(headRegister);
  const { findings, read, checkpoints, head } = walk;
  return {
    result: findings.length === 0 ? 'whole' : 'broken',
    entries: read,
    checkpoints,
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
