import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { GrantClaims } from '#shared/contract/cms/grant.ts';
import { leaseId } from '#shared/contract/cms/wire-text.ts';
import type { LeaseDesk } from '../batches/lease-desk.ts';
import { returnOrders } from '../batches/return-orders.ts';
import type { BatchEvent } from '../events/order-moves.ts';
import { keepFinding } from '../events/keep-finding.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import type { SigningKey } from '../signing/signing-key.ts';
import type { BatchRow, CmsTables, LeaseRow, StationRow } from '../store/tables.ts';
import type { ForgottenBatches } from './forgotten-batches.ts';
import { readOwnGrant } from './read-own-grant.ts';
import type { Reconciliation } from './reconciliation.ts';

const leased = z.looseObject({ lease: leaseId });
const granted = z.looseObject({ grant: z.string() });

/** Kinds by which a station tells of the leases and grants that it has. */
export const leaseKinds: ReadonlySet<string> = new Set([
  'batch.leased',
  'batch.released',
  'grant.received',
  'batch.refused',
  'batch.intake-abandoned',
]);

/** What an event taught: nothing new, a lease that was forgotten, or that and a batch of returned orders. */
export type Learnt =
  { readonly kind: 'nothing' } | { readonly kind: 'lease' } | { readonly kind: 'batch'; readonly batch: string };

const nothing: Learnt = { kind: 'nothing' };

/**
 * Brings back leases and grants that a restored CMS has forgotten, from what the stations report.
 *
 * A grant is believed at any time, for it bears our own signature: the newest number of a lease counts. A bare lease is believed only while
 * a reconciliation is under way, and never against a lease that stands.
 */
export class LeaseRestoration {
  readonly #desk: LeaseDesk;
  readonly #signingKey: SigningKey;
  readonly #reconciliation: Reconciliation;
  readonly #forgotten: ForgottenBatches;
  readonly #surroundings: Surroundings;

  constructor(parts: {
    readonly desk: LeaseDesk;
    readonly signingKey: SigningKey;
    readonly reconciliation: Reconciliation;
    readonly forgotten: ForgottenBatches;
    readonly surroundings: Surroundings;
  }) {
    this.#desk = parts.desk;
    this.#signingKey = parts.signingKey;
    this.#reconciliation = parts.reconciliation;
    this.#forgotten = parts.forgotten;
    this.#surroundings = parts.surroundings;
  }

