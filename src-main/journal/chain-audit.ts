import type { ChainHead } from '#shared/journal-format/chain.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import type { JournalFinding } from './check-row.ts';
import { CheckpointSignatures, type SigningKey } from './verify-signature.ts';

/** How many of the last hashes are kept, and where older ones are looked up. */
export interface HashMemory {
  readonly kept: number;
  readonly older: (sequence: number) => string | undefined;
}

/**
 * Follows a chain that was found to hold, and checks what its entries say of it: checkpoints against the entries they name and against
 * the signing key of `station.created`.
 */
export class ChainAudit {
  readonly #station: string;
  readonly #hashes = new Map<number, string>();
  readonly #first: number;
  readonly #memory: HashMemory | null;
  #signatures: CheckpointSignatures | null = null;
  #checkpoints = 0;

  /** `first` is the sequence of the first entry that will come; `key` is known beforehand when that is not entry 1; without `memory` every hash is kept. */
  constructor(station: string, first: number, key: SigningKey | null, memory: HashMemory | null = null) {
    this.#station = station;
    this.#first = first;
    this.#memory = memory;
    if (key !== null) this.#signatures = new CheckpointSignatures(key, station);
  }

  get checkpoints(): number {
    return this.#checkpoints;
  }

  /** Takes the next entry of the chain, whose payload may be withheld. */
  follow(entry: JournalEntry): JournalFinding | null {
    this.#keep(entry.header.sequence, entry.entryHash);
    if (entry.salt === null) return null;
    const { kind, sequence } = entry.header;
    if (kind === 'station.created') return this.#created(entry.payload as EventPayload<typeof kind>, sequence);
    if (kind === 'journal.checkpoint') return this.#checkpoint(entry.payload as EventPayload<typeof kind>, sequence);
    return null;
  }

  /** Takes note of a broken entry by its stored hash, so that those after it are still found at their place. */
  skip(sequence: number, entryHash: string): void {
    this.#keep(sequence, entryHash);
  }

  #keep(sequence: number, entryHash: string): void {
    this.#hashes.set(sequence, entryHash);
    if (this.#memory !== null) this.#hashes.delete(sequence - this.#memory.kept);
  }

  #created({ signingKey }: EventPayload<'station.created'>, sequence: number): JournalFinding | null {
    if (this.#signatures !== null) return null;
    try {
      this.#signatures = new CheckpointSignatures(signingKey, this.#station);
      return null;
    } catch {
      return { kind: 'payload-schema', sequence };
    }
  }

  #checkpoint(payload: EventPayload<'journal.checkpoint'>, sequence: number): JournalFinding | null {
    const head: ChainHead = { sequence: payload.sequence, entryHash: payload.entryHash };
    if (head.sequence >= sequence || head.sequence < 1) return { kind: 'checkpoint-differs', sequence };
    const named = this.hashOf(head.sequence);
    // One that names an entry before the first of an export can be checked by its signature only.
    if (named !== head.entryHash && head.sequence >= this.#first) return { kind: 'checkpoint-differs', sequence };
    if (this.#signatures === null) return { kind: 'signing-key-missing', sequence };
    if (!this.#signatures.holds(head, payload.signature)) return { kind: 'signature-wrong', sequence };
    this.#checkpoints++;
    return null;
  }

  /** The hash of an entry that was followed; undefined when it was not. */
  hashOf(sequence: number): string | undefined {
    return this.#hashes.get(sequence) ?? this.#memory?.older(sequence);
  }
}
