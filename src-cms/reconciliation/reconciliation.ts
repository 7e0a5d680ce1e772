import type { Kysely } from 'kysely';
import type { EventsHead, EventsHeadQuery } from '#shared/contract/cms/events.ts';
import { stationId } from '#shared/domain/identifiers.ts';
import { CmsFault } from '../http/cms-fault.ts';
import type { Credentials, People } from '../people/people.ts';
import { PeopleFault } from '../people/people-fault.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { CmsTables, StationRow } from '../store/tables.ts';
import type { ForgottenBatches } from './forgotten-batches.ts';

/** A reconciliation that is under way. */
export interface OpenReconciliation {
  readonly since: string;
  readonly why: string;
  /** Stations that have not yet reported all that they have. */
  readonly missing: readonly string[];
  readonly reported: readonly string[];
}

interface Open {
  readonly id: number;
  readonly began_at: string;
  readonly why: string;
}

const leastReason = 10;

/**
 * What follows when the CMS was restored from an older backup: it may have forgotten leases and grants, so that the same orders could be
 * handed to a second station. Until every station has reported all that it has, or two people say go on, no batch is leased, no lease
 * expires, and a station gets grants only once it has reported itself.
 *
 * It begins by the command of whoever restored the CMS, and by itself when a station remembers acknowledgements that are not held here.
 */
export class Reconciliation {
  readonly #database: CmsDatabase;
  readonly #people: People;
  readonly #forgotten: ForgottenBatches;
  readonly #surroundings: Surroundings;

  constructor(database: CmsDatabase, people: People, forgotten: ForgottenBatches, surroundings: Surroundings) {
    this.#database = database;
    this.#people = people;
    this.#forgotten = forgotten;
    this.#surroundings = surroundings;
  }

