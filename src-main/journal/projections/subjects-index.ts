import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { actorText, type AppliedEvent, type Projection } from './projection.ts';

/** Which entries speak of which id and who caused them: what the journal's search goes by. */
export class SubjectsIndex implements Projection {
  static readonly schema = `
    CREATE TABLE entry_subjects (id TEXT NOT NULL, sequence INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (id, sequence, name))
      STRICT, WITHOUT ROWID;
    CREATE TABLE entry_actors (person TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (person, sequence)) STRICT, WITHOUT ROWID;`;
  readonly tables = ['entry_subjects', 'entry_actors'];

  readonly #subject: Statement;
  readonly #actor: Statement;

  constructor(database: Database) {
    this.#subject = database.prepare('INSERT INTO entry_subjects VALUES (?, ?, ?)');
    this.#actor = database.prepare('INSERT INTO entry_actors VALUES (?, ?)');
  }

  apply(event: AppliedEvent): void {
    for (const [name, id] of Object.entries(event.subjects)) this.#subject.run(id, event.sequence, name);
    if (event.actor.kind === 'person') this.#actor.run(actorText(event.actor), event.sequence);
  }
}
