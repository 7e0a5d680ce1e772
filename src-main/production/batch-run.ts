import type { Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { AttemptId, LineId, OrderId } from '#shared/domain/identifiers.ts';
import type { PassPartName } from '#shared/journal-format/pass-certificate.ts';
import type { Disposition } from '#shared/journal-format/events/production-events.ts';
import type { JournalPort, NewEvent } from '../journal/port.ts';
import { conditionOf, type KeyStorePort } from '../keys/key-store-port.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { PrintJob } from '../devices/printer/port.ts';
import type { PreparationPort, PreparedCard } from '../preparation/port.ts';
import type { Verdict } from '../verification/port.ts';
import { waitingForGrant, type LeasePort } from '../sync/lease-port.ts';
import { attemptEnding, type AttemptEnding } from './attempt-ending.ts';
import { stepsOf } from './job-steps.ts';
import { KeyTrial } from './key-trial.ts';
import type { Job } from './line-state.ts';
import type { OrderBook, RunnableBatch } from './order-book.ts';
import { verifiedPayload } from './verified-payload.ts';

/** After so many cards lost in a row a line asks before it takes another. */
const mostRejectedInARow = 3;
/** After so many orders in a row that got no blank out of the feeder a line asks before it tries another. */
const mostNotFedInARow = 2;

/** After so many claims in a row that ended with the key store a line asks: the store may be well and the order not. */
const mostKeyStoreLost = 3;

/** Faults of preparation that lie in the order itself: another order may well be made. */
const orderFaults: ReadonlySet<string> = new Set([
  'CARD-PERSONALISATION',
  'CARD-STRIPE',
  'CERT-ISSUER',
  'CERT-PAN-LENGTH',
  'EMV-VALUE-FORM',
  'PREPARATION-CERTIFICATE-ENDS',
  'PREPARATION-NO-VALUE',
  'LAYOUT-FIELD-MISSING',
  'LAYOUT-FIELD-FORM',
  'LAYOUT-NO-GLYPH',
  'LAYOUT-TEXT-TOO-LONG',
  'LAYOUT-CODE-TOO-WIDE',
]);

/** A card's sides as they go to the printer, and what was found in them. */
export interface ProvenPrint {
  readonly job: PrintJob;
  readonly verdict: Verdict;
}

/** Packs a card's sides for one line's printer and proves them. PRODUCTION-PRINT-DIFFERS when they do not show what the order says. */
export type ProvePrint = (card: PreparedCard, signal: AbortSignal) => Promise<ProvenPrint>;

/** A claimed order: its job for the reducer, its card and its print job for the machines. */
export interface Claim {
  readonly job: Job;
  readonly card: PreparedCard;
  readonly print: PrintJob;
}

/** The parts of a card that must be proven before it may be good. */
function provenParts({ chip, stripe }: Product): readonly PassPartName[] {
  return [
    'print',
    ...(chip.kind === 'emv' ? (['chip'] as const) : []),
    ...(stripe.kind === 'tracks' ? (['stripe'] as const) : []),
  ];
}

/** One running batch: gives each line its next order, and says how each card ended. Both lines share it. */
export class BatchRun {
  readonly batch: RunnableBatch;
  /** Whether the product's cards have a chip to be written. */
  readonly chip: Product['chip']['kind'];
  /** One card at a time tries the batch's keys. */
  readonly keyTrial = new KeyTrial();
  readonly #book: OrderBook;
  readonly #journal: JournalPort;
  readonly #preparation: PreparationPort;
  readonly #lease: LeasePort;
  readonly #register: { state(): { readonly state: 'kept' | 'late' | 'behind' } };
  readonly #keyStore: Pick<KeyStorePort, 'state'>;
  readonly #randomness: Randomness;
  readonly #lookEvery: number;
  readonly #taken = new Set<OrderId>();
  readonly #rejectedInARow = new Map<LineId, number>();
  readonly #notFedInARow = new Map<LineId, number>();
  readonly #keyStoreLostInARow = new Map<LineId, number>();
  #lines: readonly LineId[] = [];
  #mode: 'running' | 'paused' | 'stopped';

  constructor(options: {
    readonly batch: RunnableBatch;
    readonly book: OrderBook;
    readonly journal: JournalPort;
    readonly preparation: PreparationPort;
    readonly lease: LeasePort;
    /** A journal that is set back further than the HSM remembers would start: no card is begun that it may not come to know. */
    readonly register: { state(): { readonly state: 'kept' | 'late' | 'behind' } };
    readonly keyStore: Pick<KeyStorePort, 'state'>;
    readonly randomness: Randomness;
    /** Besides the first and the last, each card whose number divides by this asks for a look. */
    readonly lookEvery: number;
    readonly chip: Product['chip']['kind'];
    readonly mode: 'running' | 'paused';
  }) {
    this.batch = options.batch;
    this.chip = options.chip;
    this.#book = options.book;
    this.#journal = options.journal;
    this.#preparation = options.preparation;
    this.#lease = options.lease;
    this.#register = options.register;
    this.#keyStore = options.keyStore;
    this.#randomness = options.randomness;
    this.#lookEvery = options.lookEvery;
    this.#mode = options.mode;
  }

  get mode(): 'running' | 'paused' | 'stopped' {
    return this.#mode;
  }

  /** No further card is begun; the cards in the machines are finished. */
  pause(): void {
    if (this.#mode === 'running') this.#mode = 'paused';
  }

  /** Only these lines take orders of this run. */
  useLines(lines: readonly LineId[]): void {
    this.#lines = lines;
  }

  /** Whether a line takes orders of this run now. */
  uses(line: LineId): 'yes' | 'no' {
    return this.#mode === 'running' && this.#lines.includes(line) ? 'yes' : 'no';
  }

  resume(): void {
    this.#mode = 'running';
    this.keyTrial.startAnew();
    this.#rejectedInARow.clear();
    this.#notFedInARow.clear();
    this.#keyStoreLostInARow.clear();
  }

  stop(): void {
    this.#mode = 'stopped';
  }

  /** A person has looked at the line: the counts of what went wrong in a row start again. */
  trust(line: LineId): void {
    this.#rejectedInARow.delete(line);
    this.#notFedInARow.delete(line);
    this.#keyStoreLostInARow.delete(line);
  }

  /** Whether a line that has nothing to do could begin a card of this run. */
  wants(line: LineId): 'yes' | 'no' {
    if (this.uses(line) === 'no') return 'no';
    const order = this.#nextOrder();
    return order === null ? 'no' : this.#mayBegin(order);
  }

  /**
   * Takes the next order for a line: grant, plan, the print proven, blank, and the attempt in the journal; null when there is nothing to begin.
   *
   * An order that cannot be prepared for a reason of its own is held with that reason, and the next one is taken.
   * Without a grant, or while key store or HSM's memory are not ready, there is nothing to begin either: that is a wait and no fault of a line.
   * PRODUCTION-NO-BLANKS, PRODUCTION-OTHER-BLANKS, STOCK-COUNT-OPEN, PRODUCTION-THREE-REJECTED, PRODUCTION-NOT-FED and the faults of preparation.
   */
  async claim(line: LineId, prove: ProvePrint, signal: AbortSignal): Promise<Claim | null> {
    for (;;) {
      if (this.uses(line) === 'no') return null;
      const order = this.#nextOrder();
      if (order === null || this.#mayBegin(order) === 'no') return null;
      if ((this.#rejectedInARow.get(line) ?? 0) >= mostRejectedInARow) {
        throw new StationFault('PRODUCTION-THREE-REJECTED', { count: mostRejectedInARow });
      }
      if ((this.#notFedInARow.get(line) ?? 0) >= mostNotFedInARow) throw new StationFault('PRODUCTION-NOT-FED');
      this.#taken.add(order);
      try {
        const claim = await this.#begin(line, order, prove, signal);
        if (claim === null) this.#taken.delete(order);
        this.#keyStoreLostInARow.delete(line);
        return claim;
      } catch (fault) {
        this.#taken.delete(order);
        if (fault instanceof StationFault && waitingForGrant.has(fault.code)) return null;
        if (conditionOf(fault) !== null && this.#mayWaitForKeys(line) === 'yes') return null;
        if (!(fault instanceof StationFault) || !orderFaults.has(fault.code)) throw fault;
        this.#hold(order, fault.code);
      }
    }
  }

  /** The next claim waits until the store is ready. An order that takes the store down each time must not do so for ever. */
  #mayWaitForKeys(line: LineId): 'yes' | 'no' {
    const lost = (this.#keyStoreLostInARow.get(line) ?? 0) + 1;
    this.#keyStoreLostInARow.set(line, lost);
    return lost < mostKeyStoreLost ? 'yes' : 'no';
  }

  #storesReady(): 'yes' | 'no' {
    return this.#keyStore.state().condition === 'ready' && this.#register.state().state !== 'behind' ? 'yes' : 'no';
  }

  /** Whether CMS, key store and the HSM's memory let a card of the order be begun now. */
  #mayBegin(order: OrderId): 'yes' | 'no' {
    if (this.#storesReady() === 'no') return 'no';
    try {
      this.#lease.grantFor(this.batch.batch, order);
      return 'yes';
    } catch (fault) {
      if (fault instanceof StationFault && waitingForGrant.has(fault.code)) return 'no';
      throw fault;
    }
  }

  #hold(order: OrderId, reason: string): void {
    this.#journal.append({
      kind: 'order.held',
      actor: { kind: 'station' },
      issuer: this.batch.issuer,
      subjects: { batch: this.batch.batch, order },
      payload: { reason },
    });
  }

  #nextOrder(): OrderId | null {
    const candidates = this.#book.readyOrders(this.batch.batch, this.#taken.size + 1);
    return candidates.find((order) => !this.#taken.has(order)) ?? null;
  }

  async #begin(line: LineId, order: OrderId, prove: ProvePrint, signal: AbortSignal): Promise<Claim | null> {
    const card = await this.#preparation.prepare({ batch: this.batch.batch, order }, signal);
    const print = await prove(card, signal).catch((fault: unknown) => {
      card.dispose();
      throw fault;
    });
    // While the card was drawn and read the other line may have stopped the batch: the next card would meet the same wrong key. Or the keys went away.
    if (this.#mode !== 'running' || this.#storesReady() === 'no') {
      card.dispose();
      return null;
    }
    try {
      // Asked last of all: the time may have run out while the card was drawn.
      const { grant } = this.#lease.grantFor(this.batch.batch, order);
      const lot = this.#blankFor(line, card);
      const attempt = this.#randomness.id('at') as AttemptId;
      const lost = this.#book.lostCards(this.batch.batch, order).at(-1);
      const about = {
        actor: { kind: 'station' },
        issuer: this.batch.issuer,
        subjects: { batch: this.batch.batch, order, attempt, line },
      } as const;
      const started: NewEvent = {
        ...about,
        kind: 'attempt.started',
        subjects: { ...about.subjects, lot },
        payload: {
          number: this.#book.attemptsOf(this.batch.batch, order) + 1,
          lot,
          grant,
          planDigest: card.plan.planDigest,
          certificate: { parts: [...provenParts(card.product)], lookEvery: this.#lookEvery },
          ...(lost === undefined ? {} : { replaces: lost.attempt }),
        },
      };
      const { verdict } = print;
      this.#journal.append(started, {
        ...about,
        kind: 'attempt.verified',
        payload: verifiedPayload(verdict),
      });
      const job: Job = {
        attempt,
        order,
        batch: this.batch.batch,
        steps: stepsOf(card.product),
        at: 0,
        intent: 'none',
        reconnects: 0,
        fate: { kind: 'make' },
        origin: 'claimed',
      };
      this.#readyAhead();
      return { job, card, print: print.job };
    } catch (fault) {
      card.dispose();
      throw fault;
    }
  }

  /** The next orders are drawn while these cards are in the machines, so that no line waits for a picture. */
  #readyAhead(): void {
    const { batch } = this.batch;
    const next = this.#book
      .readyOrders(batch, this.#taken.size + this.#lines.length)
      .filter((order) => !this.#taken.has(order));
    this.#preparation.readyAhead(next.map((order) => ({ batch, order })));
  }

  #blankFor(line: LineId, card: PreparedCard): string {
    const loaded = this.#book.loadedLot(line);
    if (loaded === null || loaded.left <= 0) {
      throw new StationFault('PRODUCTION-NO-BLANKS', { line, wanted: card.product.stock.blank });
    }
    if (loaded.blankType !== card.product.stock.blank) {
      throw new StationFault('PRODUCTION-OTHER-BLANKS', {
        line,
        wanted: card.product.stock.blank,
        loaded: loaded.blankType,
      });
    }
    // A blank that leaves the feeder while somebody counts it makes every figure wrong.
    if (loaded.count === 'open') throw new StationFault('STOCK-COUNT-OPEN', { lot: loaded.lot, line });
    return loaded.lot;
  }

  /** The events that end an attempt, for one transaction: disposition, the order made or held, the look that is due. */
  endingEvents(line: LineId, job: Pick<Job, 'attempt' | 'order'>, ending: AttemptEnding): readonly NewEvent[] {
    const { batch, issuer } = this.batch;
    const about = {
      actor: { kind: 'station' },
      issuer,
      subjects: { batch, order: job.order, attempt: job.attempt, line },
    } as const;
    const events = [...attemptEnding(this.#book, about, { ...job, batch }, ending)];
    if (ending.disposition === 'good') {
      const number = this.#book.counts(batch).made + 1;
      if (number === 1 || number % this.#lookEvery === 0) {
        events.push({ ...about, kind: 'look.asked', payload: { reason: number === 1 ? 'first' : 'every-nth' } });
      }
    }
    return events;
  }

  /** Tells the run that an attempt's ending is in the journal. */
  ended(line: LineId, job: Pick<Job, 'order'>, disposition: Disposition): void {
    this.#taken.delete(job.order);
    if (disposition === 'returned') this.#notFedInARow.set(line, (this.#notFedInARow.get(line) ?? 0) + 1);
    else this.#notFedInARow.delete(line);
    if (disposition === 'good') this.#rejectedInARow.delete(line);
    else if (disposition !== 'returned') this.#rejectedInARow.set(line, (this.#rejectedInARow.get(line) ?? 0) + 1);
  }

  /**
   * When no order is left and no card is in a machine: the events that say so, with the last card's look; else none.
   */
  completionEvents(): readonly NewEvent[] {
    const { batch, issuer } = this.batch;
    const counts = this.#book.counts(batch);
    if (counts.inMachine > 0 || this.#taken.size > 0 || counts.ready > 0) return [];
    const events: NewEvent[] = [];
    const [last] = this.#book.goodAttempts(batch, 1);
    if (last !== undefined && !this.#book.lookAsked(last)) {
      events.push({
        kind: 'look.asked',
        actor: { kind: 'station' },
        issuer,
        subjects: { batch, attempt: last },
        payload: { reason: 'last' },
      });
    }
    events.push({
      kind: 'batch.made',
      actor: { kind: 'station' },
      issuer,
      subjects: { batch },
      payload: { good: counts.made, rejected: counts.rejected, notMade: this.batch.total - counts.made },
    });
    return events;
  }
}
