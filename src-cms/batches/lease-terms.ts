import type { Transaction } from 'kysely';
import type { CmsDatabase } from '../store/database.ts';
import type { CmsTables } from '../store/tables.ts';

/** How long a lease holds without a heartbeat, and what one start grant holds for issuers that say nothing else. */
export interface LeaseTerms {
  readonly leaseSeconds: number;
  readonly heartbeatSeconds: number;
  /** Most orders granted and not yet begun. */
  readonly grantCards: number;
  readonly grantSeconds: number;
}

/** A shift's work at a time: a station that is cut off longer stops for want of a grant. */
export const usualTerms: LeaseTerms = {
  leaseSeconds: 3_600,
  heartbeatSeconds: 300,
  grantCards: 200,
  grantSeconds: 8 * 3_600,
};

/** What one grant may hold. */
export interface GrantTerms {
  readonly cards: number;
  readonly seconds: number;
}

/** Terms as two people set them. `offline: 'no'` means the usual ones, whatever else stands there. */
export interface OwnTerms extends GrantTerms {
  readonly offline: 'yes' | 'no';
}

/** One issuer's own terms, as the store holds them. */
export interface IssuerTerms extends OwnTerms {
  readonly issuer: string;
}

/** Whose terms: an issuer's are what its orders allow, a station's are a bound on what any issuer allows it. */
export type TermsSubject =
  { readonly kind: 'issuer'; readonly issuer: string } | { readonly kind: 'station'; readonly station: string };

/** The terms that were set for a subject; null when none were. */
export async function readTerms(database: CmsDatabase, subject: TermsSubject): Promise<OwnTerms | null> {
  const row =
    subject.kind === 'issuer'
      ? await database
          .selectFrom('issuer_terms')
          .select(['offline', 'cards', 'seconds'])
          .where('issuer', '=', subject.issuer)
          .executeTakeFirst()
      : await database
          .selectFrom('station_terms')
          .select(['offline', 'cards', 'seconds'])
          .where('station', '=', subject.station)
          .executeTakeFirst();
  return row ?? null;
}

/** Sets terms; only `TermChanges` does, when two people have signed. */
export async function putTerms(
  transaction: Transaction<CmsTables>,
  subject: TermsSubject,
  { offline, cards, seconds }: OwnTerms,
): Promise<void> {
  const terms = { offline, cards, seconds };
  if (subject.kind === 'issuer') {
    await transaction
      .insertInto('issuer_terms')
      .values({ issuer: subject.issuer, ...terms })
      .onConflict((conflict) => conflict.column('issuer').doUpdateSet(terms))
      .execute();
    return;
  }
  await transaction
    .insertInto('station_terms')
    .values({ station: subject.station, ...terms })
    .onConflict((conflict) => conflict.column('station').doUpdateSet(terms))
    .execute();
}

/** What each issuer allows: larger grants where it lets stations work offline, the usual ones elsewhere. */
export class IssuerTermsBook {
  readonly #database: CmsDatabase;
  readonly #usual: LeaseTerms;

  constructor(database: CmsDatabase, usual: LeaseTerms) {
    this.#database = database;
    this.#usual = usual;
  }

  /** The terms of an issuer's grants to a station now: the smaller of what the issuer allows and what the station may hold. */
  async of(issuer: string, station: string): Promise<GrantTerms> {
    const allowed = this.#effective(await readTerms(this.#database, { kind: 'issuer', issuer }));
    const bound = await readTerms(this.#database, { kind: 'station', station });
    if (bound === null) return allowed;
    const { cards, seconds } = this.#bounding(bound);
    return { cards: Math.min(allowed.cards, cards), seconds: Math.min(allowed.seconds, seconds) };
  }

  #effective(terms: OwnTerms | null): GrantTerms {
    return terms?.offline === 'yes' ? terms : { cards: this.#usual.grantCards, seconds: this.#usual.grantSeconds };
  }

  /** A station that may not work offline holds no more than usual, and less where its own terms say less. */
  #bounding(terms: OwnTerms): GrantTerms {
    const { cards, seconds } = terms;
    if (terms.offline === 'yes') return { cards, seconds };
    return { cards: Math.min(cards, this.#usual.grantCards), seconds: Math.min(seconds, this.#usual.grantSeconds) };
  }

  /** Sets an issuer's terms unless it has some: what people changed stays. For the first training data. */
  async propose({ issuer, offline, cards, seconds }: IssuerTerms): Promise<void> {
    await this.#database
      .insertInto('issuer_terms')
      .values({ issuer, offline, cards, seconds })
      .onConflict((conflict) => conflict.column('issuer').doNothing())
      .execute();
  }

  async list(): Promise<readonly IssuerTerms[]> {
    return this.#database.selectFrom('issuer_terms').selectAll().orderBy('issuer').execute();
  }

  /** The bounds of stations that have one. */
  async listOfStations(): Promise<readonly (OwnTerms & { readonly station: string })[]> {
    return this.#database.selectFrom('station_terms').selectAll().orderBy('station').execute();
  }
}
