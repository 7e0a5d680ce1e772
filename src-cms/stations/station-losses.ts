import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { returnOrders } from '../batches/return-orders.ts';
import type { Credentials, People } from '../people/people.ts';
import { PeopleFault } from '../people/people-fault.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { CmsTables, LeaseRow } from '../store/tables.ts';

/** What two people declare. */
export interface LossRequest {
  readonly station: string;
  readonly reason: string;
  /** The statement that both were shown; made at the moment where nobody was shown one. */
  readonly statement?: string;
  readonly first: Credentials;
  readonly second: Credentials;
}

/** What became of it. */
export interface StationLoss {
  readonly station: string;
  readonly by: readonly [string, string];
  readonly reason: string;
  readonly declaredAt: string;
  readonly statementDigest: string;
  /** Orders of which a card may exist. */
  readonly blocked: number;
  /** Orders that were never granted, and the batches that hold them now. */
  readonly returned: number;
  readonly batches: readonly string[];
}

/** One blocked order, and what is known of its card. */
export interface BlockedOrder {
  readonly batch: string;
  readonly order: string;
  readonly attempt: string | null;
  /** How the order stood when it was blocked. */
  readonly blockedFrom: string;
  /** What the station told afterwards: `begun` and `good` are cards that exist and must be destroyed. */
  readonly toldSince: readonly { readonly attempt: string; readonly state: string }[];
}

const leastReason = 10;
/** Orders of which the station may have made a card, whatever it reported so far. */
const mayHaveCard = ['waiting', 'begun', 'failed', 'produced'] as const;

/**
 * Declaring a station lost (DESIGN 6.8): two people, one act.
 *
 * Every granted order of its open batches is blocked, those reported made among them: until a batch is closed its cards lie at the station.
 * Orders never granted come back as batches of their own. The station's certificate lets it send its journal and nothing else.
 */
export class StationLosses {
  readonly #database: CmsDatabase;
  readonly #people: People;
  readonly #surroundings: Surroundings;

  constructor(database: CmsDatabase, people: People, surroundings: Surroundings) {
    this.#database = database;
    this.#people = people;
    this.#surroundings = surroundings;
  }

  /**
   * What the two sign: RFC 8785 JSON of act, station, reason, time and what was granted. STATION-UNKNOWN, STATION-LOST-ALREADY,
   * REASON-MISSING.
   */
  async statement(station: string, reason: string): Promise<string> {
    if (reason.trim().length < leastReason) throw new PeopleFault('REASON-MISSING');
    const row = await this.#database.selectFrom('station').selectAll().where('id', '=', station).executeTakeFirst();
    if (row === undefined) throw new PeopleFault('STATION-UNKNOWN');
    if (row.lost_at !== null) throw new PeopleFault('STATION-LOST-ALREADY');
    const leases = await this.#database
      .selectFrom('lease')
      .select(['batch', 'id', 'granted_index'])
      .where('station', '=', station)
      .where('ended_at', 'is', null)
      .orderBy('batch')
      .execute();
    return canonicalJson({
      version: 1,
      act: 'station-lost',
      station,
      enrolment: row.enrolment,
      certificate: row.certificate_serial,
      reason: reason.trim(),
      leases: leases.map(({ batch, id, granted_index }) => ({ batch, lease: id, grantedBelow: granted_index })),
      time: this.#surroundings.now().toISOString(),
    });
  }

