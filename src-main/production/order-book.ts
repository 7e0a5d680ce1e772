import type { AttemptId, BatchId, LineId, OrderId } from '#shared/domain/identifiers.ts';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import type { SignedRecord } from '#shared/domain/content-digest.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import type { TestCard } from '../journal/projections/lines.ts';
import type { LostAt, LostCard } from './remake-rule.ts';

/** A batch as production needs it. */
export interface RunnableBatch {
  readonly batch: BatchId;
  readonly issuer: string;
  readonly product: string;
  readonly productDigest: string;
  readonly manifestDigest: string;
  readonly state: string;
  /** Digest that the release signed; null before the release. */
  readonly releasedDigest: string | null;
  readonly total: number;
  /** The approval that released it; null before the release. */
  readonly release: string | null;
}

/** An attempt without a disposition, as the journal left it. */
export interface OpenAttempt {
  readonly attempt: AttemptId;
  readonly batch: BatchId;
  readonly order: OrderId;
  readonly line: LineId;
  readonly number: number;
  /** The step whose intent stands without an outcome. */
  readonly openStep: StepName | null;
  /** The last step that was begun, where it is known not to have succeeded; null when `openStep` is not. */
  readonly failedStep: StepName | null;
  /** The last step with outcome `done`. */
  readonly lastDone: StepName | null;
  readonly planDigest: string;
  /** Printer counters at the open intent. */
  readonly countersAtIntent: { readonly cards: number; readonly panels: number } | null;
}

/** What production reads of the journal's projections. */
export interface OrderBook {
  batch(batch: BatchId): RunnableBatch | null;
  /** Batches left running, or stopped with a card in a machine, by a stop or crash. */
  runningBatches(): readonly BatchId[];
  /** Orders that may be claimed, in order of index; none that was never granted. */
  readyOrders(batch: BatchId, limit: number): readonly OrderId[];
  /** Cards of an order that were lost, oldest first; neither the one in the machine nor blanks that never left the feeder. */
  lostCards(batch: BatchId, order: OrderId): readonly LostCard[];
  /** Cards of a batch that a person took out of a machine. */
  spoiledIn(batch: BatchId): number;
  /** How far an attempt was: finished once its print was done or its ejection begun. */
  lostAt(attempt: AttemptId): LostAt;
  /** What the chip of an attempt said of itself; null when none was read. */
  chipSerial(attempt: AttemptId): string | null;
  /** Attempts made so far for an order, those counted whose blank never left the feeder. */
  attemptsOf(batch: BatchId, order: OrderId): number;
  orderFacts(
    batch: BatchId,
    order: OrderId,
  ): { readonly index: number; readonly maskedPan: string | null; readonly sealedDigest: string } | null;
  signedRecords(batch: BatchId): Iterable<SignedRecord>;
  openAttempts(): readonly OpenAttempt[];
  /** Every entry about an attempt, in sequence; and the batch and order that it is of. */
  attemptEntries(attempt: AttemptId): readonly JournalEntry[];
  /** Whether another attempt of the batch met a chip of this serial. */
  chipSeen(batch: BatchId, chipSerial: string, attempt: AttemptId): boolean;
  /** The attempt, of any batch, for which the card of this chip is in quarantine; null when it is not. */
  quarantinedAs(chipSerial: string, attempt: AttemptId): AttemptId | null;
  counts(batch: BatchId): {
    readonly ready: number;
    readonly held: number;
    readonly made: number;
    readonly rejected: number;
    readonly inMachine: number;
  };
  /** Good cards of the batch so far, newest first. */
  goodAttempts(batch: BatchId, limit: number): readonly AttemptId[];
  lookAsked(attempt: AttemptId): boolean;
  /** The lot loaded at a line, how many of its blanks are left, and whether somebody counts them there now. */
  loadedLot(line: LineId): {
    readonly lot: string;
    readonly blankType: string;
    readonly left: number;
    readonly count: 'open' | 'none';
  } | null;
  /** Whether a test card has proven that a line's printer and reader belong together, and the test card that may still be inside. */
  pairing(line: LineId): { readonly provenAt: string | null; readonly testCard: TestCard | null };
}
