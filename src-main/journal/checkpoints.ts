import { checkpointBytes } from '#shared/journal-format/checkpoint.ts';
import type { EventKind } from '#shared/journal-format/event-kinds.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { readHeadRegister, writeHeadRegister, type HeadRegisterKeys } from './chain-head-register.ts';
import type { JournalPort } from './port.ts';

/** The acts of the key port that a checkpoint needs. */
export interface CheckpointKeys extends HeadRegisterKeys {
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
  /** What the register held when the journal was opened. */
  readonly registered: ChainHead | null;
  /** Told when a checkpoint could not be made; the next occasion tries again. */
  readonly onFault: (thrown: unknown) => void;
  /** Told when the register holds a head that this process did not write: a second station works with this HSM, and both must stop. */
  readonly onSecondStation: (fault: StationFault) => void;
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
/** The end of a card and the begin of the next are one write; milliseconds, far less than any card takes. */
const gather = 100;

/**
 * Signs the chain head now and then, appends the signature, and remembers the head in the HSM.
 *
 * Never holds up an append: requests while one is being made come together into one more.
 */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  readonly #unsubscribe: () => void;
  readonly #abort = new AbortController();
  /** What the register may hold: what was written last, and what was begun to be written since and not heard of. */
  #expected: readonly (ChainHead | null)[];
  #writing: Promise<void> = Promise.resolve();
  #since = 0;
  #running: Promise<void> | null = null;
  #wanted = false;
  #remembering: Promise<void> | null = null;
  #forgotten = false;

  /** Begins to follow the journal at once. */
  constructor(options: CheckpointOptions) {
    this.#options = options;
    this.#expected = [options.registered];
    this.#unsubscribe = options.journal.subscribe((entries) => this.#follow(entries));
  }

  #follow(entries: readonly JournalEntry[]): void {
    const others = entries.filter(({ header }) => header.kind !== 'journal.checkpoint');
    this.#since += others.length;
    if (this.#since >= this.#options.everyEntries || others.some(({ header }) => occasions.has(header.kind))) {
      this.#request();
    }
    if (others.some(({ header }) => remembered.has(header.kind))) this.#remember();
  }

  /** Writes the head into the HSM; what comes meanwhile is one more write. */
  #remember(): void {
    this.#forgotten = true;
    this.#remembering ??= this.#rememberAll().finally(() => {
      this.#remembering = null;
      if (this.#forgotten) this.#remember();
    });
  }

  async #rememberAll(): Promise<void> {
    const { deadline, onFault } = this.#options;
    try {
      while (this.#forgotten) {
        await new Promise((resolve) => setTimeout(resolve, gather));
        this.#forgotten = false;
        await this.#register(AbortSignal.any([this.#abort.signal, AbortSignal.timeout(deadline)]));
      }
    } catch (thrown) {
      onFault(thrown);
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
    const { journal, keys, station, deadline } = this.#options;
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
    await this.#register(limit());
  }

  /** Writes the head into the HSM, one write at a time, unless somebody else has written there. JOURNAL-SECOND-STATION. */
  #register(signal: AbortSignal): Promise<void> {
    const write = async (): Promise<void> => {
      const { journal, keys, onSecondStation } = this.#options;
      const found = await readHeadRegister(keys, signal);
      if (!this.#expected.some((head) => head?.entryHash === found?.entryHash)) {
        const fault = new StationFault('JOURNAL-SECOND-STATION', { found: found?.sequence ?? 0 });
        onSecondStation(fault);
        throw fault;
      }
      const head = journal.head();
      this.#expected = [...this.#expected, head];
      await writeHeadRegister(keys, head, signal);
      this.#expected = [head];
    };
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }

  #under(): Promise<void> | null {
    return this.#running ?? this.#remembering;
  }

  /** Waits for the checkpoint or write under way, if any. */
  async settled(): Promise<void> {
    for (let under = this.#under(); under !== null; under = this.#under()) await under;
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
    }
  }
}
