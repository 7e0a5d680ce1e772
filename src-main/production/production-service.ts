import { createHash } from 'node:crypto';
import { contentDigest } from '#shared/domain/content-digest.ts';
import type { BatchId, LineId } from '#shared/domain/identifiers.ts';
import type { Product } from '#shared/domain/product.ts';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { CardReader } from '../devices/encoder/port.ts';
import type { CardPrinter } from '../devices/printer/port.ts';
import type { JournalPort } from '../journal/port.ts';
import type { KeyStorePort } from '../keys/key-store-port.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { PreparationPort } from '../preparation/port.ts';
import type { LeasePort } from '../sync/lease-port.ts';
import type { PrintProof, VerificationPort } from '../verification/port.ts';
import { BatchRun } from './batch-run.ts';
import { CardTraces } from './card-traces.ts';
import { usualPatience, type ChipPatience } from './chip-station.ts';
import { LineRunner } from './line-runner.ts';
import type { Choice, KnownFault } from './line-state.ts';
import type { OrderBook, RunnableBatch } from './order-book.ts';
import { PassIssuer, type PassSource } from './pass-issuer.ts';
import { recoveredJob } from './recovered-job.ts';
import { Turn } from './turn.ts';

/** One enrolled line: a printer with the encoder inside it. */
export interface LineConfiguration {
  readonly line: LineId;
  readonly title: string;
  readonly printer: CardPrinter;
  readonly printerSerial: string;
  readonly reader: CardReader | null;
  /** How the printer is reached, as screens say it. */
  readonly link: string;
}

export interface ProductionOptions {
  readonly lines: readonly LineConfiguration[];
  readonly journal: JournalPort;
  readonly book: OrderBook;
  readonly preparation: PreparationPort;
  readonly verification: VerificationPort;
  readonly printProof: PrintProof;
  /** What certificates of good cards say beside the journal, and how they are signed. */
  readonly passes: PassSource;
  readonly lease: LeasePort;
  /** No card is begun while it is not ready; the lines go on by themselves when it is. */
  readonly keyStore: Pick<KeyStorePort, 'state' | 'subscribe'>;
  /** Cards are begun on an open day only; while a batch runs its day is not closed. */
  readonly day: { readonly state: 'open' | 'none' };
  /** The HSM's memory of the journal: while it is behind no card is begun; who mends it calls `goOn`. */
  readonly register: { state(): { readonly state: 'kept' | 'late' | 'behind' } };
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** How long chips and readers are waited for; as usual where it is not given. */
  readonly chipPatience?: ChipPatience;
  /** Milliseconds for which a line calls its printer before it asks a person; 20 seconds where it is not given. */
  readonly connectPatience?: number;
  /** The product as signed; PRODUCTION-OTHER-PRODUCT when it is not the one of that digest. */
  product(reference: string, digest: string): Product;
  /** The journal cannot be written: nothing may go on. */
  fatal(fault: unknown): void;
}

const sha256 = (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest());

/** Runs batches on the lines. One batch at a time; every line works on it. */
export class ProductionService {
  readonly #options: ProductionOptions;
  readonly #runners: readonly LineRunner[];
  readonly #listeners = new Set<() => void>();
  readonly #arrivals = new Turn();
  readonly #passes: PassIssuer;
  /** What was said to the chips of the last cards. */
  readonly traces = new CardTraces();
  #run: BatchRun | null = null;

  constructor(options: ProductionOptions) {
    this.#options = options;
    this.#passes = new PassIssuer({ ...options.passes, book: options.book });
    const open = options.book.openAttempts();
    this.#run = this.#interruptedRun();
    this.#runners = options.lines.map((configuration) => {
      const left = open.find((attempt) => attempt.line === configuration.line);
      const batch = left === undefined ? null : options.book.batch(left.batch);
      const recovered = left === undefined || batch === null ? null : { job: recoveredJob(left), attempt: left };
      return new LineRunner(this.#lineOptions(configuration), recovered);
    });
    options.keyStore.subscribe(() => queueMicrotask(() => this.#changed()));
    // Two people may let an order be made again while its batch runs: a line that has nothing to do takes it.
    options.journal.subscribe((entries) => {
      if (entries.some(({ header }) => header.kind === 'order.remake-released')) queueMicrotask(() => this.#changed());
    });
  }

  get lines(): readonly { readonly configuration: LineConfiguration; readonly runner: LineRunner }[] {
    return this.#options.lines.flatMap((configuration, at) => {
      const runner = this.#runners[at];
      return runner === undefined ? [] : [{ configuration, runner }];
    });
  }

  get currentBatch(): { readonly batch: BatchId; readonly mode: 'running' | 'paused' | 'stopped' } | null {
    return this.#run === null ? null : { batch: this.#run.batch.batch, mode: this.#run.mode };
  }

  /** Whether nothing is made: no batch runs, and no order is in a machine. */
  get atRest(): 'yes' | 'no' {
    const busy = this.#run?.mode === 'running' || this.#runners.some((runner) => runner.holdsOrder === 'yes');
    return busy ? 'no' : 'yes';
  }

