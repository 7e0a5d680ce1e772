import type { CmsSigningKey } from '#shared/contract/cms/enrolment.ts';
import { grantClaims, grantHeader, type GrantClaims } from '#shared/contract/cms/grant.ts';
import type { BatchId, OrderId, StationId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';
import { producing } from '../journal/projections/batch-transitions.ts';
import type { BatchRow } from '../journal/projections/batches.ts';
import type { Clock } from '../platform/clock.ts';
import { isSignedBy, readCompactJws, readJson } from '../platform/compact-jws.ts';
import type { CmsClient } from './cms-client.ts';
import type { GivenGrant } from './grant-port.ts';
import type { LeasePort } from './lease-port.ts';

export interface GrantsOptions {
  readonly journal: Journal;
  readonly station: StationId;
  readonly signingKeys: readonly CmsSigningKey[];
  readonly clock: Clock;
}

/** A grant that was believed, and since when its time runs here. */
interface Running {
  readonly claims: GrantClaims;
  /** Milliseconds of the monotonic clock at which its time began; may be negative. */
  readonly began: number;
}

/** Entries of the journal's end that are looked at: more than a start writes before the sync opens. */
const looksBack = 500;

function invalid(batch: string, why: string): StationFault {
  return new StationFault('CMS-GRANT-INVALID', { batch, why });
}

/**
 * Start grants: asked for at release, kept as their compact JWS in `batch.released`, believed only under a key of the CMS.
 *
 * Time is counted by the monotonic clock from the moment the grant was received. After a restart it goes on from what has passed since the
 * release by the wall clock, or by the latest time among the journal's last entries where the wall clock stands before it.
 */
export class Grants implements LeasePort {
  readonly #options: GrantsOptions;
  /** By batch and compact JWS. */
  readonly #running = new Map<string, Running>();
  /** The latest time that the journal's end knew of at start. */
  readonly #latestSeen: number;

  constructor(options: GrantsOptions) {
    this.#options = options;
    const { journal } = options;
    const from = Math.max(1, journal.head().sequence - looksBack + 1);
    this.#latestSeen = Math.max(0, ...journal.read(from, looksBack).map(({ header }) => Date.parse(header.time)));
  }

  /** Asks for the grant of a batch as released. CMS-GRANT-INVALID for one that is forged or of something else, and the faults of the client. */
  async ask(
    client: CmsClient,
    batch: BatchId,
    lease: string,
    releaseDigest: string,
    signal: AbortSignal,
  ): Promise<GivenGrant> {
    const jws = await client.grant(lease, releaseDigest, signal);
    const claims = this.#read(batch, jws);
    if (claims.releaseDigest !== releaseDigest) throw invalid(batch, 'it names another release');
    const row = this.#options.journal.projections.batches.find(batch);
    if (claims.lease !== lease) throw invalid(batch, 'it is of another lease');
    if (row?.count !== claims.count) throw invalid(batch, 'it is for another number of orders');
    this.#running.set(`${batch} ${jws}`, { claims, began: this.#options.clock.monotonic() });
    return { jws, count: claims.count, validForSeconds: claims.validForSeconds };
  }

  grantFor(batch: BatchId, order: OrderId): { readonly grant: string } {
    const none = (why: string) => new StationFault('PRODUCTION-NO-GRANT', { batch, why });
    const { projections } = this.#options.journal;
    const row = projections.batches.find(batch);
    if (row === null || row.grant === null || !producing.includes(row.state)) throw none('absent');
    const { claims, began } = this.#of(row, row.grant);
    if (this.#options.clock.monotonic() - began > claims.validForSeconds * 1_000) throw none('expired');
    const wanted = projections.orders.find(batch, order);
    if (wanted === null || wanted.state === 'held' || wanted.state === 'made') throw none('order');
    const counts = projections.orders.counts(batch);
    const begun = counts['in-production'] + counts.made + counts.unmade;
    if (wanted.attempts === 0 && begun >= claims.count) throw none('used up');
    return { grant: claims.id };
  }

  #of(row: BatchRow, jws: string): Running {
    const name = `${row.batch} ${jws}`;
    const known = this.#running.get(name);
    if (known !== undefined) return known;
    let claims: GrantClaims;
    try {
      claims = this.#read(row.batch, jws);
    } catch (cause) {
      throw new StationFault('PRODUCTION-NO-GRANT', { batch: row.batch, why: 'forged' }, cause);
    }
    const running = { claims, began: this.#options.clock.monotonic() - this.#passedSince(row.releasedAt) };
    this.#running.set(name, running);
    return running;
  }

  /** Milliseconds since a release before this start. */
  #passedSince(releasedAt: string | null): number {
    const latest = Math.max(this.#options.clock.now().getTime(), this.#latestSeen);
    return Math.max(0, latest - Date.parse(releasedAt ?? ''));
  }

  /** Believes a grant: allowed header, known key, signature, form, this station, this batch. */
  #read(batch: string, text: string): GrantClaims {
    const jws = readCompactJws(text);
    const header = grantHeader.safeParse(jws?.header);
    if (jws === null || !header.success) throw invalid(batch, 'its form is not allowed');
    const key = this.#options.signingKeys.find(({ kid }) => kid === header.data.kid);
    if (key === undefined) throw invalid(batch, 'its signer is not known');
    if (!isSignedBy(jws, key.jwk)) throw invalid(batch, 'its signature is wrong');
    const claims = grantClaims.safeParse(readJson(jws.payload));
    if (!claims.success) throw invalid(batch, 'its claims are not as agreed');
    if (claims.data.station !== this.#options.station) throw invalid(batch, 'it is for another station');
    if (claims.data.batch !== batch) throw invalid(batch, 'it is for another batch');
    return claims.data;
  }
}
