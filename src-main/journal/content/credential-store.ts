import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { Secret } from '#shared/bytes/secret.ts';

/** What proves a person: an argon2id hash in PHC form. Content, not state; written in `appendWith` beside `person.password-set`. */
export class CredentialStore {
  readonly #set: Statement;
  readonly #get: Statement<[string], string>;
  readonly #delete: Statement;

  constructor(database: Database) {
    this.#set = database.prepare(
      'INSERT INTO credentials VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET phc = excluded.phc',
    );
    this.#get = database.prepare<[string], string>('SELECT phc FROM credentials WHERE person = ?').pluck();
    this.#delete = database.prepare('DELETE FROM credentials WHERE person = ?');
  }

  set(person: string, phc: Secret<string>): void {
    this.#set.run(person, phc.reveal());
  }

  get(person: string): Secret<string> | null {
    const phc = this.#get.get(person);
    return phc === undefined ? null : new Secret(phc);
  }

  delete(person: string): void {
    this.#delete.run(person);
  }
}