  /** The batch that takes orders to a line now; null when it may be used for something else. */
  batchOn(line: LineId): BatchId | null {
    return this.#run?.uses(line) === 'yes' ? this.#run.batch.batch : null;
  }

  /** Connects every line and settles what a crash left in the machines. */
  open(): void {
    for (const runner of this.#runners) runner.connect();
  }

  /** Calls back whenever a line or the run changed. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Starts a released batch on the lines.
   *
   * STOCK-NO-DAY, PRODUCTION-NOT-RELEASED, PRODUCTION-BUSY, PRODUCTION-CONTENT-CHANGED when the batch is not byte for byte the one that was signed.
   * PRODUCTION-NOT-PAIRED, PRODUCTION-TEST-CARD-INSIDE for a line that was asked for, or when there is no other; else such a line is left out.
   */
  start(batchId: BatchId, actor: JournalActor, wanted?: readonly string[]): void {
    const batch = this.#options.book.batch(batchId);
    if (batch === null) throw new StationFault('PRODUCTION-NO-BATCH', { batch: batchId });
    if (this.#options.day.state === 'none') throw new StationFault('STOCK-NO-DAY');
    if (this.#run !== null && this.#run.batch.batch !== batchId) {
      throw new StationFault('PRODUCTION-BUSY', { batch: this.#run.batch.batch });
    }
    if (!['released', 'stopped', 'paused', 'made', 'running'].includes(batch.state) || batch.releasedDigest === null) {
      throw new StationFault('PRODUCTION-NOT-RELEASED', { batch: batchId });
    }
    const digest = contentDigest(batch, this.#options.book.signedRecords(batchId), sha256);
    if (digest !== batch.releasedDigest) throw new StationFault('PRODUCTION-CONTENT-CHANGED', { batch: batchId });
    // A card that still lies in a machine may be lost there: its order is then made by this run.
    const { ready, inMachine } = this.#options.book.counts(batchId);
    if (ready === 0 && inMachine === 0) throw new StationFault('PRODUCTION-NOTHING-TO-MAKE', { batch: batchId });

    const lines = this.#linesFor(batch, wanted);
    this.#options.journal.append({
      kind: 'batch.started',
      actor,
      issuer: batch.issuer,
      subjects: { batch: batchId },
      payload: { lines: [...lines] },
    });
    if (this.#run === null) this.#run = this.#newRun(batchId, 'running');
    else this.#run.resume();
    this.#run.useLines(lines);
    this.#callToWork();
  }

  /** Begins no further card; those in the machines are finished. */
  pause(batchId: BatchId, actor: JournalActor): void {
    const run = this.#runOf(batchId);
    this.#options.journal.append({
      kind: 'batch.paused',
      actor,
      issuer: run.batch.issuer,
      subjects: { batch: batchId },
      payload: { reason: 'asked' },
    });
    run.pause();
    // Nobody knows for how long: what was opened ahead is not kept in clear meanwhile.
    this.#options.preparation.readyAhead([]);
    this.#changed();
  }

  resume(batchId: BatchId, actor: JournalActor): void {
    this.start(batchId, actor);
  }

  /** The CMS granted more or took something back, or the HSM is in step: lines that wait go on, and a batch with nothing left to make is complete. */
  goOn(): void {
    this.#changed();
  }

  /** A person's answer to a line that asks. */
  choose(line: string, choice: Choice, actor: JournalActor): void {
    const runner = this.#runners.find((candidate) => candidate.line === line);
    if (runner === undefined) throw new StationFault('PRODUCTION-NO-LINE', { line });
    runner.choose(choice, actor);
  }

  /** Begins no further card, and resolves when every line rests: its card has left, or it waits for a person. */
  async finishCards(): Promise<void> {
    this.#run?.pause();
    await Promise.all(this.#runners.map((runner) => runner.settled()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.close()));
  }

  /** The lines that may make this batch's cards. */
  #linesFor(batch: RunnableBatch, wanted: readonly string[] | undefined): readonly LineId[] {
    const { chip } = this.#options.product(batch.product, batch.productDigest);
    const asked = this.lines.filter(({ runner }) => wanted?.includes(runner.line) ?? true);
    if (asked.length === 0) throw new StationFault('PRODUCTION-NO-LINE', { line: wanted?.join(', ') ?? '' });
    const obstacles = asked.flatMap(({ configuration }) => this.#obstacle(configuration, chip.kind) ?? []);
    const [first] = obstacles;
    if (first !== undefined && (wanted !== undefined || obstacles.length === asked.length)) throw first;
    return asked
      .filter(({ configuration }) => this.#obstacle(configuration, chip.kind) === null)
      .map(({ runner }) => runner.line);
  }

  /** Why a line must not begin a card: its encoder is not proven to be its own, or a test card may lie inside. */
  #obstacle({ line, title, reader }: LineConfiguration, chip: Product['chip']['kind']): StationFault | null {
    const { provenAt, testCard } = this.#options.book.pairing(line);
    if (testCard !== null) return new StationFault('PRODUCTION-TEST-CARD-INSIDE', { line: title });
    const concerned = chip !== 'none' && reader !== null;
    return concerned && provenAt === null ? new StationFault('PRODUCTION-NOT-PAIRED', { line: title }) : null;
  }

  #runOf(batchId: BatchId): BatchRun {
    if (this.#run === null || this.#run.batch.batch !== batchId)
      throw new StationFault('PRODUCTION-NOT-RUNNING', { batch: batchId });
    return this.#run;
  }

  #callToWork(): void {
    for (const runner of this.#runners) {
      if (runner.state.kind === 'disconnected') runner.connect();
      runner.work();
    }
    this.#changed();
  }

  /** A batch that ran when the station stopped waits for a person to go on: a restart demands authorisation (PCI CPL 6.6.3). */
  #interruptedRun(): BatchRun | null {
    const [batch] = this.#options.book.runningBatches();
    if (batch === undefined) return null;
    try {
      return this.#newRun(batch, 'paused');
    } catch (fault) {
      // Another product version must not keep the station from settling its machines: who starts the batch again is told.
      if (isFault(fault, 'PRODUCTION-OTHER-PRODUCT')) return null;
      throw fault;
    }
  }

  #newRun(batchId: BatchId, mode: 'running' | 'paused'): BatchRun {
    const { book, journal, preparation, lease, keyStore, register, randomness } = this.#options;
    const batch = book.batch(batchId);
    if (batch === null) throw new StationFault('PRODUCTION-NO-BATCH', { batch: batchId });
    const { print, chip } = this.#options.product(batch.product, batch.productDigest);
    const { lookEvery } = print;
    const parts = { book, journal, preparation, lease, keyStore, register, randomness };
    return new BatchRun({ ...parts, batch, lookEvery, chip: chip.kind, mode });
  }

