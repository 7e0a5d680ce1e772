import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Environment } from '#shared/domain/identifiers.ts';
import type { Role } from '#shared/domain/roles.ts';
import { impossible, type AppliedEvent, type Projection } from './projection.ts';

/** A person with roles and scope; credentials lie in the content table `credentials`. */
export interface PersonRow {
  readonly person: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly issuers: 'all' | readonly string[];
  readonly environment: Environment;
  readonly createdAt: string;
  readonly passwordSetAt: string | null;
  readonly disabledAt: string | null;
}

interface StoredPerson extends Omit<PersonRow, 'roles' | 'issuers'> {
  readonly roles: string;
  readonly issuers: string;
}

const select = `SELECT person, display_name AS displayName, roles, issuers, environment, created_at AS createdAt,
  password_set_at AS passwordSetAt, disabled_at AS disabledAt FROM people`;

function read(row: StoredPerson): PersonRow {
  return {
    ...row,
    roles: JSON.parse(row.roles) as Role[],
    issuers: JSON.parse(row.issuers) as PersonRow['issuers'],
  };
}

/** Who may work at the station. */
export class PeopleProjection implements Projection {
  static readonly schema = `
    CREATE TABLE people (
      person TEXT PRIMARY KEY, display_name TEXT NOT NULL, roles TEXT NOT NULL, issuers TEXT NOT NULL,
      environment TEXT NOT NULL, created_at TEXT NOT NULL, password_set_at TEXT, disabled_at TEXT
    ) STRICT;`;
  readonly tables = ['people'];

  readonly #create: Statement;
  readonly #password: Statement;
  readonly #disable: Statement;
  readonly #one: Statement<[string], StoredPerson>;
  readonly #all: Statement<[], StoredPerson>;

  constructor(database: Database) {
    this.#create = database.prepare('INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)');
    this.#password = database.prepare('UPDATE people SET password_set_at = ? WHERE person = ?');
    this.#disable = database.prepare('UPDATE people SET disabled_at = ? WHERE person = ?');
    this.#one = database.prepare(`${select} WHERE person = ?`);
    this.#all = database.prepare(`${select} ORDER BY person`);
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'person.created': {
        const { person, displayName, roles, issuers, environment } = event.payload;
        if (this.#one.get(person) !== undefined) impossible(event, `there already is a person ${person}`);
        this.#create.run(person, displayName, JSON.stringify(roles), JSON.stringify(issuers), environment, event.time);
        return;
      }
      case 'person.password-set':
        if (this.#password.run(event.time, event.payload.person).changes === 0) {
          impossible(event, `there is no person ${event.payload.person}`);
        }
        return;
      case 'person.disabled':
        if (this.#disable.run(event.time, event.payload.person).changes === 0) {
          impossible(event, `there is no person ${event.payload.person}`);
        }
        return;
      default:
    }
  }

  find(person: string): PersonRow | null {
    const row = this.#one.get(person);
    return row === undefined ? null : read(row);
  }

  all(): readonly PersonRow[] {
    return this.#all.all().map(read);
  }
}
