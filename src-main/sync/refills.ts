import type { BatchId } from '#shared/domain/identifiers.ts';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';
import { producing } from '../journal/projections/batch-transitions.ts';
import type { BatchRow } from '../journal/projections/batches.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { Timers } from '../platform/timers.ts';
import type { CmsClient } from './cms-client.ts';
import type { Grants } from './grants.ts';
import { retryDelay, type RetryTimes } from './retry-delay.ts';

export interface RefillsOptions {
  readonly journal: Journal;
  readonly client: Pick<CmsClient, 'grant'>;
  readonly grants: Grants;
  /** Brings the CMS up to date first: it grants further orders only for those that it knows to be begun. */
  readonly report: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly retryTimes: RetryTimes;
  /** Milliseconds after which the journal notes how much time of each grant is used up. */
  readonly countEvery: number;
  /** Hears of a refusal that is no mere failure of the line. */
  readonly refused: (batch: BatchId, fault: unknown) => void;
}

/** Why and when a batch's next refill is wanted. */
interface Wish {
  failures: number;
  /** Not before this, by the monotonic clock. */
  notBefore: number;
  /** The CMS has something to say: ask whatever is left. */
  poked: boolean;
}

const reportDeadline = 20_000;
const grantDeadline = 20_000;
/** A grant that brought no further orders is not asked for again at once. */
const pauseAfterNothingNew = 15_000;
const kindsThatUse = new Set(['attempt.started', 'batch.released', 'batch.started', 'order.held', 'grant.received']);

/**
 * Refills start grants while the line is up, before they are used up or over, and keeps count of their time in the journal.
 *
 * When to ask again the grant itself says; a failure is tried again with back-off, and meanwhile cards are made as far as the grant allows.
 */
export class Refills {
  readonly #options: RefillsOptions;
  readonly #wishes = new Map<string, Wish>();
  readonly #stop = new AbortController();
  #unsubscribe: () => void = () => undefined;
  #callOff: () => void = () => undefined;
  #callOffCount: () => void = () => undefined;
  #asking: Promise<void> | null = null;

  constructor(options: RefillsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#unsubscribe = this.#options.journal.subscribe((entries) => {
      if (entries.some(({ header }) => kindsThatUse.has(header.kind))) this.#appoint();
    });
    this.#appoint();
    this.#countLater();
  }

  /** The CMS said that a grant waits which must be fetched. */
  poke(batch: BatchId): void {
    Object.assign(this.#wish(batch), { poked: true });
    this.#appoint();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#callOff();
    this.#callOffCount();
    // A restart has nothing to reckon then, whatever the clock says: many short runs use up as much as one long one.
    const first = !this.#stop.signal.aborted;
    this.#stop.abort();
    if (first) this.#countAtEnd();
    await this.#asking;
  }

  #wish(batch: string): Wish {
    const known = this.#wishes.get(batch);
    if (known !== undefined) return known;
    const wish: Wish = { failures: 0, notBefore: 0, poked: false };
    this.#wishes.set(batch, wish);
    return wish;
  }

  #rows(): readonly BatchRow[] {
    return this.#options.journal.projections.batches
      .list({ issuers: 'all', states: producing })
      .filter(({ orders, lease, grant }) => lease !== null && grant !== null && orders.ready + orders.unmade > 0);
  }

  /** Milliseconds until a batch wants its refill; null when it wants none that time alone would bring. */
  #due(row: BatchRow): number {
    const wish = this.#wish(row.batch);
    const pause = Math.max(0, wish.notBefore - this.#options.clock.monotonic());
    const standing = this.#options.grants.standing(row.batch);
    if (standing === null || wish.poked) return pause;
    const { claims, used, left } = standing;
    const more = claims.orders.index < (row.count ?? 0) && row.returnedFrom === null;
    if (more && left.cards <= claims.refill.below) return pause;
    return Math.max(pause, claims.refill.afterSeconds * 1_000 - used);
  }

  #appoint(): void {
    this.#callOff();
    if (this.#stop.signal.aborted || this.#asking !== null) return;
    const dues = this.#rows().map((row) => this.#due(row));
    if (dues.length === 0) return;
    const delay = Math.max(0, Math.min(...dues, 0x7fff_ffff));
    this.#callOff = this.#options.timers.after(delay, () => {
      this.#asking = this.#askAll().finally(() => {
        this.#asking = null;
        this.#appoint();
      });
    });
  }

  async #askAll(): Promise<void> {
    for (const row of this.#rows()) {
      if (this.#stop.signal.aborted) return;
      if (this.#due(row) <= 0) await this.#askOne(row);
    }
  }

  async #askOne(row: BatchRow): Promise<void> {
    const { journal, client, grants, report, clock, retryTimes, randomness, refused } = this.#options;
    const wish = this.#wish(row.batch);
    const batch = row.batch as BatchId;
    try {
      await report(AbortSignal.any([this.#stop.signal, AbortSignal.timeout(reportDeadline)]));
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(grantDeadline)]);
      const given = await grants.ask(client, batch, row.lease ?? '', row.contentDigest ?? '', signal);
      const now = journal.projections.batches.find(batch);
      if (this.#stop.signal.aborted || now === null || !producing.includes(now.state)) return;
      journal.append(...grants.refilled(now, given));
      const more = given.index > (row.grantIndex ?? 0);
      const pause = more
        ? retryTimes.first
        : Math.max(retryTimes.first, Math.min(pauseAfterNothingNew, retryTimes.longest));
      Object.assign(wish, { failures: 0, poked: false, notBefore: clock.monotonic() + pause });
    } catch (thrown) {
      if (this.#stop.signal.aborted || isFault(thrown, 'JOURNAL-CLOSED')) return;
      wish.failures += 1;
      wish.notBefore = clock.monotonic() + retryDelay(wish.failures, thrown, retryTimes, randomness);
      refused(batch, thrown);
    }
  }

  /** Writes down how much of each grant's time is used up, so that a restart has little to reckon. */
  #countLater(): void {
    const { timers, countEvery } = this.#options;
    if (this.#stop.signal.aborted) return;
    this.#callOffCount = timers.after(countEvery, () => {
      this.count();
      this.#countLater();
    });
  }

  #countAtEnd(): void {
    try {
      if (this.#options.journal.database.open) this.count();
    } catch (thrown) {
      // A journal that takes no more entries is why the station ends.
      if (!(thrown instanceof StationFault)) throw thrown;
    }
  }

  /** Notes the time of every grant under which cards may still be begun. */
  count(): void {
    const { journal, grants } = this.#options;
    for (const { batch, issuer, grantUsed } of this.#rows()) {
      const standing = grants.standing(batch);
      // Over and known to be over: else a restart under a clock that was set back would wake it.
      if (standing === null || (grantUsed ?? 0) >= standing.claims.validForSeconds * 1_000) continue;
      const payload = { grant: standing.claims.id, used: Math.round(standing.used) };
      journal.append({
        kind: 'grant.time-counted',
        actor: { kind: 'station' },
        issuer,
        subjects: { batch },
        payload,
      });
    }
  }
}
