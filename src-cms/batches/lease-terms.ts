import type { CmsDatabase } from '../store/database.ts';

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

/** One issuer's own terms, as the store holds them. */
export interface IssuerTerms extends GrantTerms {
  readonly issuer: string;
  readonly offline: 'yes' | 'no';
}

/** What each issuer allows: larger grants where it lets stations work offline, the usual ones elsewhere. */
export class IssuerTermsBook {
  readonly #database: CmsDatabase;
  readonly #usual: LeaseTerms;

  constructor(database: CmsDatabase, usual: LeaseTerms) {
    this.#database = database;
    this.#usual = usual;
  }

  /** The terms of an issuer's grants now. */
  async of(issuer: string): Promise<GrantTerms> {
    const row = await this.#database
      .selectFrom('issuer_terms')
      .select(['offline', 'cards', 'seconds'])
      .where('issuer', '=', issuer)
      .executeTakeFirst();
    return row?.offline === 'yes' ? row : { cards: this.#usual.grantCards, seconds: this.#usual.grantSeconds };
  }

  async set({ issuer, offline, cards, seconds }: IssuerTerms): Promise<void> {
    await this.#database
      .insertInto('issuer_terms')
      .values({ issuer, offline, cards, seconds })
      .onConflict((conflict) => conflict.column('issuer').doUpdateSet({ offline, cards, seconds }))
      .execute();
  }

  /** Sets an issuer's terms unless it has some: what people changed stays. */
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
}
