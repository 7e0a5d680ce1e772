import type { Lease, LeaseReleased } from '#shared/contract/cms/lease.ts';
import { contentKey } from '#shared/contract/cms/manifest.ts';
import { ecPublicJwk, leaseId } from '#shared/contract/cms/wire-text.ts';
import { batchId, stationId } from '#shared/domain/identifiers.ts';
import { CmsFault } from '../http/cms-fault.ts';
import { freshId, type Surroundings } from '../platform/surroundings.ts';
import { wrapContentKey } from '../sealing/content-key.ts';
import type { RecordKey } from '../sealing/record-sealer.ts';
import type { Vault } from '../sealing/vault.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { Reconciliation } from '../reconciliation/reconciliation.ts';
import type { LeaseRow, StationRow } from '../store/tables.ts';
import type { LeaseTerms } from './lease-terms.ts';
import { returnOrders } from './return-orders.ts';

/** Leases: one live lease a batch. What lapses gives back only orders that were never granted (DESIGN 6.8). */
export class LeaseDesk {
  readonly #database: CmsDatabase;
  readonly #vault: Vault;
  readonly #terms: LeaseTerms;
  readonly #reconciliation: Reconciliation;
  readonly #surroundings: Surroundings;

  constructor(parts: {
    readonly database: CmsDatabase;
    readonly vault: Vault;
    readonly terms: LeaseTerms;
    readonly reconciliation: Reconciliation;
    readonly surroundings: Surroundings;
  }) {
    this.#database = parts.database;
    this.#vault = parts.vault;
    this.#terms = parts.terms;
    this.#reconciliation = parts.reconciliation;
    this.#surroundings = parts.surroundings;
  }

