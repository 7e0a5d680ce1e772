import type { Transaction } from 'kysely';
import { grantClaims, type GrantAnswer } from '#shared/contract/cms/grant.ts';
import { CmsFault } from '../http/cms-fault.ts';
import { freshId, type Surroundings } from '../platform/surroundings.ts';
import type { SigningKey } from '../signing/signing-key.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { BatchRow, CmsTables, LeaseRow } from '../store/tables.ts';
import type { GrantTerms, IssuerTermsBook } from './lease-terms.ts';

/** What a station was granted of one batch, and what it is known to have used. */
export interface GrantOverview {
  readonly station: string;
  readonly batch: string;
  readonly lease: string;
  readonly ended: string | null;
  /** How many grants it was given. */
  readonly grants: number;
  readonly count: number;
  /** Every order below this index was granted. */
  readonly index: number;
  readonly returnedFrom: number | null;
  /** Granted orders of which the station has reported a card begun. */
  readonly used: number;
  readonly lastGrant: { readonly id: string; readonly issuedAt: string; readonly seconds: number } | null;
}

/** Signs start grants and their refills (DESIGN 6.8): a number of orders and a time, cumulative, never more than the issuer's terms at once. */
export class GrantDesk {
  readonly #database: CmsDatabase;
  readonly #signingKey: SigningKey;
  readonly #terms: IssuerTermsBook;
  readonly #leaseSeconds: number;
  readonly #surroundings: Surroundings;

  constructor(parts: {
    readonly database: CmsDatabase;
    readonly signingKey: SigningKey;
    readonly terms: IssuerTermsBook;
    readonly leaseSeconds: number;
    readonly surroundings: Surroundings;
  }) {
    this.#database = parts.database;
    this.#signingKey = parts.signingKey;
    this.#terms = parts.terms;
    this.#leaseSeconds = parts.leaseSeconds;
    this.#surroundings = parts.surroundings;
  }

  /**
   * Grants production for one release statement, or refills what was granted. GRANT-DIFFERS for another statement, LEASE-EXPIRED for a
   * lease that ended meanwhile.
   */
  async grant(lease: string, batch: BatchRow, releaseDigest: string): Promise<GrantAnswer> {
    const held = await this.#database.selectFrom('lease').select('station').where('id', '=', lease).executeTakeFirst();
    if (held === undefined) throw new CmsFault('LEASE-EXPIRED');
    const terms = await this.#terms.of(batch.issuer, held.station);
    return this.#database.transaction().execute(async (transaction) => {
      const row = await transaction.selectFrom('lease').selectAll().where('id', '=', lease).executeTakeFirst();
      if (row === undefined || row.ended_at !== null) throw new CmsFault('LEASE-EXPIRED');
      if (row.release_digest !== null && row.release_digest !== releaseDigest) throw new CmsFault('GRANT-DIFFERS');
      const index = row.returned_from ?? (await this.#index(transaction, row, batch, terms));
      return { grant: await this.#give(transaction, row, { index, releaseDigest, terms }) };
    });
  }

  /** The mark up to which orders are granted: as far as the terms allow beyond those of which a card was begun; it never goes back. */
  async #index(
    transaction: Transaction<CmsTables>,
    lease: LeaseRow,
    batch: BatchRow,
    terms: GrantTerms,
  ): Promise<number> {
    const waiting = transaction.selectFrom('batch_order').where('batch', '=', batch.id).where('state', '=', 'waiting');
    const { unused } = await waiting
      .select((build) => build.fn.countAll<number>().as('unused'))
      .where('position', '<', lease.granted_index)
      .executeTakeFirstOrThrow();
    const room = terms.cards - unused;
    if (room <= 0) return lease.granted_index;
    const last = await waiting
      .select('position')
      .where('position', '>=', lease.granted_index)
      .orderBy('position')
      .limit(1)
      .offset(room - 1)
      .executeTakeFirst();
    return last === undefined ? batch.count : last.position + 1;
  }

  async #give(
    transaction: Transaction<CmsTables>,
    lease: LeaseRow,
    what: { readonly index: number; readonly releaseDigest: string; readonly terms: GrantTerms },
  ): Promise<string> {
    const { index, releaseDigest, terms } = what;
    const now = this.#surroundings.now();
    const number = lease.grant_number + 1;
    const claims = grantClaims.parse({
      version: 2,
      id: freshId('g', this.#surroundings),
      batch: lease.batch,
      lease: lease.id,
      station: lease.station,
      number,
      count: index,
      orders: { kind: 'below-index', index },
      releaseDigest,
      validForSeconds: terms.seconds,
      refill: { below: Math.floor(terms.cards / 2), afterSeconds: Math.max(1, Math.floor(terms.seconds / 2)) },
      returnedFrom: lease.returned_from,
      issuedAt: now.toISOString(),
    });
    const jws = this.#signingKey.signClaims('cardwright-grant+jwt', claims);
    await transaction
      .insertInto('start_grant')
      .values({
        id: claims.id,
        lease: lease.id,
        number,
        count: index,
        granted_index: index,
        seconds: terms.seconds,
        issued_at: claims.issuedAt,
      })
      .execute();
    await transaction
      .updateTable('lease')
      .set({
        grant_jws: jws,
        grant_number: number,
        granted_count: index,
        granted_index: index,
        release_digest: releaseDigest,
        // Who asks for a grant is there: a refill is as good as a heartbeat.
        expires_at: new Date(now.getTime() + this.#leaseSeconds * 1_000).toISOString(),
        ...(lease.returned_from === null ? {} : { return_told: now.toISOString() }),
      })
      .where('id', '=', lease.id)
      .execute();
    await transaction
      .updateTable('batch')
      .set({ state: 'granted' })
      .where('id', '=', lease.batch)
      .where('state', '=', 'leased')
      .execute();
    return jws;
  }

  /** What stations were granted, oldest lease first; of one station where it is named. */
  async overview(station?: string): Promise<readonly GrantOverview[]> {
    const rows = await this.#database
      .selectFrom('lease')
      .selectAll()
      .where('grant_number', '>', 0)
      .$if(station !== undefined, (query) => query.where('station', '=', station ?? ''))
      .orderBy('created_at')
      .execute();
    return Promise.all(rows.map((row) => this.#describe(row)));
  }

  async #describe(row: LeaseRow): Promise<GrantOverview> {
    const { used } = await this.#database
      .selectFrom('batch_order')
      .select((build) => build.fn.countAll<number>().as('used'))
      .where('batch', '=', row.batch)
      .where('attempt', 'is not', null)
      .executeTakeFirstOrThrow();
    const last = await this.#database
      .selectFrom('start_grant')
      .selectAll()
      .where('lease', '=', row.id)
      .orderBy('number', 'desc')
      .executeTakeFirst();
    return {
      station: row.station,
      batch: row.batch,
      lease: row.id,
      ended: row.end_reason,
      grants: row.grant_number,
      count: row.granted_count,
      index: row.granted_index,
      returnedFrom: row.returned_from,
      used,
      lastGrant: last === undefined ? null : { id: last.id, issuedAt: last.issued_at, seconds: last.seconds },
    };
  }
}
