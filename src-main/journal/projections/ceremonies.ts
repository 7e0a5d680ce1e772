import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { KeyRequestSigned } from '#shared/journal-format/events/key-events.ts';
import { actorText, impossible, type AppliedEvent, type Projection } from './projection.ts';

export type CeremonyEnd = 'kept' | 'left-as-block' | 'given-up' | 'lost';

/** One key ceremony as the journal knows it. What custodians enter is not in it. */
export interface CeremonyRow {
  readonly ceremony: string;
  readonly approval: string;
  readonly issuer: string | null;
  readonly request: Extract<KeyRequestSigned, { readonly kind: 'ceremony' }>;
  /** `asked`: waits for its signature or will never get it; `open`: the custodians are at work. */
  readonly state: 'asked' | 'open' | CeremonyEnd;
  readonly kcv: string | null;
  readonly askedAt: string;
  readonly endedAt: string | null;
}

/** What one custodian did. */
export interface ComponentRow {
  readonly component: number;
  readonly person: string;
  readonly kcv: string | null;
  readonly confirmed: 'yes' | 'no';
}

type StoredCeremony = Omit<CeremonyRow, 'request'> & { readonly request: string };

function read(row: StoredCeremony): CeremonyRow {
  return { ...row, request: JSON.parse(row.request) as CeremonyRow['request'] };
}

const select = `SELECT ceremony, approval, issuer, request, state, kcv, asked_at AS askedAt, ended_at AS endedAt FROM key_ceremonies`;

/** Key ceremonies: who takes part, which components stand, who confirmed, how each ended. */
export class CeremoniesProjection implements Projection {
  static readonly schema = `
    CREATE TABLE key_ceremonies (
      ceremony TEXT PRIMARY KEY, approval TEXT NOT NULL, issuer TEXT, request TEXT NOT NULL, state TEXT NOT NULL, kcv TEXT,
      asked_at TEXT NOT NULL, ended_at TEXT
    ) STRICT;
    CREATE TABLE key_components (
      ceremony TEXT NOT NULL, component INTEGER NOT NULL, person TEXT NOT NULL, kcv TEXT, confirmed TEXT NOT NULL,
      PRIMARY KEY (ceremony, component)
    ) STRICT;`;
  readonly tables = ['key_ceremonies', 'key_components'];

  readonly #ask: Statement;
  readonly #component: Statement;
  readonly #open: Statement;
  readonly #entered: Statement;
  readonly #combined: Statement;
  readonly #confirmed: Statement;
  readonly #end: Statement;
  readonly #one: Statement<[string], StoredCeremony>;
  readonly #inState: Statement<[string], StoredCeremony>;
  readonly #newest: Statement<[number], StoredCeremony>;
  readonly #components: Statement<[string], ComponentRow>;

  constructor(database: Database) {
    this.#ask = database.prepare("INSERT INTO key_ceremonies VALUES (?, ?, ?, ?, 'asked', NULL, ?, NULL)");
    this.#component = database.prepare("INSERT INTO key_components VALUES (?, ?, ?, NULL, 'no')");
    this.#open = database.prepare("UPDATE key_ceremonies SET state = 'open' WHERE ceremony = ?");
    this.#entered = database.prepare(
      'UPDATE key_components SET kcv = ? WHERE ceremony = ? AND component = ? AND person = ?',
    );
    this.#combined = database.prepare('UPDATE key_ceremonies SET kcv = ? WHERE ceremony = ?');
    this.#confirmed = database.prepare(
      "UPDATE key_components SET confirmed = 'yes' WHERE ceremony = ? AND person = ? AND confirmed = 'no'",
    );
    this.#end = database.prepare('UPDATE key_ceremonies SET state = ?, ended_at = ? WHERE ceremony = ?');
    this.#one = database.prepare(`${select} WHERE ceremony = ?`);
    this.#inState = database.prepare(`${select} WHERE state = ? ORDER BY asked_at, ceremony`);
    this.#newest = database.prepare(`${select} ORDER BY asked_at DESC, ceremony LIMIT ?`);
    this.#components = database.prepare(
      'SELECT component, person, kcv, confirmed FROM key_components WHERE ceremony = ? ORDER BY component',
    );
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'key.requested': {
        const { approval, request } = event.payload;
        if (request.kind !== 'ceremony') return;
        const { ceremony, custodians } = request;
        this.#ask.run(ceremony, approval, event.issuer, JSON.stringify(request), event.time);
        for (const [at, person] of custodians.entries()) this.#component.run(ceremony, at + 1, person);
        return;
      }
      case 'key.ceremony-opened':
        this.#expect(event, event.payload.ceremony, 'asked');
        this.#open.run(event.payload.ceremony);
        return;
      case 'key.component-entered': {
        const { ceremony, component, kcv } = event.payload;
        this.#expect(event, ceremony, 'open');
        const { changes } = this.#entered.run(kcv, ceremony, component, actorText(event.actor));
        if (changes === 0) impossible(event, 'the component is another custodian’s');
        return;
      }
      case 'key.combined':
        this.#expect(event, event.payload.ceremony, 'open');
        this.#combined.run(event.payload.kcv, event.payload.ceremony);
        return;
      case 'key.value-confirmed': {
        const { ceremony } = event.payload;
        this.#expect(event, ceremony, 'open');
        const { changes } = this.#confirmed.run(ceremony, actorText(event.actor));
        if (changes === 0) impossible(event, 'who confirms is no custodian of it, or has confirmed already');
        return;
      }
      case 'key.ceremony-ended': {
        const { ceremony, result } = event.payload;
        this.#expect(event, ceremony, 'open');
        this.#end.run(result, event.time, ceremony);
        return;
      }
      default:
    }
  }

  #expect(event: AppliedEvent, ceremony: string, state: CeremonyRow['state']): void {
    const row = this.find(ceremony) ?? impossible(event, `there is no ceremony ${ceremony}`);
    if (row.state !== state) impossible(event, `the ceremony ${ceremony} is ${row.state}`);
  }

  find(ceremony: string): CeremonyRow | null {
    const row = this.#one.get(ceremony);
    return row === undefined ? null : read(row);
  }

  inState(state: CeremonyRow['state']): readonly CeremonyRow[] {
    return this.#inState.all(state).map(read);
  }

  newest(count: number): readonly CeremonyRow[] {
    return this.#newest.all(count).map(read);
  }

  components(ceremony: string): readonly ComponentRow[] {
    return this.#components.all(ceremony);
  }
}
