import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Environment } from '#shared/domain/identifiers.ts';
import type { KeyState } from '#shared/domain/key-state.ts';
import { impossible, type AppliedEvent, type Projection } from './projection.ts';

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
  readonly version: number;
  /** Null where the making named none: it follows from the algorithm. */
  readonly kcvMethod: string | null;
  readonly size: number | null;
  readonly wayIn: string;
  /** Last day of use, or null for no end. */
  readonly validUntil: string | null;
  readonly state: KeyState;
  /** The request by which it was made; null for keys that the station made with itself. */
  readonly approval: string | null;
}

const select = `SELECT name, usage, algorithm, kcv, environment, issuer, made_at AS madeAt, destroyed_at AS destroyedAt, version,
  kcv_method AS kcvMethod, size, way_in AS wayIn, valid_until AS validUntil, state, approval FROM keys`;

/** The last part of a key's name is its version; key sets end in the part that they are. */
function versionIn(name: string): number {
  return Number(/\/(\d{1,7})(?:\/[a-z]+)?$/.exec(name)?.[1] ?? 0);
}

/** Names of one usage and issuer differ in the version alone. */
export function seriesOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}

const before: Readonly<Record<'activate' | 'retire' | 'compromise', readonly KeyState[]>> = {
  activate: ['pre-active'],
  retire: ['active'],
  compromise: ['pre-active', 'active', 'retired'],
};
const after = { activate: 'active', retire: 'retired', compromise: 'compromised' } as const;

/** Keys and their lives. A name that is made again after its destruction is a new key. Of one usage and issuer one version is active. */
export class KeysProjection implements Projection {
  static readonly schema = `
    CREATE TABLE keys (
      name TEXT PRIMARY KEY, usage TEXT NOT NULL, algorithm TEXT, kcv TEXT NOT NULL, environment TEXT, issuer TEXT,
      made_at TEXT, destroyed_at TEXT, version INTEGER NOT NULL, kcv_method TEXT, size INTEGER, way_in TEXT NOT NULL,
      valid_until TEXT, state TEXT NOT NULL, approval TEXT
    ) STRICT;
    CREATE INDEX keys_by_usage ON keys (usage, issuer, version);`;
  readonly tables = ['keys'];

  readonly #made: Statement;
  readonly #destroyed: Statement;
  readonly #changed: Statement;
  readonly #one: Statement<[string], KeyRow>;
  readonly #all: Statement<[], KeyRow>;
  readonly #ofUsage: Statement<[string, string | null], KeyRow>;

  constructor(database: Database) {
    this.#made = database.prepare(
      'INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#destroyed = database.prepare(
      `INSERT INTO keys VALUES (?, ?, NULL, ?, NULL, ?, NULL, ?, ?, NULL, NULL, 'made', NULL, 'destroyed', NULL)
       ON CONFLICT (name) DO UPDATE SET destroyed_at = excluded.destroyed_at, state = 'destroyed'`,
    );
    this.#changed = database.prepare('UPDATE keys SET state = ? WHERE name = ?');
    this.#one = database.prepare(`${select} WHERE name = ?`);
    this.#all = database.prepare(`${select} ORDER BY name`);
    this.#ofUsage = database.prepare(`${select} WHERE usage = ? AND issuer IS ? ORDER BY version DESC, name DESC`);
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'key.made': {
        const { name, usage, algorithm, kcv, environment, version, kcvMethod, size, wayIn } = event.payload;
        const { validUntil = null, approval = null } = event.payload;
        this.#made.run(
          name,
          usage,
          algorithm,
          kcv,
          environment,
          event.issuer,
          event.time,
          version ?? versionIn(name),
          kcvMethod ?? null,
          size ?? null,
          wayIn ?? (usage === 'dgi-transport' ? 'cms' : 'made'),
          validUntil,
          approval === null ? 'active' : 'pre-active',
          approval,
        );
        return;
      }
      case 'key.changed': {
        const { name, change } = event.payload;
        const row = this.find(name) ?? impossible(event, `there is no key ${name}`);
        if (!before[change].includes(row.state)) impossible(event, `the key ${name} is ${row.state}`);
        const other = change === 'activate' ? this.activeBeside(row) : null;
        if (other !== null) impossible(event, `the key ${other.name} is active`);
        this.#changed.run(after[change], name);
        return;
      }
      case 'key.destroyed': {
        const { name, usage, kcv } = event.payload;
        this.#destroyed.run(name, usage, kcv, event.issuer, event.time, versionIn(name));
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

  /** Every version of a usage and issuer that ever was, newest first. */
  ofUsage(usage: string, issuer: string | null): readonly KeyRow[] {
    return this.#ofUsage.all(usage, issuer);
  }

  /** The active version of the same usage and issuer, other than this key. */
  activeBeside({ name, usage, issuer }: Pick<KeyRow, 'name' | 'usage' | 'issuer'>): KeyRow | null {
    const beside = this.ofUsage(usage, issuer).find(
      (row) => row.state === 'active' && row.name !== name && seriesOf(row.name) === seriesOf(name),
    );
    return beside ?? null;
  }
}
