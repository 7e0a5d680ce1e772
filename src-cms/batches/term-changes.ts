import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { Credentials, People } from '../people/people.ts';
import { PeopleFault } from '../people/people-fault.ts';
import { digestOfShown } from '../people/shown-statement.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import type { CmsDatabase } from '../store/database.ts';
import { putTerms, readTerms, type OwnTerms, type TermsSubject } from './lease-terms.ts';

/** What two people change, and why. */
export interface TermsWish {
  readonly subject: TermsSubject;
  readonly to: OwnTerms;
  readonly reason: string;
}

export interface TermsRequest extends TermsWish {
  /** The statement that both were shown; made at the moment where nobody was shown one. */
  readonly statement?: string;
  readonly first: Credentials;
  readonly second: Credentials;
}

/** What became of it, as it is kept. */
export interface TermsChange extends TermsWish {
  readonly by: readonly [string, string];
  readonly changedAt: string;
  readonly statement: string;
  readonly statementDigest: string;
}

const leastReason = 10;

/**
 * Changing how much a station may hold at once: two people, one act (docs/decisions/0063). Count, time and offline work decide how many
 * cards a station that is cut off may still begin.
 */
export class TermChanges {
  readonly #database: CmsDatabase;
  readonly #people: People;
  readonly #surroundings: Surroundings;

  constructor(database: CmsDatabase, people: People, surroundings: Surroundings) {
    this.#database = database;
    this.#people = people;
    this.#surroundings = surroundings;
  }

  /** What the two sign: RFC 8785 JSON of the terms as they are and as they shall be. REASON-MISSING, ISSUER-UNKNOWN, STATION-UNKNOWN, TERMS-SAME. */
  statement(wish: TermsWish): Promise<string> {
    return this.#statementNow(this.#database, wish);
  }

  async #statementNow(database: CmsDatabase, { subject, to, reason }: TermsWish): Promise<string> {
    if (reason.trim().length < leastReason) throw new PeopleFault('REASON-MISSING');
    await requireKnown(database, subject);
    const from = await readTerms(database, subject);
    const { offline, cards, seconds } = to;
    if (from?.offline === offline && from.cards === cards && from.seconds === seconds)
      throw new PeopleFault('TERMS-SAME');
    return canonicalJson({
      version: 1,
      act: 'grant-terms',
      subject: { ...subject },
      from: from === null ? null : { ...from },
      to: { offline, cards, seconds },
      reason: reason.trim(),
      time: this.#surroundings.now().toISOString(),
    });
  }

  /**
   * Carries it out: proves both people, then everything in one transaction. Grants that were given stay as they were signed; the next one
   * follows the new terms. Faults of `statement` and of the people; STATEMENT-CHANGED where it speaks of other terms than those there are,
   * STATEMENT-USED where it was carried out before.
   */
  async change(request: TermsRequest): Promise<TermsChange> {
    const { subject, to, reason, first, second } = request;
    const statement = request.statement ?? (await this.statement(request));
    await this.#requireUnused(statement);
    digestOfShown(statement, await this.statement(request));
    const by = await this.#people.proveTwo(first, second);
    const changedAt = this.#surroundings.now().toISOString();
    const statementDigest = await this.#database.transaction().execute(async (transaction) => {
      // The passwords took their time: somebody may have changed the same terms meanwhile.
      const digest = digestOfShown(statement, await this.#statementNow(transaction, request));
      await transaction
        .insertInto('terms_change')
        .values({
          id: null,
          first_person: by.first,
          second_person: by.second,
          reason: reason.trim(),
          changed_at: changedAt,
          statement,
          statement_digest: digest,
        })
        .execute();
      await putTerms(transaction, subject, to);
      return digest;
    });
    return { subject, to, reason: reason.trim(), by: [by.first, by.second], changedAt, statement, statementDigest };
  }

  async #requireUnused(statement: string): Promise<void> {
    const used = await this.#database
      .selectFrom('terms_change')
      .select('id')
      .where('statement', '=', statement)
      .executeTakeFirst();
    if (used !== undefined) throw new PeopleFault('STATEMENT-USED');
  }

  /** Every act, newest first. */
  async list(): Promise<readonly Pick<TermsChange, 'by' | 'reason' | 'changedAt' | 'statement' | 'statementDigest'>[]> {
    const rows = await this.#database.selectFrom('terms_change').selectAll().orderBy('id', 'desc').execute();
    return rows.map((row) => ({
      by: [row.first_person, row.second_person],
      reason: row.reason,
      changedAt: row.changed_at,
      statement: row.statement,
      statementDigest: row.statement_digest,
    }));
  }
}

async function requireKnown(database: CmsDatabase, subject: TermsSubject): Promise<void> {
  if (subject.kind === 'issuer') {
    const row = await database.selectFrom('issuer').select('id').where('id', '=', subject.issuer).executeTakeFirst();
    if (row === undefined) throw new PeopleFault('ISSUER-UNKNOWN');
    return;
  }
  const row = await database.selectFrom('station').select('id').where('id', '=', subject.station).executeTakeFirst();
  if (row === undefined) throw new PeopleFault('STATION-UNKNOWN');
}
