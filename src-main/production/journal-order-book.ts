import type { AttemptId, BatchId, LineId, OrderId } from '#shared/domain/identifiers.ts';
import { placeOfLine } from '#shared/domain/stock-place.ts';
import type { SignedRecord } from '#shared/domain/content-digest.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { Journal } from '../journal/journal.ts';
import { searchEntries } from '../journal/search.ts';
import type { OpenAttempt, OrderBook, RunnableBatch } from './order-book.ts';
import type { LostAt, LostCard } from './remake-rule.ts';

const page = 1000;
/** An order that has cost too many blanks is held (see `BatchRun`); until then every order that is not made may be started. */
const anyNumber = Number.MAX_SAFE_INTEGER;

/** Production's view of the journal's state tables. */
export class JournalOrderBook implements OrderBook {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  batch(batch: BatchId): RunnableBatch | null {
    const row = this.#journal.projections.batches.find(batch);
    if (
      row === null ||
      row.issuer === null ||
      row.product === null ||
      row.productDigest === null ||
      row.manifestDigest === null
    )
      return null;
    return {
      batch,
      issuer: row.issuer,
      product: row.product,
      productDigest: row.productDigest,
      manifestDigest: row.manifestDigest,
      state: row.state,
      release: row.releaseApproval,
      releasedDigest: row.releasedAt === null ? null : row.contentDigest,
      total: row.count ?? 0,
    };
  }

  runningBatches(): readonly BatchId[] {
    return this.#journal.projections.batches
      .list({ issuers: 'all', states: ['running', 'paused', 'stopped'] })
      .filter((row) => row.state !== 'stopped' || row.blanks.inMachine > 0)
      .map((row) => row.batch as BatchId);
  }

  readyOrders(batch: BatchId, limit: number): readonly OrderId[] {
    const below = this.#journal.projections.batches.find(batch)?.grantIndex ?? 0;
    return this.#journal.projections.orders
      .startable(batch, limit, anyNumber, below)
      .map((row) => row.order as OrderId);
  }

  lostCards(batch: BatchId, order: OrderId): readonly LostCard[] {
    return this.#journal.projections.attempts
      .ofOrder(batch, order)
      .flatMap(({ attempt, chipSerial, disposition, reason }) =>
        disposition === 'rejected' || disposition === 'spoiled' || disposition === 'missing'
          ? [{ attempt, chipSerial, disposition, reason: reason ?? '' }]
          : [],
      );
  }

  spoiledIn(batch: BatchId): number {
    return this.#journal.projections.stock.balance(batch).spoiled;
  }

  lostAt(attempt: AttemptId): LostAt {
    const row = this.#journal.projections.attempts.find(attempt);
    return row?.lastDone === 'print' || row?.lastDone === 'eject' || row?.step === 'eject' ? 'finished' : 'unfinished';
  }

  chipSerial(attempt: AttemptId): string | null {
    return this.#journal.projections.attempts.find(attempt)?.chipSerial ?? null;
  }

  attemptsOf(batch: BatchId, order: OrderId): number {
    return this.#journal.projections.orders.find(batch, order)?.attempts ?? 0;
  }

  orderFacts(batch: BatchId, order: OrderId): ReturnType<OrderBook['orderFacts']> {
    const row = this.#journal.projections.orders.find(batch, order);
    return row === null ? null : { index: row.index, maskedPan: row.maskedPan, sealedDigest: row.sealedDigest };
  }

  *signedRecords(batch: BatchId): Iterable<SignedRecord> {
    for (let from = 0; ;) {
      const records = this.#journal.projections.orders.signedRecords(batch, from, page);
      yield* records;
      const last = records.at(-1);
      if (last === undefined) return;
      from = last.index + 1;
    }
  }

  openAttempts(): readonly OpenAttempt[] {
    return this.#journal.projections.attempts.open().map((row) => ({
      attempt: row.attempt as AttemptId,
      batch: row.batch as BatchId,
      order: row.order as OrderId,
      line: row.line as LineId,
      number: row.number,
      openStep: row.openIntent?.step ?? null,
      failedStep: row.openIntent === null && row.step !== row.lastDone ? row.step : null,
      lastDone: row.lastDone,
      planDigest: row.planDigest,
      countersAtIntent: row.openIntent?.counters ?? this.#lastCounters(row.attempt),
    }));
  }

  attemptEntries(attempt: AttemptId): readonly JournalEntry[] {
    const entries: JournalEntry[] = [];
    for (let before: number | undefined; ;) {
      const query = {
        issuers: 'all',
        subject: attempt,
        limit: page,
        ...(before === undefined ? {} : { before }),
      } as const;
      const found = searchEntries(this.#journal.database, query);
      entries.push(...found.entries);
      if (found.next === null) return entries.toReversed();
      before = found.next;
    }
  }

  /** The counters of an attempt's last intent; for the few attempts that a stop left behind a failed step. */
  #lastCounters(attempt: string): OpenAttempt['countersAtIntent'] {
    const query = { issuers: 'all', subject: attempt, kinds: ['attempt.intent'], limit: 1 } as const;
    const [last] = searchEntries(this.#journal.database, query).entries;
    return last === undefined ? null : (last.payload as EventPayload<'attempt.intent'>).counters;
  }

  chipSeen(batch: BatchId, chipSerial: string, attempt: AttemptId): boolean {
    return this.#journal.projections.attempts.chipSeen(batch, chipSerial, attempt) !== null;
  }

  quarantinedAs(chipSerial: string, attempt: AttemptId): AttemptId | null {
    const row = this.#journal.projections.attempts.quarantinedAs(chipSerial, attempt);
    return row === null ? null : (row.attempt as AttemptId);
  }

  counts(batch: BatchId): ReturnType<OrderBook['counts']> {
    const orders = this.#journal.projections.orders.counts(batch);
    const blanks = this.#journal.projections.stock.balance(batch);
    return {
      ready: orders.ready + orders.unmade,
      held: orders.held,
      made: orders.made,
      rejected: blanks.rejected + blanks.spoiled,
      inMachine: blanks.inMachine,
    };
  }

  goodAttempts(batch: BatchId, limit: number): readonly AttemptId[] {
    return this.#journal.projections.attempts.lastGood(batch, limit).map((row) => row.attempt as AttemptId);
  }

  lookAsked(attempt: AttemptId): boolean {
    return this.#journal.projections.looks.ofAttempt(attempt).length > 0;
  }

  loadedLot(line: LineId): ReturnType<OrderBook['loadedLot']> {
    const lot = this.#journal.projections.lines.findLine(line)?.lot ?? null;
    const row = lot === null ? null : this.#journal.projections.stock.findLot(lot);
    if (row === null) return null;
    const counted = this.#journal.projections.counts.runningAt(placeOfLine(line), row.lot) !== null;
    return {
      count: counted ? 'open' : 'none',
      lot: row.lot,
      blankType: row.blankType,
      left: this.#journal.projections.holdings.feedable(row.lot, line),
    };
  }

  pairing(line: LineId): ReturnType<OrderBook['pairing']> {
    const row = this.#journal.projections.lines.findLine(line);
    return { provenAt: row?.pairingProvenAt ?? null, testCard: row?.testCard ?? null };
  }
}
