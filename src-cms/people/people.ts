import type { Surroundings } from '../platform/surroundings.ts';
import type { CmsDatabase } from '../store/database.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { PeopleFault } from './people-fault.ts';

/** Somebody with the password just given. */
export interface Credentials {
  readonly person: string;
  readonly password: string;
}

/** Two different people, both proven: what an act under dual control needs. */
export interface ProvenPair {
  readonly first: string;
  readonly second: string;
}

/** Everybody who may sign here, without what proves them. */
export interface KnownPerson {
  readonly person: string;
  readonly title: string;
  readonly madeBy: string;
}

const personForm = /^[a-z0-9][a-z0-9-]{0,39}$/;
const leastLength = 12;
const mostTries = 5;
const lockedFor = 15 * 60_000;
const unknownPerson = 'a person who does not exist';

/** The people of the CMS: who they are and how they prove it. */
export class People {
  readonly #database: CmsDatabase;
  readonly #surroundings: Surroundings;
  /** Makes a wrong name take as long as a wrong password. */
  #decoy: Promise<string> | null = null;

  constructor(database: CmsDatabase, surroundings: Surroundings) {
    this.#database = database;
    this.#surroundings = surroundings;
  }

  /**
   * Adds a person. The first two are added by whoever owns the folder; after that two of the people must agree, or one administrator could
   * make up the second signature. PERSON-FORM, PERSON-KNOWN, PASSWORD-SHORT, TWO-PEOPLE and the faults of `prove`.
   */
  async add(
    who: Credentials & { readonly title: string },
    agreed: readonly [Credentials, Credentials] | null,
  ): Promise<void> {
    if (!personForm.test(who.person)) throw new PeopleFault('PERSON-FORM');
    if (who.password.length < leastLength) throw new PeopleFault('PASSWORD-SHORT');
    const people = await this.list();
    if (people.some(({ person }) => person === who.person)) throw new PeopleFault('PERSON-KNOWN');
    let madeBy = 'owner of the folder';
    if (people.length >= 2) {
      if (agreed === null) throw new PeopleFault('TWO-PEOPLE');
      const { first, second } = await this.proveTwo(...agreed);
      madeBy = `${first} and ${second}`;
    }
    await this.#insert(who, madeBy);
  }

  /** Makes a person of the training mode, unless there is one of this name. */
  async addForTraining(who: Credentials & { readonly title: string }): Promise<void> {
    const known = await this.list();
    if (!known.some(({ person }) => person === who.person)) await this.#insert(who, 'training');
  }

  async list(): Promise<readonly KnownPerson[]> {
    const rows = await this.#database.selectFrom('person').select(['id', 'title', 'made_by']).orderBy('id').execute();
    return rows.map(({ id, title, made_by }) => ({ person: id, title, madeBy: made_by }));
  }

  /** Proves two different people by their passwords. SAME-PERSON, SAME-PASSWORD, PERSON-OR-PASSWORD, PERSON-LOCKED. */
  async proveTwo(first: Credentials, second: Credentials): Promise<ProvenPair> {
    if (first.person === second.person) throw new PeopleFault('SAME-PERSON');
    await this.#prove(first);
    await this.#prove(second);
    // Only once both are proven: before, the answer would tell what another's password is not.
    if (first.password.normalize('NFC') === second.password.normalize('NFC')) throw new PeopleFault('SAME-PASSWORD');
    return { first: first.person, second: second.person };
  }

  async #insert(who: Credentials & { readonly title: string }, madeBy: string): Promise<void> {
    await this.#database
      .insertInto('person')
      .values({
        id: who.person,
        title: who.title,
        password_hash: await hashPassword(who.password),
        locked_until: null,
        made_at: this.#surroundings.now().toISOString(),
        made_by: madeBy,
      })
      .execute();
  }

  async #prove({ person, password }: Credentials): Promise<void> {
    const now = this.#surroundings.now();
    // A try is counted before it is judged: tries beside each other are as many as tries one after another.
    const row = await this.#database
      .updateTable('person')
      .set((build) => ({ failed_tries: build('failed_tries', '+', 1) }))
      .where('id', '=', person)
      .where((build) => build.or([build('locked_until', 'is', null), build('locked_until', '<=', now.toISOString())]))
      .returning(['password_hash', 'failed_tries'])
      .executeTakeFirst();
    if (row === undefined && (await this.list()).some((known) => known.person === person))
      throw new PeopleFault('PERSON-LOCKED');
    if (row !== undefined && row.failed_tries > mostTries) throw new PeopleFault('PERSON-LOCKED');
    this.#decoy ??= hashPassword(unknownPerson);
    const right = await verifyPassword(row?.password_hash ?? (await this.#decoy), password);
    if (row === undefined) throw new PeopleFault('PERSON-OR-PASSWORD');
    if (right || row.failed_tries === mostTries) {
      const locked_until = right ? null : new Date(now.getTime() + lockedFor).toISOString();
      await this.#database
        .updateTable('person')
        .set({ failed_tries: 0, locked_until })
        .where('id', '=', person)
        .execute();
    }
    if (!right) throw new PeopleFault('PERSON-OR-PASSWORD');
  }
}
