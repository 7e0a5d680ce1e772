import type { Lease } from '#shared/contract/cms/lease.ts';
import type { BatchId } from '#shared/domain/identifiers.ts';
import { isFault, type StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';
import { producing, type BatchState } from '../journal/projections/batch-transitions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Timers } from '../platform/timers.ts';
import type { CmsClient } from './cms-client.ts';

export interface LeasesOptions {
  readonly journal: Journal;
  readonly client: CmsClient;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Milliseconds until a heartbeat that failed is tried again. */
  readonly tryAgain: number;
  /** Called when a batch is no longer this station's: the fault that says why. */
  readonly lost: (batch: BatchId, fault: StationFault) => void;
  /** Called when the CMS took back orders that were never granted, and a grant that says so waits. */
  readonly returned: (batch: BatchId) => void;
  /** Called when the CMS says that this station was declared lost. */
  readonly stationLost: () => void;
}

interface Held {
  readonly lease: string;
  /** When its next heartbeat is due, by the monotonic clock. */
  due: number;
}

/** A batch in one of these would lapse without a heartbeat: as a whole before its grant, later its orders that were never granted. */
const lapsing: readonly BatchState[] = ['receiving', 'ready', 'release-requested', ...producing, 'close-requested'];
/** States that keep their records when the lease changes: they may be leased anew. */
const renewable: readonly BatchState[] = ['ready', 'release-requested'];
const ending = new Set(['batch.refused', 'batch.intake-abandoned', 'batch.lost', 'batch.closed']);

/** Holds batches at the CMS: takes leases, keeps them by heartbeats until the close, gives them back. */
export class Leases {
  readonly #options: LeasesOptions;
  readonly #held = new Map<string, Held>();
  readonly #stop = new AbortController();
  #unsubscribe: () => void = () => undefined;
  #callOff: () => void = () => undefined;

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** Takes up the leases that the journal tells of, and follows it from now on. */
  start(): void {
    const { journal } = this.#options;
    for (const row of journal.projections.batches.list({ issuers: 'all', states: lapsing })) {
      if (row.lease !== null) this.#hold(row.batch, row.lease, 0);
    }
    this.#unsubscribe = journal.subscribe((entries) => {
      for (const { header } of entries) {
        const { batch } = header.subjects;
        if (batch !== undefined && ending.has(header.kind)) this.#held.delete(batch);
      }
    });
  }

  /** Reserves a batch and keeps it until its intake ends badly, its release, or `giveBack`. Faults of the client. */
  async take(batch: string, signal: AbortSignal): Promise<Lease> {
    const lease = await this.#options.client.takeLease(batch, signal);
    this.#hold(batch, lease.lease, this.#untilHeartbeat(lease));
    return lease;
  }

  /** Gives a lease back; one that ended meanwhile, or was granted and is settled by events, is no fault. */
  async giveBack(lease: string, signal: AbortSignal): Promise<void> {
    for (const [batch, held] of this.#held) if (held.lease === lease) this.#held.delete(batch);
    try {
      await this.#options.client.releaseLease(lease, signal);
    } catch (thrown) {
      if (!isFault(thrown, 'CMS-LEASE-LOST') && !isFault(thrown, 'CMS-LEASE-GRANTED')) throw thrown;
    }
  }

  stop(): void {
    this.#unsubscribe();
    this.#stop.abort();
    this.#callOff();
    this.#held.clear();
  }

  /** Milliseconds: a fifth earlier than asked, and in any case well before the lease lapses. */
  #untilHeartbeat({ heartbeatSeconds, expiresAt }: Lease): number {
    const left = Date.parse(expiresAt) - this.#options.clock.now().getTime();
    const asked = heartbeatSeconds * 800;
    // A clock that stands wrong must not make us silent, nor hammer the CMS.
    return left > 0 ? Math.max(200, Math.min(asked, left / 2)) : asked;
  }

  #hold(batch: string, lease: string, delay: number): void {
    this.#held.set(batch, { lease, due: this.#options.clock.monotonic() + delay });
    this.#appoint();
  }

  #appoint(): void {
    this.#callOff();
    if (this.#held.size === 0 || this.#stop.signal.aborted) return;
    const first = Math.min(...[...this.#held.values()].map(({ due }) => due));
    const delay = Math.max(0, Math.min(first - this.#options.clock.monotonic(), 0x7fff_ffff));
    this.#callOff = this.#options.timers.after(delay, () => void this.#beat());
  }

  async #beat(): Promise<void> {
    const now = this.#options.clock.monotonic();
    for (const [batch, held] of Array.from(this.#held)) {
      if (held.due > now) continue;
      const delay = await this.#beatOne(batch, held.lease);
      if (this.#stop.signal.aborted) return;
      const current = this.#held.get(batch);
      if (current !== undefined) current.due = this.#options.clock.monotonic() + delay;
    }
    this.#appoint();
  }

  async #beatOne(batch: string, lease: string): Promise<number> {
    const { client, tryAgain } = this.#options;
    try {
      return this.#untilHeartbeat(await client.heartbeat(lease, this.#stop.signal));
    } catch (thrown) {
      if (isFault(thrown, 'CMS-LEASE-LOST')) return this.#takeAnew(batch as BatchId, lease, thrown);
      if (isFault(thrown, 'CMS-ORDERS-RETURNED')) this.#options.returned(batch as BatchId);
      if (isFault(thrown, 'CMS-STATION-LOST')) this.#options.stationLost();
      return tryAgain;
    }
  }

  /** A lease that lapsed (the station was off for long) is taken anew; the batch here stays as it is. */
  async #takeAnew(batch: BatchId, lapsed: string, fault: StationFault): Promise<number> {
    const { client, journal, tryAgain, lost } = this.#options;
    const row = journal.projections.batches.find(batch);
    if (row === null || row.lease !== lapsed || !renewable.includes(row.state)) {
      this.#held.delete(batch);
      // A granted lease never lapses: somebody ended it. A close that waits for its signature may still be taken back.
      const state = row?.state === 'close-requested' ? row.stateBeforeClose : row?.state;
      if (row?.lease === lapsed && producing.some((each) => each === state)) lost(batch, fault);
      return tryAgain;
    }
    try {
      const lease = await client.takeLease(batch, this.#stop.signal);
      journal.append({
        kind: 'batch.leased',
        actor: { kind: 'station' },
        issuer: row.issuer,
        subjects: { batch },
        payload: { lease: lease.lease, expires: lease.expiresAt },
      });
      this.#held.set(batch, { lease: lease.lease, due: Number.POSITIVE_INFINITY });
      return this.#untilHeartbeat(lease);
    } catch (thrown) {
      if (!isFault(thrown, 'CMS-LEASE-HELD') && !isFault(thrown, 'CMS-BATCH-NOT-AVAILABLE')) return tryAgain;
      this.#held.delete(batch);
      lost(batch, thrown);
      return tryAgain;
    }
  }
}