  /** Learns from one event of a station about a batch, inside the transaction that keeps it. */
  async learn(
    transaction: Transaction<CmsTables>,
    station: StationRow,
    batchId: string,
    event: BatchEvent,
  ): Promise<Learnt> {
    const batch = await transaction.selectFrom('batch').selectAll().where('id', '=', batchId).executeTakeFirst();
    if (batch === undefined && (await this.#reconciliation.isOpen(transaction)) === 'no') {
      // While one is under way, another station may still tell where the batch came from.
      await this.#forgotten.block(transaction, batchId);
    }
    if (batch === undefined || batch.state === 'filling' || station.lost_at !== null) return nothing;
    if (event.kind === 'batch.released' || event.kind === 'grant.received') {
      const claims = readOwnGrant(granted.safeParse(event.payload).data?.grant, this.#signingKey.published);
      if (claims === null || claims.station !== station.id || claims.batch !== batch.id) return nothing;
      return this.#grant(transaction, { station, batch, event, claims });
    }
    if ((await this.#reconciliation.isOpen(transaction)) === 'no') return nothing;
    if (event.kind === 'batch.leased') {
      const told = leased.safeParse(event.payload);
      return told.success ? this.#lease(transaction, station, batch, told.data.lease) : nothing;
    }
    await this.#giveBack(transaction, station, batch);
    return nothing;
  }

  async #lease(transaction: Transaction<CmsTables>, station: StationRow, batch: BatchRow, id: string): Promise<Learnt> {
    const known = await transaction.selectFrom('lease').select('id').where('id', '=', id).executeTakeFirst();
    if (known !== undefined || batch.state !== 'available') return nothing;
    await transaction
      .insertInto('lease')
      .values(this.#desk.newLease(batch.id, station, id))
      .execute();
    await transaction.updateTable('batch').set({ state: 'leased' }).where('id', '=', batch.id).execute();
    return { kind: 'lease' };
  }

  async #giveBack(transaction: Transaction<CmsTables>, station: StationRow, batch: BatchRow): Promise<void> {
    const ended = await transaction
      .updateTable('lease')
      .set({ ended_at: this.#surroundings.now().toISOString(), end_reason: 'given-back' })
      .where('batch', '=', batch.id)
      .where('station', '=', station.id)
      .where('ended_at', 'is', null)
      .where('grant_jws', 'is', null)
      .executeTakeFirst();
    if (ended.numUpdatedRows === 0n) return;
    await transaction.updateTable('batch').set({ state: 'available' }).where('id', '=', batch.id).execute();
  }

  async #grant(
    transaction: Transaction<CmsTables>,
    told: {
      readonly station: StationRow;
      readonly batch: BatchRow;
      readonly event: BatchEvent;
      readonly claims: GrantClaims;
    },
  ): Promise<Learnt> {
    const { station, batch, event, claims } = told;
    const known = await transaction.selectFrom('lease').selectAll().where('id', '=', claims.lease).executeTakeFirst();
    if (known !== undefined && known.grant_number >= claims.number) return nothing;
    // What people or a close ended stays ended; only running out is undone by a grant that was forgotten.
    if (known !== undefined && known.ended_at !== null && known.end_reason !== 'expired') return nothing;
    if ((await this.#clear(transaction, told)) === 'granted-elsewhere') {
      const detail = `batch ${batch.id} was granted to another station too: orders below ${claims.orders.index} may have two cards`;
      await keepFinding(transaction, station, {
        sequence: event.sequence,
        code: 'TWO-GRANTS',
        detail,
        time: event.time,
      });
      return nothing;
    }
    const row = known ?? this.#desk.newLease(batch.id, station, claims.lease);
    if (known === undefined) await transaction.insertInto('lease').values(row).execute();
    await transaction
      .updateTable('lease')
      .set(renewed(row, claims, String(granted.parse(event.payload).grant), this.#surroundings.now()))
      .where('id', '=', row.id)
      .execute();
    await keepGrant(transaction, claims);
    await transaction
      .updateTable('batch')
      .set({ state: 'granted' })
      .where('id', '=', batch.id)
      .where('state', 'in', ['available', 'leased'])
      .execute();
    return this.#return(transaction, row, claims);
  }

  /**
   * Makes way on the batch: a lease that is no more than a reservation yields to a grant. One that was granted does not, nor does it when it
   * ended since: its cards exist.
   */
  async #clear(
    transaction: Transaction<CmsTables>,
    { station, batch, event, claims }: { station: StationRow; batch: BatchRow; event: BatchEvent; claims: GrantClaims },
  ): Promise<'clear' | 'granted-elsewhere'> {
    const others = await transaction
      .selectFrom('lease')
      .selectAll()
      .where('batch', '=', batch.id)
      .where('id', '!=', claims.lease)
      .where((build) =>
        build.or([
          build('ended_at', 'is', null),
          build.and([build('grant_jws', 'is not', null), build('end_reason', 'in', ['closed', 'lost'])]),
        ]),
      )
      .execute();
    if (others.some(({ grant_jws }) => grant_jws !== null)) return 'granted-elsewhere';
    const [other] = others;
    if (other === undefined) return 'clear';
    await transaction
      .updateTable('lease')
      .set({ ended_at: this.#surroundings.now().toISOString(), end_reason: 'expired' })
      .where('id', '=', other.id)
      .execute();
    if (other.station !== station.id) {
      const detail = `the reservation of batch ${batch.id} by ${other.station} yielded to a grant that was forgotten`;
      await keepFinding(transaction, station, {
        sequence: event.sequence,
        code: 'LEASE-YIELDED',
        detail,
        time: event.time,
      });
    }
    return 'clear';
  }

  /** Orders that had gone back before the backup was restored go back once more, into a batch of the same name. */
  async #return(transaction: Transaction<CmsTables>, row: LeaseRow, claims: GrantClaims): Promise<Learnt> {
    if (claims.returnedFrom === null || row.returned_from !== null) return { kind: 'lease' };
    const from = { id: row.id, batch: row.batch, granted_index: claims.returnedFrom };
    const returned = await returnOrders(transaction, from, this.#surroundings);
    const return_told = this.#surroundings.now().toISOString();
    await transaction.updateTable('lease').set({ return_told }).where('id', '=', row.id).execute();
    return returned === null ? { kind: 'lease' } : { kind: 'batch', batch: returned.batch };
  }
}

/** A lease as its newest grant has it, alive for another hour: its station is there, or it would not report. */
function renewed({ returned_from }: LeaseRow, claims: GrantClaims, jws: string, now: Date) {
  return {
    // Where no further order is to be granted, those that were granted stay so.
    returned_from: returned_from === null ? null : Math.max(returned_from, claims.orders.index),
    ended_at: null,
    end_reason: null,
    expires_at: new Date(now.getTime() + 3_600_000).toISOString(),
    release_digest: claims.releaseDigest,
    grant_jws: jws,
    grant_number: claims.number,
    granted_count: claims.count,
    granted_index: claims.orders.index,
  };
}

async function keepGrant(transaction: Transaction<CmsTables>, claims: GrantClaims): Promise<void> {
  await transaction
    .insertInto('start_grant')
    .values({
      id: claims.id,
      lease: claims.lease,
      number: claims.number,
      count: claims.count,
      granted_index: claims.orders.index,
      seconds: claims.validForSeconds,
      issued_at: claims.issuedAt,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