  /** Whether one is under way; inside a transaction of the caller's where one is given. */
  async isOpen(database: Kysely<CmsTables> = this.#database): Promise<'yes' | 'no'> {
    return (await this.#find(database)) === null ? 'no' : 'yes';
  }

  /** What is under way, for people; null when nothing is. */
  async state(): Promise<OpenReconciliation | null> {
    const open = await this.#find(this.#database);
    if (open === null) return null;
    const rows = await this.#database
      .selectFrom('reconciliation_station')
      .selectAll()
      .where('reconciliation', '=', open.id)
      .orderBy('station')
      .execute();
    const names = (reported: (at: string | null) => boolean) =>
      rows.filter((row) => reported(row.reported_at)).map(({ station }) => station);
    return {
      since: open.began_at,
      why: open.why,
      missing: names((at) => at === null),
      reported: names((at) => at !== null),
    };
  }

  /** Begins, or waits for further stations where one is under way: all enrolled ones, and those that were enrolled after the backup was made. */
  async begin(why: string, enrolledSince: readonly string[] = []): Promise<void> {
    const named = enrolledSince.map((name) => stationId.parse(name));
    const began_at = this.#surroundings.now().toISOString();
    await this.#database.transaction().execute(async (transaction) => {
      const enrolled = await transaction
        .selectFrom('station')
        .select('id')
        .where('revoked_at', 'is', null)
        .where('lost_at', 'is', null)
        .execute();
      const open = await this.#find(transaction);
      const reconciliation =
        open?.id ??
        (
          await transaction
            .insertInto('reconciliation')
            .values({ id: null, why, began_at, ended_at: null, ended_by: null })
            .returning('id')
            .executeTakeFirstOrThrow()
        ).id;
      const stations = new Set([...enrolled.map(({ id }) => id), ...named]);
      for (const station of stations) await this.#await(transaction, Number(reconciliation), station);
    });
  }

  /**
   * Hears a station's own account together with the head that the CMS holds of it: begins where the station remembers more acknowledged than
   * any copy of its journal here holds, notes that it has reported everything, and ends when all have.
   */
  async hear(station: StationRow, account: EventsHeadQuery, head: EventsHead): Promise<void> {
    const { acknowledged = 0, news } = account;
    if (acknowledged > head.sequence && acknowledged > (await this.#heldOfAny(station))) {
      await this.begin(
        `station ${station.id} was acknowledged ${acknowledged} entries, of which ${head.sequence} are held`,
      );
    }
    const open = await this.#find(this.#database);
    if (open === null || news === undefined || head.sequence < news) return;
    // It lost entries itself: what it was granted in them nobody can tell, so only two people end the wait for it.
    if (await this.#lostEntriesSince(station, open.began_at)) return;
    await this.#database
      .updateTable('reconciliation_station')
      .set({ reported_at: this.#surroundings.now().toISOString() })
      .where('reconciliation', '=', open.id)
      .where('station', '=', station.id)
      .where('reported_at', 'is', null)
      .execute();
    const missing = await this.#database
      .selectFrom('reconciliation_station')
      .select('station')
      .where('reconciliation', '=', open.id)
      .where('reported_at', 'is', null)
      .limit(1)
      .executeTakeFirst();
    if (missing === undefined) await this.#end(open.id, 'every station has reported');
  }

  /** A certificate of our own authority that no station row knows: a station that was enrolled after the backup. It is waited for. */
  async expect(station: string): Promise<void> {
    const open = await this.#find(this.#database);
    const name = stationId.safeParse(station);
    if (open !== null && name.success) await this.#await(this.#database, open.id, name.data);
  }

  /** Refuses to lease a batch anew: RECONCILING. What the station holds already it may go on holding. */
  async requireLeasing(batch: string, station: StationRow): Promise<void> {
    if ((await this.isOpen()) === 'no') return;
    const held = await this.#database
      .selectFrom('lease')
      .select('id')
      .where('batch', '=', batch)
      .where('station', '=', station.id)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (held === undefined) throw new CmsFault('RECONCILING');
  }

  /** Refuses grants to a station that has not reported everything yet: RECONCILING. */
  async requireReported(station: StationRow): Promise<void> {
    const open = await this.#find(this.#database);
    if (open === null) return;
    const row = await this.#database
      .selectFrom('reconciliation_station')
      .select('reported_at')
      .where('reconciliation', '=', open.id)
      .where('station', '=', station.id)
      .executeTakeFirst();
    if (row === undefined || row.reported_at === null) throw new CmsFault('RECONCILING');
  }

  /**
   * Two people end it although stations are missing. Faults of the people; REASON-MISSING; NOT-RECONCILING; STATEMENT-CHANGED where other
   * stations are missing than they were shown.
   */
  async goOn(request: {
    readonly reason: string;
    /** The missing stations that both were shown. */
    readonly missing?: readonly string[];
    readonly first: Credentials;
    readonly second: Credentials;
  }): Promise<OpenReconciliation> {
    const { reason, missing, first, second } = request;
    if (reason.trim().length < leastReason) throw new PeopleFault('REASON-MISSING');
    if ((await this.state()) === null) throw new PeopleFault('NOT-RECONCILING');
    const by = await this.#people.proveTwo(first, second);
    const state = await this.state();
    const open = await this.#find(this.#database);
    if (state === null || open === null) throw new PeopleFault('NOT-RECONCILING');
    // A station that reported meanwhile is no surprise; one that is missing besides is.
    if (missing !== undefined && state.missing.some((station) => !missing.includes(station)))
      throw new PeopleFault('STATEMENT-CHANGED');
    await this.#end(open.id, `${by.first} and ${by.second}: ${reason.trim()}`);
    return state;
  }

  async #find(database: Kysely<CmsTables>): Promise<Open | null> {
    const row = await database
      .selectFrom('reconciliation')
      .select(['id', 'began_at', 'why'])
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    return row === undefined ? null : { ...row, id: Number(row.id) };
  }

  async #await(database: Kysely<CmsTables>, reconciliation: number, station: string): Promise<void> {
    await database
      .insertInto('reconciliation_station')
      .values({ reconciliation, station, reported_at: null })
      .onConflict((conflict) => conflict.columns(['reconciliation', 'station']).doNothing())
      .execute();
  }

  async #end(id: number, ended_by: string): Promise<void> {
    const ended_at = this.#surroundings.now().toISOString();
    await this.#database.transaction().execute(async (transaction) => {
      await this.#forgotten.block(transaction);
      await transaction
        .updateTable('reconciliation')
        .set({ ended_at, ended_by })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .execute();
    });
  }

  async #lostEntriesSince(station: StationRow, began_at: string): Promise<boolean> {
    const found = await this.#database
      .selectFrom('event_finding')
      .select('id')
      .where('station', '=', station.id)
      .where('enrolment', '=', station.enrolment)
      .where('code', '=', 'ENTRIES-LOST')
      .where('found_at', '>=', began_at)
      .executeTakeFirst();
    return found !== undefined;
  }

  /** The longest copy held of this station's journal, earlier enrolments included. */
  async #heldOfAny(station: StationRow): Promise<number> {
    const { held } = await this.#database
      .selectFrom('event')
      .select((build) => build.fn.max<number | null>('sequence').as('held'))
      .where('station', '=', station.id)
      .executeTakeFirstOrThrow();
    return held ?? 0;
  }
}
