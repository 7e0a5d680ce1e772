import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { Credentials, People } from '../people/people.ts';
import { PeopleFault } from '../people/people-fault.ts';
import { digestOfShown } from '../people/shown-statement.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { IssuedCode, StationRegistry } from './station-registry.ts';

/** What two people allow. */
export interface ReturnRequest {
  readonly station: string;
  readonly reason: string;
  /** The statement that both were shown; made at the moment where nobody was shown one. */
  readonly statement?: string;
  readonly first: Credentials;
  readonly second: Credentials;
}

/** What became of it, as it is kept. */
export interface StationReturn {
  readonly station: string;
  readonly by: readonly [string, string];
  readonly reason: string;
  readonly allowedAt: string;
  readonly statement: string;
  readonly statementDigest: string;
}

const leastReason = 10;

/**
 * Taking a lost station back: two people, one act (docs/decisions/0063). It gives a code for one new enrolment, under a new certificate
 * and a new journal; the old certificate is refused from that enrolment on, and the blocked orders stay blocked.
 */
export class StationReturns {
  readonly #database: CmsDatabase;
  readonly #people: People;
  readonly #registry: StationRegistry;
  readonly #surroundings: Surroundings;

  constructor(database: CmsDatabase, people: People, registry: StationRegistry, surroundings: Surroundings) {
    this.#database = database;
    this.#people = people;
    this.#registry = registry;
    this.#surroundings = surroundings;
  }

  /** What the two sign: RFC 8785 JSON of station, the enrolment that ends, its certificate and its loss. REASON-MISSING, STATION-UNKNOWN, STATION-NOT-LOST. */
  async statement(station: string, reason: string): Promise<string> {
    return (await this.#about(this.#database, station, reason)).statement;
  }

  async #about(
    database: CmsDatabase,
    station: string,
    reason: string,
  ): Promise<{ readonly enrolment: number; readonly statement: string }> {
    if (reason.trim().length < leastReason) throw new PeopleFault('REASON-MISSING');
    const row = await database.selectFrom('station').selectAll().where('id', '=', station).executeTakeFirst();
    if (row === undefined) throw new PeopleFault('STATION-UNKNOWN');
    if (row.lost_at === null) throw new PeopleFault('STATION-NOT-LOST');
    const loss = await database
      .selectFrom('station_loss')
      .select(['statement_digest', 'blocked'])
      .where('station', '=', station)
      .orderBy('id', 'desc')
      .executeTakeFirst();
    const allowed = await database
      .selectFrom('station_return')
      .select((build) => build.fn.countAll<number>().as('before'))
      .where('station', '=', station)
      .executeTakeFirstOrThrow();
    const statement = canonicalJson({
      version: 1,
      act: 'station-return',
      station,
      enrolment: row.enrolment,
      certificate: row.certificate_serial,
      lostAt: row.lost_at,
      loss: loss?.statement_digest ?? null,
      blocked: loss?.blocked ?? 0,
      // An act that was carried out is no more what it was: the same statement serves once.
      allowedBefore: Number(allowed.before),
      reason: reason.trim(),
      time: this.#surroundings.now().toISOString(),
    });
    return { enrolment: row.enrolment, statement };
  }

  /**
   * Carries it out: proves both people, then gives the code. Codes of that station that were not used are void from then on. Faults of
   * `statement` and of the people; STATEMENT-CHANGED where it speaks of something else than is so now.
   */
  async allow(request: ReturnRequest): Promise<StationReturn & IssuedCode> {
    const { station, reason, first, second } = request;
    const statement = request.statement ?? (await this.statement(station, reason));
    digestOfShown(statement, await this.statement(station, reason));
    const by = await this.#people.proveTwo(first, second);
    const allowedAt = this.#surroundings.now().toISOString();
    const { issued, statementDigest } = await this.#database.transaction().execute(async (transaction) => {
      const now = await this.#about(transaction, station, reason);
      const digest = digestOfShown(statement, now.statement);
      await transaction
        .insertInto('station_return')
        .values({
          id: null,
          station,
          enrolment: now.enrolment,
          first_person: by.first,
          second_person: by.second,
          reason: reason.trim(),
          allowed_at: allowedAt,
          statement,
          statement_digest: digest,
        })
        .execute();
      const code = await this.#registry.issueReturnCode(transaction, station, now.enrolment);
      return { issued: code, statementDigest: digest };
    });
    return { ...issued, by: [by.first, by.second], reason: reason.trim(), allowedAt, statement, statementDigest };
  }

  /** Every act, newest first. */
  async list(): Promise<readonly StationReturn[]> {
    const rows = await this.#database.selectFrom('station_return').selectAll().orderBy('id', 'desc').execute();
    return rows.map((row) => ({
      station: row.station,
      by: [row.first_person, row.second_person],
      reason: row.reason,
      allowedAt: row.allowed_at,
      statement: row.statement,
      statementDigest: row.statement_digest,
    }));
  }
}
