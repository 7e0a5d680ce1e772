import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Environment } from '#shared/domain/identifiers.ts';
import type { AppliedEvent, Projection } from './projection.ts';

/** One key of the station's HSM as the journal knows it. */
export interface KeyRow {
  readonly name: string;
  readonly usage: string;
  /** Null for a key whose making this journal does not hold. */
  readonly algorithm: string | null;
  readonly kcv: string;
  readonly environment: Environment | null;
  readonly issuer: string | null;
  readonly madeAt: string | null;
  readonly destroyedAt: string | null;
}

const select = `SELECT name, usage, algorithm, kcv, environment, issuer, made_at AS madeAt, destroyed_at AS destroyedAt FROM keys`;

/** Keys made and destroyed. A name that is made again after its destruction is a new key. */
export class KeysProjection implements Projection {
  static readonly schema = `
    CREATE TABLE keys (
      name TEXT PRIMARY KEY, usage TEXT NOT NULL, algorithm TEXT, kcv TEXT NOT NULL, environment TEXT, issuer TEXT,
      made_at TEXT, destroyed_at TEXT
    ) STRICT;`;
  readonly tables = ['keys'];

  readonly #made: Statement;
  readonly #destroyed: Statement;
  readonly #one: Statement<[string], KeyRow>;
  readonly #all: Statement<[], KeyRow>;

  constructor(database: Database) {
    this.#made = database.prepare('INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, NULL)');
    this.#destroyed = database.prepare(
      `INSERT INTO keys VALUES (?, ?, NULL, ?, NULL, ?, NULL, ?)
       ON CONFLICT (name) DO UPDATE SET destroyed_at = excluded.destroyed_at`,
    );
    this.#one = database.prepare(`${select} WHERE name = ?`);
    this.#all = database.prepare(`${select} ORDER BY name`);
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'key.made': {
        const { name, usage, algorithm, kcv, environment } = event.payload;
        this.#made.run(name, usage, algorithm, kcv, environment, event.issuer, event.time);
        return;
      }
      case 'key.destroyed': {
        const { name, usage, kcv } = event.payload;
        this.#destroyed.run(name, usage, kcv, event.issuer, event.time);
        return;
      }
      default:
    }
  }

  find(name: string): KeyRow | null {
    return this.#one.get(name) ?? null;
  }

  all(): readonly KeyRow[] {
    return this.#all.all();
  }
}
