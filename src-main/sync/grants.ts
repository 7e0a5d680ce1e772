import type { GrantClaims } from '#shared/contract/cms/grant.ts';
import type { BatchId, OrderId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import { producing } from '../journal/projections/batch-transitions.ts';
import type { BatchRow } from '../journal/projections/batches.ts';
import { timeRunSince } from '../journal/time-run.ts';
import type { Clock } from '../platform/clock.ts';
import { fitGrant, readGrant, type GrantReader } from './believe-grant.ts';
import type { CmsClient } from './cms-client.ts';
import type { GivenGrant } from './grant-port.ts';
import type { GrantLeft, LeasePort } from './lease-port.ts';
import { PassingTime } from './passing-time.ts';

export interface GrantsOptions extends GrantReader {
  readonly journal: Journal;
  readonly clock: Clock;
}

/** A grant as it was asked for, with the claims that were believed. */
export interface GrantAsked extends GivenGrant {
  readonly claims: GrantClaims;
}

/** A grant that was believed, and how its time is counted here. */
interface Running {
  readonly claims: GrantClaims;
  /** Milliseconds used up when this process began to count, less what had passed in it by then: add `passed()`. */
  readonly offset: number;
}

/** Where the newest grant of a batch stands. */
export interface GrantStanding {
  readonly claims: GrantClaims;
  /** Milliseconds of its time that are used up. */
  readonly used: number;
  readonly left: GrantLeft;
}

/**
 * Start grants: asked for at release, refilled, kept as compact JWS in the journal, believed only under a key of the CMS.
 *
 * Time is counted by the monotonic clock from the moment the station asked. A restart goes on from what the journal's entries show to have
 * passed and from the wall clock where that is further: a clock that was set back gives no time.
 */
export class Grants implements LeasePort {
  readonly #options: GrantsOptions;
  readonly #time: PassingTime;
  /** By batch and compact JWS: a grant of another batch is none, however real it is. */
  readonly #running = new Map<string, Running | 'not believed'>();

  constructor(options: GrantsOptions) {
    this.#options = options;
    this.#time = new PassingTime(options.clock);
    // What the entries tell is added up at once: later entries would tell of time that this process counts itself.
    for (const row of options.journal.projections.batches.list({ issuers: 'all', states: producing })) this.#of(row);
  }

  /**
   * Asks for the grant of a batch as released, or for a refill. CMS-GRANT-INVALID for one that is forged, old or of something else, and the
   * faults of the client.
   */
  async ask(
    client: Pick<CmsClient, 'grant'>,
    batch: BatchId,
    lease: string,
    releaseDigest: string,
    signal: AbortSignal,
  ): Promise<GrantAsked> {
    const asked = this.#time.passed();
    const jws = await client.grant(lease, releaseDigest, signal);
    const claims = readGrant(this.#options, batch, jws);
    const row = this.#options.journal.projections.batches.find(batch);
    if (row === null) throw new StationFault('PRODUCTION-NO-BATCH', { batch });
    const newest = row.grant === null ? null : this.#of(row);
    fitGrant(claims, row, { lease, releaseDigest, newest: newest?.claims.number ?? 0 });
    this.#running.set(`${batch} ${jws}`, { claims, offset: -asked });
    const { count, orders, validForSeconds } = claims;
    return { jws, count, index: orders.index, validForSeconds, claims };
  }

  /** The events of a refill: the grant, and the orders that went back where it says so. */
  refilled(row: BatchRow, { jws, claims }: GrantAsked): readonly NewEvent[] {
    const about = { actor: { kind: 'station' }, issuer: row.issuer, subjects: { batch: row.batch } } as const;
    const { id, number, count, orders, validForSeconds, returnedFrom } = claims;
    const received: NewEvent = {
      ...about,
      kind: 'grant.received',
      payload: { grant: jws, id, number, count, index: orders.index, validForSeconds },
    };
    if (returnedFrom === null || row.returnedFrom !== null) return [received];
    const payload = { from: returnedFrom, reason: 'CMS-ORDERS-RETURNED' };
    return [received, { ...about, kind: 'batch.orders-returned', payload }];
  }

  grantFor(batch: BatchId, order: OrderId): { readonly grant: string } {
    const { projections } = this.#options.journal;
    if ((projections.station.facts()?.lostAt ?? null) !== null) throw new StationFault('CMS-STATION-LOST');
    const row = projections.batches.find(batch);
    const none = (why: string): StationFault => new StationFault('PRODUCTION-NO-GRANT', { batch, why });
    if (row === null || row.grant === null || !producing.includes(row.state)) throw none('absent');
    const running = this.#of(row);
    if (running === null) throw none('forged');
    const { claims } = running;
    if (this.#used(running) >= claims.validForSeconds * 1_000)
      throw new StationFault('PRODUCTION-GRANT-EXPIRED', { batch });
    const wanted = projections.orders.find(batch, order);
    if (wanted === null || wanted.state === 'held' || wanted.state === 'made') throw none('order');
    const { count, orders } = claims;
    const beyondCount = (): boolean => count < orders.index && projections.orders.begun(batch) >= count;
    if (wanted.index >= orders.index || (wanted.attempts === 0 && beyondCount())) {
      throw new StationFault('PRODUCTION-GRANT-USED-UP', { batch });
    }
    return { grant: claims.id };
  }

  /** Where the newest grant of a batch in production stands; null where none is believed. */
  standing(batch: string): GrantStanding | null {
    const { projections } = this.#options.journal;
    const row = projections.batches.find(batch);
    if (row === null || row.grant === null || !producing.includes(row.state)) return null;
    const running = this.#of(row);
    if (running === null) return null;
    const { claims } = running;
    const used = this.#used(running);
    const below = projections.orders.readyBelow(batch, claims.orders.index);
    const { count, orders } = claims;
    const fresh = count < orders.index ? Math.min(below, Math.max(0, count - projections.orders.begun(batch))) : below;
    const cards = fresh + projections.orders.counts(batch).unmade;
    const seconds = Math.max(0, Math.floor(claims.validForSeconds - used / 1_000));
    return { claims, used, left: { cards, seconds } };
  }

  #used({ offset }: Running): number {
    return Math.max(0, offset + this.#time.passed());
  }

  #of(row: BatchRow): Running | null {
    if (row.grant === null) return null;
    const name = `${row.batch} ${row.grant}`;
    const known = this.#running.get(name);
    if (known !== undefined) return known === 'not believed' ? null : known;
    const running = this.#fromJournal(row, row.grant);
    this.#running.set(name, running ?? 'not believed');
    return running;
  }

  /** A grant of an earlier process: counted on from the entry up to which its time was counted. */
  #fromJournal(row: BatchRow, jws: string): Running | null {
    let claims: GrantClaims;
    try {
      claims = readGrant(this.#options, row.batch, jws);
    } catch {
      return null;
    }
    const { journal, clock } = this.#options;
    const run = timeRunSince(journal.database, row.grantCountedAt ?? 0);
    const off = Math.max(0, clock.now().getTime() - run.last);
    return { claims, offset: (row.grantUsed ?? 0) + run.milliseconds + off - this.#time.passed() };
  }
}