  /**
   * Ends leases that ran out without a grant and returns their batches; of those granted, returns the orders never granted, once. Done before
   * every look at leases.
   */
  async endExpired(): Promise<void> {
    // A restored CMS may have forgotten heartbeats and grants: nothing runs out until the stations have told.
    if ((await this.#reconciliation.isOpen()) === 'yes') return;
    const now = this.#surroundings.now().toISOString();
    await this.#database.transaction().execute(async (transaction) => {
      const ended = await transaction
        .updateTable('lease')
        .set({ ended_at: now, end_reason: 'expired' })
        .where('ended_at', 'is', null)
        .where('grant_jws', 'is', null)
        .where('expires_at', '<=', now)
        .returning('batch')
        .execute();
      for (const { batch } of ended) {
        await transaction
          .updateTable('batch')
          .set({ state: 'available' })
          .where('id', '=', batch)
          .where('state', '=', 'leased')
          .execute();
      }
      const lapsed = await transaction
        .selectFrom('lease')
        .selectAll()
        .where('ended_at', 'is', null)
        .where('grant_jws', 'is not', null)
        .where('returned_from', 'is', null)
        .where('expires_at', '<=', now)
        .execute();
      for (const lease of lapsed) await returnOrders(transaction, lease, this.#surroundings);
    });
  }

  /** Reserves a batch for a station, or renews the lease it has. LEASE-HELD, BATCH-NOT-AVAILABLE, BATCH-UNKNOWN. */
  async take(batch: string, station: StationRow): Promise<Lease> {
    await this.endExpired();
    return this.#database.transaction().execute(async (transaction) => {
      const row = await transaction.selectFrom('batch').selectAll().where('id', '=', batch).executeTakeFirst();
      if (row === undefined || row.state === 'filling') throw new CmsFault('BATCH-UNKNOWN');
      const live = await transaction
        .selectFrom('lease')
        .selectAll()
        .where('batch', '=', batch)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      if (live !== undefined && live.station !== station.id) throw new CmsFault('LEASE-HELD');
      if (row.state === 'closed') throw new CmsFault('BATCH-NOT-AVAILABLE');
      if (live !== undefined) {
        const expires_at = this.#expiry();
        await transaction.updateTable('lease').set({ expires_at }).where('id', '=', live.id).execute();
        return this.#describe({ ...live, expires_at });
      }
      if (row.state !== 'available') throw new CmsFault('BATCH-NOT-AVAILABLE');
      const lease = this.newLease(batch, station, freshId('l', this.#surroundings));
      await transaction.insertInto('lease').values(lease).execute();
      await transaction.updateTable('batch').set({ state: 'leased' }).where('id', '=', batch).execute();
      return this.#describe(lease);
    });
  }

  /**
   * Finds a station's live lease; LEASE-UNKNOWN for another station's or none, LEASE-EXPIRED for one that has ended. A restored CMS answers
   * RECONCILING for one that it does not know: its station would give the batch up for good, and it may yet be told of it.
   */
  async require(lease: string, station: StationRow): Promise<LeaseRow> {
    await this.endExpired();
    const row = await this.#database.selectFrom('lease').selectAll().where('id', '=', lease).executeTakeFirst();
    if (row === undefined && (await this.#reconciliation.isOpen()) === 'yes') throw new CmsFault('RECONCILING');
    if (row === undefined || row.station !== station.id) throw new CmsFault('LEASE-UNKNOWN');
    if (row.ended_at !== null) throw new CmsFault('LEASE-EXPIRED');
    return row;
  }

  /** Renews a lease for its full time. ORDERS-RETURNED until the station has a grant that says what went back. */
  async heartbeat(lease: string, station: StationRow): Promise<Lease> {
    const row = await this.require(lease, station);
    if (row.returned_from !== null && row.return_told === null) throw new CmsFault('ORDERS-RETURNED');
    const expires_at = this.#expiry();
    await this.#database.updateTable('lease').set({ expires_at }).where('id', '=', lease).execute();
    return this.#describe({ ...row, expires_at });
  }

  /** Gives a batch back. LEASE-GRANTED once a grant was given. */
  async release(lease: string, station: StationRow): Promise<LeaseReleased> {
    const row = await this.require(lease, station);
    const now = this.#surroundings.now().toISOString();
    await this.#database.transaction().execute(async (transaction) => {
      const ended = await transaction
        .updateTable('lease')
        .set({ ended_at: now, end_reason: 'given-back' })
        .where('id', '=', lease)
        .where('grant_jws', 'is', null)
        .executeTakeFirst();
      if (ended.numUpdatedRows !== 1n) throw new CmsFault('LEASE-GRANTED');
      await transaction.updateTable('batch').set({ state: 'available' }).where('id', '=', row.batch).execute();
    });
    return { lease: leaseId.parse(row.id), batch: batchId.parse(row.batch), released: 'yes' };
  }

  /** The key and nonce field of a lease's records. */
  recordKey(lease: LeaseRow): RecordKey {
    const opened = this.#vault.open(lease.sealed_record_key, `lease/${lease.id}`);
    return { contentKey: opened.subarray(0, 32), nonceField: opened.subarray(32, 36) };
  }

  /** A lease as it is written, with record keys of its own: a fresh one, or one that was forgotten and comes back under its id. */
  newLease(batch: string, station: StationRow, id: string): LeaseRow {
    const key = this.#surroundings.randomBytes(36);
    const recipient = ecPublicJwk.parse(JSON.parse(station.record_key));
    const wrapped = wrapContentKey(key.subarray(0, 32), recipient, { apu: batch, apv: `${station.id}/${id}` });
    return {
      id,
      batch,
      station: station.id,
      created_at: this.#surroundings.now().toISOString(),
      expires_at: this.#expiry(),
      ended_at: null,
      sealed_record_key: this.#vault.seal(key, `lease/${id}`),
      content_key: JSON.stringify(contentKey.parse(wrapped)),
      release_digest: null,
      grant_jws: null,
      grant_number: 0,
      granted_count: 0,
      granted_index: 0,
      returned_from: null,
      return_told: null,
      end_reason: null,
    };
  }

  #expiry(): string {
    return new Date(this.#surroundings.now().getTime() + this.#terms.leaseSeconds * 1_000).toISOString();
  }

  #describe(row: LeaseRow): Lease {
    return {
      lease: leaseId.parse(row.id),
      batch: batchId.parse(row.batch),
      station: stationId.parse(row.station),
      expiresAt: row.expires_at,
      heartbeatSeconds: this.#terms.heartbeatSeconds,
      granted: row.grant_jws !== null,
    };
  }
}
