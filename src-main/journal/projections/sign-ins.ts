import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { AppliedEvent, Projection } from './projection.ts';

/** One opened, refused or closed session. */
export interface SignInRow {
  readonly sequence: number;
  readonly person: string;
  readonly time: string;
  readonly result: 'opened' | 'refused' | 'closed';
  /** How it was opened, why it was refused, or why it was closed. */
  readonly detail: string;
}

/** Where a person stands with signing in. */
export interface SignInState {
  readonly lastOpenedAt: string | null;
  readonly lastRefusedAt: string | null;
  /** Wrong passwords since the last opened session, at the log-in and in approvals. */
  readonly failures: number;
}

/** Sessions as they were opened, refused and closed, and the count of wrong passwords that locks a person. */
export class SignInsProjection implements Projection {
  static readonly schema = `
    CREATE TABLE sign_ins (
      sequence INTEGER PRIMARY KEY, person TEXT NOT NULL, time TEXT NOT NULL, result TEXT NOT NULL, detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX sign_ins_by_person ON sign_ins (person, sequence);
    CREATE TABLE sign_in_states (
      person TEXT PRIMARY KEY, last_opened_at TEXT, last_refused_at TEXT, failures INTEGER NOT NULL
    ) STRICT;`;
  readonly tables = ['sign_ins', 'sign_in_states'];

  readonly #log: Statement;
  readonly #opened: Statement;
  readonly #refused: Statement;
  readonly #last: Statement<[string, number], SignInRow>;
  readonly #state: Statement<[string], SignInState>;

  constructor(database: Database) {
    this.#log = database.prepare('INSERT INTO sign_ins VALUES (?, ?, ?, ?, ?)');
    this.#opened = database.prepare(
      `INSERT INTO sign_in_states VALUES (?, ?, NULL, 0)
       ON CONFLICT (person) DO UPDATE SET last_opened_at = excluded.last_opened_at, failures = 0`,
    );
    this.#refused = database.prepare(
      `INSERT INTO sign_in_states VALUES (?, NULL, ?, ?)
       ON CONFLICT (person) DO UPDATE SET last_refused_at = excluded.last_refused_at, failures = failures + excluded.failures`,
    );
    this.#last = database.prepare('SELECT * FROM sign_ins WHERE person = ? ORDER BY sequence DESC LIMIT ?');
    this.#state = database.prepare(
      `SELECT last_opened_at AS lastOpenedAt, last_refused_at AS lastRefusedAt, failures FROM sign_in_states WHERE person = ?`,
    );
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'session.opened':
        this.#log.run(event.sequence, event.payload.person, event.time, 'opened', event.payload.client);
        this.#opened.run(event.payload.person, event.time);
        return;
      case 'session.refused': {
        const { person, reason } = event.payload;
        this.#log.run(event.sequence, person, event.time, 'refused', reason);
        this.#refused.run(person, event.time, reason === 'password' ? 1 : 0);
        return;
      }
      case 'session.closed':
        this.#log.run(event.sequence, event.payload.person, event.time, 'closed', event.payload.reason);
        return;
      case 'approval.attempt-failed':
        if (event.payload.reason === 'password') this.#refused.run(event.payload.person, event.time, 1);
        return;
      default:
    }
  }

  /** Newest first. */
  last(person: string, limit: number): readonly SignInRow[] {
    return this.#last.all(person, limit);
  }

  state(person: string): SignInState {
    return this.#state.get(person) ?? { lastOpenedAt: null, lastRefusedAt: null, failures: 0 };
  }
}
