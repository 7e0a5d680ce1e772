import type { LineId } from '#shared/domain/identifiers.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import type { EventKind, EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { JournalPort, NewEvent } from '../journal/port.ts';
import type { Verdict } from '../verification/port.ts';
import { attemptEnding, type AttemptEnding } from './attempt-ending.ts';
import type { BatchRun } from './batch-run.ts';
import type { Job, KnownFault } from './line-state.ts';
import type { OrderBook } from './order-book.ts';
import { verifiedPayload } from './verified-payload.ts';

/** Writes what a line does to its attempts into the journal, each event with its subjects. */
export class AttemptJournal {
  readonly #line: LineId;
  readonly #journal: JournalPort;
  readonly #book: OrderBook;
  readonly #issuerOf: (batch: string) => string | null;

  constructor(options: {
    readonly line: LineId;
    readonly journal: JournalPort;
    readonly book: OrderBook;
    issuerOf(batch: string): string | null;
  }) {
    this.#line = options.line;
    this.#journal = options.journal;
    this.#book = options.book;
    this.#issuerOf = (batch) => options.issuerOf(batch);
  }

  /** One event about an attempt, caused by the station. */
  write<K extends EventKind>(job: Job, kind: K, payload: EventPayload<K>): void {
    this.announce(job, kind, payload);
  }

  /** One event about the line, and about the attempt in it if there is one. */
  announce<K extends EventKind>(
    job: Job | null,
    kind: K,
    payload: EventPayload<K>,
    actor: JournalActor = { kind: 'station' },
  ): void {
    const subjects = job === null ? { line: this.#line } : this.#subjects(job);
    const issuer = job === null ? null : this.#issuerOf(job.batch);
    this.#journal.append({ kind, actor, issuer, subjects, payload } as NewEvent);
  }

  outcome(job: Job, step: StepName, fault: KnownFault | null): void {
    this.write(job, 'attempt.outcome', {
      step,
      outcome: fault === null ? { kind: 'done' } : { kind: 'failed', code: fault.code, details: { ...fault.details } },
    });
  }

  /** What the proof of one part of the card said. */
  verified(job: Job, verdict: Verdict): void {
    this.write(job, 'attempt.verified', verifiedPayload(verdict));
  }

  /** Ends an attempt: a good card's certificate, its disposition, the order made or held and the look due, in one transaction. */
  ended(job: Job, ending: AttemptEnding, run: BatchRun | null): void {
    if (run !== null && run.batch.batch === job.batch) {
      this.#journal.append(...run.endingEvents(this.#line, job, ending));
      run.ended(this.#line, job, ending.disposition);
      return;
    }
    const about = {
      actor: { kind: 'station' },
      issuer: this.#issuerOf(job.batch),
      subjects: this.#subjects(job),
    } as const;
    this.#journal.append(...attemptEnding(this.#book, about, job, ending));
  }

  #subjects(job: Job): Readonly<Record<string, string>> {
    return { batch: job.batch, order: job.order, attempt: job.attempt, line: this.#line };
  }
}