  #lineOptions(configuration: LineConfiguration): ConstructorParameters<typeof LineRunner>[0] {
    const { journal, book, preparation, verification, printProof, randomness, clock } = this.#options;
    return {
      line: configuration.line,
      printerSerial: configuration.printerSerial,
      machines: {
        printer: configuration.printer,
        reader: configuration.reader,
        idleReaders: () => this.#idleReaders(configuration.line),
        arrivals: this.#arrivals,
      },
      traces: this.traces,
      journal,
      book,
      preparation,
      verification,
      printProof,
      passes: this.#passes,
      randomness,
      clock,
      patience: this.#options.chipPatience ?? usualPatience,
      currentRun: () => this.#run,
      issuerOf: (batch) => book.batch(batch as BatchId)?.issuer ?? null,
      stopBatch: (fault) => this.#stopBatch(fault),
      changed: () => this.#changed(),
      fatal: (fault) => this.#options.fatal(fault),
      connectPatience: this.#options.connectPatience,
    };
  }

  #idleReaders(besides: LineId): readonly CardReader[] {
    return this.#runners
      .filter((runner) => runner.line !== besides && runner.atStation === 'none')
      .flatMap((runner) => (runner.machines.reader === null ? [] : [runner.machines.reader]));
  }

  #stopBatch(fault: KnownFault): void {
    const run = this.#run;
    if (run === null || run.mode === 'stopped') return;
    run.stop();
    this.#options.preparation.readyAhead([]);
    // One that was lost meanwhile has stopped for good: its last cards may still meet faults.
    if (this.#isSettled(run)) return;
    this.#options.journal.append({
      kind: 'batch.stopped',
      actor: { kind: 'station' },
      issuer: run.batch.issuer,
      subjects: { batch: run.batch.batch },
      payload: { code: fault.code },
    });
  }

  #endRun(): void {
    this.#run = null;
    this.#options.preparation.readyAhead([]);
  }

  /** A card that one line lost may be made by another that has nothing to do. */
  #wakeIdleLines(): void {
    for (const runner of this.#runners) {
      if (runner.state.kind === 'idle' && this.#run?.wants(runner.line) === 'yes') runner.work();
    }
  }

  /** Its close was asked for, or done, while another batch's card kept a line: there is nothing to complete any more. */
  #isSettled(run: BatchRun): boolean {
    const state = this.#options.book.batch(run.batch.batch)?.state;
    return state === 'close-requested' || state === 'closed' || state === 'lost';
  }

  /** Completes the run when nothing is left to make and no card is in a machine, then tells the screens. */
  #changed(): void {
    const run = this.#run;
    if (run !== null && this.#runners.every((runner) => runner.holdsOrder === 'no')) {
      const completion = this.#isSettled(run) ? [] : run.completionEvents();
      if (completion.length > 0) {
        this.#options.journal.append(...completion);
        this.#endRun();
      } else if (run.mode === 'stopped' || this.#isSettled(run)) {
        this.#endRun();
      }
    }
    this.#wakeIdleLines();
    for (const listener of this.#listeners) listener();
  }
}