  /**
   * Carries it out: proves both people, then everything in one transaction. What both were shown is what is kept; grants since then are
   * blocked with it. Faults of `statement` and of the people; STATEMENT-CHANGED where it speaks of something else, or of an enrolment that
   * was replaced.
   */
  async declare({ station, reason, statement: shown, first, second }: LossRequest): Promise<StationLoss> {
    const now = await this.statement(station, reason);
    const statement = shown ?? now;
    const of = subjectOf(statement);
    if (subjectText(of) !== subjectText(subjectOf(now))) throw new PeopleFault('STATEMENT-CHANGED');
    const by = await this.#people.proveTwo(first, second);
    const declaredAt = this.#surroundings.now().toISOString();
    const statementDigest = createHash('sha256').update(statement, 'utf8').digest('hex');
    return this.#database.transaction().execute(async (transaction) => {
      const marked = await transaction
        .updateTable('station')
        .set({ lost_at: declaredAt })
        .where('id', '=', station)
        .where('lost_at', 'is', null)
        .returning(['enrolment', 'certificate_serial'])
        .executeTakeFirst();
      if (marked === undefined) throw new PeopleFault('STATION-LOST-ALREADY');
      if (marked.enrolment !== of.enrolment || marked.certificate_serial !== of.certificate)
        throw new PeopleFault('STATEMENT-CHANGED');
      // What was handed out before the loss must not bring the station back.
      await transaction
        .updateTable('enrolment_code')
        .set({ used_at: declaredAt })
        .where('station', '=', station)
        .where('used_at', 'is', null)
        .execute();
      const settled = await this.#settleLeases(transaction, station, declaredAt);
      await transaction
        .insertInto('station_loss')
        .values({
          id: null,
          station,
          enrolment: marked.enrolment,
          first_person: by.first,
          second_person: by.second,
          reason: reason.trim(),
          declared_at: declaredAt,
          statement,
          statement_digest: statementDigest,
          blocked: settled.blocked,
          returned: settled.returned,
        })
        .execute();
      return { station, by: [by.first, by.second], reason: reason.trim(), declaredAt, statementDigest, ...settled };
    });
  }

  async #settleLeases(
    transaction: Transaction<CmsTables>,
    station: string,
    ended_at: string,
  ): Promise<Pick<StationLoss, 'blocked' | 'returned' | 'batches'>> {
    const leases = await transaction
      .selectFrom('lease')
      .selectAll()
      .where('station', '=', station)
      .where('ended_at', 'is', null)
      .execute();
    let [blocked, returned] = [0, 0];
    const batches: string[] = [];
    for (const lease of leases) {
      if (lease.grant_number === 0) {
        batches.push(lease.batch);
        await transaction.updateTable('batch').set({ state: 'available' }).where('id', '=', lease.batch).execute();
      } else {
        const back = await returnOrders(transaction, lease, this.#surroundings);
        returned += back?.orders ?? 0;
        if (back !== null) batches.push(back.batch);
        blocked += await block(transaction, lease);
        await transaction.updateTable('batch').set({ state: 'closed' }).where('id', '=', lease.batch).execute();
      }
      await transaction.updateTable('lease').set({ ended_at, end_reason: 'lost' }).where('id', '=', lease.id).execute();
    }
    return { blocked, returned, batches };
  }

  /** Every act, newest first. */
  async list(): Promise<readonly (Omit<StationLoss, 'batches'> & { readonly statement: string })[]> {
    const rows = await this.#database.selectFrom('station_loss').selectAll().orderBy('id', 'desc').execute();
    return rows.map((row) => ({
      station: row.station,
      by: [row.first_person, row.second_person],
      reason: row.reason,
      declaredAt: row.declared_at,
      statementDigest: row.statement_digest,
      statement: row.statement,
      blocked: row.blocked,
      returned: row.returned,
    }));
  }

  /** The blocked orders of a lost station, with what it told of them since. */
  async blockedOrders(station: string): Promise<readonly BlockedOrder[]> {
    const rows = await this.#database
      .selectFrom('batch_order')
      .innerJoin('lease', (join) => join.onRef('lease.batch', '=', 'batch_order.batch'))
      .select(['batch_order.batch', 'batch_order.order_id', 'batch_order.attempt', 'batch_order.blocked_from'])
      .where('lease.station', '=', station)
      .where('lease.end_reason', '=', 'lost')
      .where('batch_order.state', '=', 'blocked')
      .orderBy('batch_order.batch')
      .orderBy('batch_order.position')
      .execute();
    const told = await this.#database.selectFrom('lost_card').selectAll().where('station', '=', station).execute();
    const byOrder = Map.groupBy(told, ({ batch, order_id }) => `${batch} ${order_id}`);
    return rows.map(({ batch, order_id, attempt, blocked_from }) => ({
      batch,
      order: order_id,
      attempt,
      blockedFrom: blocked_from ?? '',
      toldSince: (byOrder.get(`${batch} ${order_id}`) ?? []).map((card) => ({
        attempt: card.attempt,
        state: card.state,
      })),
    }));
  }
}

/** Which station, in which enrolment, and why. */
const lossSubject = z.looseObject({
  act: z.literal('station-lost'),
  station: z.string(),
  enrolment: z.int(),
  certificate: z.string(),
  reason: z.string(),
});
type LossSubject = z.infer<typeof lossSubject>;

function subjectOf(statement: string): LossSubject {
  try {
    return lossSubject.parse(JSON.parse(statement));
  } catch {
    throw new PeopleFault('STATEMENT-CHANGED');
  }
}

function subjectText({ station, enrolment, certificate, reason }: LossSubject): string {
  return canonicalJson({ station, enrolment, certificate, reason });
}

/** Blocks every order of a lost lease of which a card may exist; says how many. */
async function block(transaction: Transaction<CmsTables>, { batch, granted_index }: LeaseRow): Promise<number> {
  const outcome = await transaction
    .updateTable('batch_order')
    .set((build) => ({ state: 'blocked', blocked_from: build.ref('state') }))
    .where('batch', '=', batch)
    .where((build) =>
      build.or([
        build('state', 'in', mayHaveCard).and('position', '<', granted_index),
        // Held back after a card of it was begun: a later one may have been begun since.
        build('state', '=', 'held').and('attempt', 'is not', null),
        // Begun beyond what was granted: a finding already, and a card all the same.
        build('state', 'in', ['begun', 'failed', 'produced']),
      ]),
    )
    .executeTakeFirst();
  return Number(outcome.numUpdatedRows);
}
