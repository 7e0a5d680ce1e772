import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { StationMode } from '#shared/domain/identifiers.ts';
import type { AppliedEvent, Projection } from './projection.ts';

/** What the station is and when it last ran. */
export interface StationFacts {
  readonly mode: StationMode;
  readonly version: string;
  readonly createdAt: string;
  /** P-256 public key of the station's signing key, base64url. */
  readonly signingKey: { readonly x: string; readonly y: string };
  readonly startedAt: string | null;
  readonly stoppedAt: string | null;
  readonly unsealedBy: readonly string[];
  /** When the CMS said that it was declared lost; null once it is enrolled anew. */
  readonly lostAt: string | null;
  readonly cms: {
    readonly cms: string;
    readonly certificateSerial: string;
    readonly issuers: readonly string[];
  } | null;
}

/** One signed checkpoint. */
export interface CheckpointRow {
  readonly sequence: number;
  readonly covers: number;
  readonly entryHash: string;
  readonly signature: string;
  readonly time: string;
}

/** The last verification that was recorded. */
export interface VerificationRow {
  readonly sequence: number;
  readonly time: string;
  readonly entries: number;
  readonly result: 'whole' | 'broken';
}

interface FactsRow {
  mode: StationMode;
  version: string;
  created_at: string;
  key_x: string;
  key_y: string;
  started_at: string | null;
  stopped_at: string | null;
  unsealed_by: string;
  cms: string | null;
  certificate_serial: string | null;
  cms_issuers: string | null;
  lost_at: string | null;
}

/** The station itself: its creation, starts and stops, enrolment with the CMS, checkpoints, and how far the CMS has acknowledged. */
export class StationProjection implements Projection {
  static readonly schema = `
    CREATE TABLE station (
      one INTEGER PRIMARY KEY CHECK (one = 1), mode TEXT NOT NULL, version TEXT NOT NULL, created_at TEXT NOT NULL,
      key_x TEXT NOT NULL, key_y TEXT NOT NULL, started_at TEXT, stopped_at TEXT, unsealed_by TEXT NOT NULL,
      cms TEXT, certificate_serial TEXT, cms_issuers TEXT, lost_at TEXT
    ) STRICT;
    CREATE TABLE checkpoints (
      sequence INTEGER PRIMARY KEY, covers INTEGER NOT NULL, entry_hash TEXT NOT NULL, signature TEXT NOT NULL, time TEXT NOT NULL
    ) STRICT;
    CREATE TABLE verifications (sequence INTEGER PRIMARY KEY, time TEXT NOT NULL, entries INTEGER NOT NULL, result TEXT NOT NULL) STRICT;
    CREATE TABLE sync_state (one INTEGER PRIMARY KEY CHECK (one = 1), acknowledged INTEGER NOT NULL, at TEXT NOT NULL) STRICT;`;
  readonly tables = ['station', 'checkpoints', 'verifications', 'sync_state'];

  readonly #create: Statement;
  readonly #started: Statement;
  readonly #stopped: Statement;
  readonly #unsealed: Statement;
  readonly #enrolled: Statement;
  readonly #lost: Statement;
  readonly #checkpoint: Statement;
  readonly #acknowledge: Statement;
  readonly #setBack: Statement;
  readonly #verified: Statement;
  readonly #lastVerified: Statement<[], VerificationRow>;
  readonly #facts: Statement<[], FactsRow>;
  readonly #lastCheckpoint: Statement<[], CheckpointRow>;
  readonly #acknowledged: Statement<[], { acknowledged: number; at: string }>;

  constructor(database: Database) {
    this.#create = database.prepare(
      "INSERT INTO station VALUES (1, ?, ?, ?, ?, ?, NULL, NULL, '[]', NULL, NULL, NULL, NULL)",
    );
    this.#started = database.prepare('UPDATE station SET version = ?, started_at = ?, stopped_at = NULL');
    this.#stopped = database.prepare('UPDATE station SET stopped_at = ?');
    this.#unsealed = database.prepare('UPDATE station SET unsealed_by = ?');
    this.#enrolled = database.prepare(
      'UPDATE station SET cms = ?, certificate_serial = ?, cms_issuers = ?, lost_at = NULL',
    );
    this.#lost = database.prepare('UPDATE station SET lost_at = ?');
    this.#checkpoint = database.prepare('INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?)');
    this.#acknowledge = database.prepare(
      `INSERT INTO sync_state VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET
         acknowledged = max(acknowledged, excluded.acknowledged), at = excluded.at`,
    );
    this.#setBack = database.prepare('UPDATE sync_state SET acknowledged = ?');
    this.#verified = database.prepare('INSERT INTO verifications VALUES (?, ?, ?, ?)');
    this.#lastVerified = database.prepare('SELECT * FROM verifications ORDER BY sequence DESC LIMIT 1');
    this.#facts = database.prepare('SELECT * FROM station');
    this.#lastCheckpoint = database.prepare(
      'SELECT sequence, covers, entry_hash AS entryHash, signature, time FROM checkpoints ORDER BY sequence DESC LIMIT 1',
    );
    this.#acknowledged = database.prepare('SELECT acknowledged, at FROM sync_state');
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'station.created': {
        const { mode, version, signingKey } = event.payload;
        this.#create.run(mode, version, event.time, signingKey.x, signingKey.y);
        return;
      }
      case 'station.started':
        this.#started.run(event.payload.version, event.time);
        return;
      case 'station.stopped':
        this.#stopped.run(event.time);
        return;
      case 'station.unsealed':
        this.#unsealed.run(JSON.stringify(event.payload.people));
        return;
      case 'station.enrolled-with-cms': {
        const { cms, certificateSerial, issuers } = event.payload;
        this.#enrolled.run(cms, certificateSerial, JSON.stringify(issuers));
        return;
      }
      case 'station.declared-lost':
        this.#lost.run(event.time);
        return;
      case 'journal.checkpoint': {
        const { sequence, entryHash, signature } = event.payload;
        this.#checkpoint.run(event.sequence, sequence, entryHash, signature, event.time);
        return;
      }
      case 'journal.verified':
        this.#verified.run(event.sequence, event.time, event.payload.entries, event.payload.result);
        return;
      case 'sync.acknowledged':
        this.#acknowledge.run(event.payload.upTo, event.time);
        return;
      case 'sync.set-back':
        this.#setBack.run(event.payload.held);
        return;
      default:
    }
  }

  /** What the station is; null before `station.created`. */
  facts(): StationFacts | null {
    const row = this.#facts.get();
    if (row === undefined) return null;
    return {
      mode: row.mode,
      version: row.version,
      createdAt: row.created_at,
      signingKey: { x: row.key_x, y: row.key_y },
      startedAt: row.started_at,
      stoppedAt: row.stopped_at,
      unsealedBy: JSON.parse(row.unsealed_by) as string[],
      lostAt: row.lost_at,
      cms:
        row.cms === null
          ? null
          : {
              cms: row.cms,
              certificateSerial: row.certificate_serial ?? '',
              issuers: JSON.parse(row.cms_issuers ?? '[]') as string[],
            },
    };
  }

  lastCheckpoint(): CheckpointRow | null {
    return this.#lastCheckpoint.get() ?? null;
  }

  lastVerified(): VerificationRow | null {
    return this.#lastVerified.get() ?? null;
  }

  /** The last sequence that the CMS has acknowledged (0 for none) and when it did. */
  acknowledged(): { readonly upTo: number; readonly at: string | null } {
    const row = this.#acknowledged.get();
    return row === undefined ? { upTo: 0, at: null } : { upTo: row.acknowledged, at: row.at };
  }
}
