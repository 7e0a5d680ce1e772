import { checkpointBytes } from '#shared/journal-format/checkpoint.ts';
import type { EventKind } from '#shared/journal-format/event-kinds.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import type { JournalPort } from './port.ts';
import type { RememberedHead } from './remembered-head.ts';

/** The act of the key port that a checkpoint needs. */
export interface CheckpointKeys {
  /** ES256, 64 bytes r|s. */
  sign(data: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}

export interface CheckpointOptions {
  readonly journal: JournalPort;
  readonly keys: CheckpointKeys;
  readonly station: string;
  /** A checkpoint at the latest after so many entries. */
  readonly everyEntries: number;
  /** Deadline of one signature and of one write of the register, in milliseconds. */
  readonly deadline: number;
  /** Where the head is remembered; ends with these checkpoints. */
  readonly register: RememberedHead;
  /** Told when a checkpoint could not be made; the next occasion tries again. */
  readonly onFault: (thrown: unknown) => void;
}

/** After these a checkpoint is made at once: what a batch rests on. */
const occasions: ReadonlySet<string> = new Set<EventKind>([
  'station.created',
  'batch.ready',
  'batch.released',
  'batch.made',
  'batch.closed',
  'batch.crypto-erased',
  // A journal put back from this backup must be known as set back.
  'backup.made',
]);

/**
 * After these the head is remembered in the HSM without a signature: a database set back to before a card was begun, or ended, would let
 * its order be made once more.
 */
const remembered: ReadonlySet<string> = new Set<EventKind>(['attempt.started', 'attempt.ended']);

/**
 * Signs the chain head now and then, appends the signature, and remembers the head in the HSM.
 *
 * Never holds up an append: requests while one is being made come together into one more.
 */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  readonly #unsubscribe: () => void;
  readonly #abort = new AbortController();
  #since = 0;
  #running: Promise<void> | null = null;
  #wanted = false;

  /** Begins to follow the journal at once. */
  constructor(options: CheckpointOptions) {
    this.#options = options;
    this.#unsubscribe = options.journal.subscribe((entries) => this.#follow(entries));
  }

  #follow(entries: readonly JournalEntry[]): void {
    const others = entries.filter(({ header }) => header.kind !== 'journal.checkpoint');
    this.#since += others.length;
    if (this.#since >= this.#options.everyEntries || others.some(({ header }) => occasions.has(header.kind))) {
      this.#request();
    }
    for (const { header } of others) {
      // Those of an occasion too: its signature may fail, and the HSM must know it all the same.
      if (remembered.has(header.kind) || occasions.has(header.kind)) this.#options.register.remember(header.sequence);
    }
  }

  #request(): void {
    this.#wanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#wanted) this.#request();
    });
  }

  async #run(): Promise<void> {
    this.#wanted = false;
    try {
      await this.#make(this.#abort.signal);
    } catch (thrown) {
      this.#options.onFault(thrown);
    }
  }

  async #make(signal: AbortSignal): Promise<void> {
    const { journal, keys, station, deadline, register } = this.#options;
    const head = journal.head();
    const before = this.#since;
    if (head.sequence === 0) return;
    const limit = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
    const signature = await keys.sign(checkpointBytes(station, head), limit());
    // The signature may have taken a while: others may have appended, and the checkpoint still says which entry it covers.
    journal.append({
      kind: 'journal.checkpoint',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: {
        sequence: head.sequence,
        entryHash: head.entryHash,
        signature: Buffer.from(signature).toString('base64url'),
      },
    });
    this.#since -= before;
    await register.write(limit());
  }

  /** Waits for the checkpoint or write under way, if any. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#running;
    await this.#options.register.settled();
    if (this.#running !== null) await this.settled();
  }

  /** Makes a checkpoint now and waits for it. Rejects with the fault of the key port. */
  async checkpoint(signal: AbortSignal): Promise<void> {
    await this.settled();
    await this.#make(signal);
  }

  /** The last act before the journal closes: one more checkpoint over everything, its entry remembered in the HSM too. Then follows no longer. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#unsubscribe();
    this.#wanted = false;
    try {
      await this.checkpoint(signal);
    } finally {
      this.#abort.abort();
      this.#options.register.stop();
    }
  }
}
