import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { FaultDetails } from '#shared/faults/station-fault.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { KeyRequestSigned } from '#shared/journal-format/events/key-events.ts';
import { actorText, impossible, type AppliedEvent, type Projection } from './projection.ts';

/** A request about a key, exactly as it was signed. */
export interface KeyRequestRow {
  readonly approval: string;
  readonly asker: string;
  readonly requestedAt: string;
  readonly request: KeyRequestSigned;
}

export type KeyIntent = EventPayload<'key.intended'>['act'];

/** What the key store was asked to do, and what came of it: null as long as that is not known. */
export interface KeyIntentRow {
  readonly approval: string;
  readonly name: string;
  readonly act: KeyIntent;
  readonly intendedAt: string;
  readonly settledAt: string | null;
  /** `done`, or the code of the fault for which nothing was made. */
  readonly outcome: string | null;
  /** Of that fault. */
  readonly details: FaultDetails;
}

type StoredIntent = Omit<KeyIntentRow, 'details'> & { readonly details: string };

function readIntent(row: StoredIntent): KeyIntentRow {
  return { ...row, details: JSON.parse(row.details) as FaultDetails };
}

interface StoredRequest {
  readonly approval: string;
  readonly asker: string;
  readonly requestedAt: string;
  readonly request: string;
}

function read(row: StoredRequest): KeyRequestRow {
  return { ...row, request: JSON.parse(row.request) as KeyRequestSigned };
}

const intents = `SELECT approval, name, act, intended_at AS intendedAt, settled_at AS settledAt, outcome, details
  FROM key_intents`;

/** Requests about keys, and the acts of the key store that followed: intent before, outcome after. */
export class KeyActsProjection implements Projection {
  static readonly schema = `
    CREATE TABLE key_requests (
      approval TEXT PRIMARY KEY, asker TEXT NOT NULL, requested_at TEXT NOT NULL, request TEXT NOT NULL
    ) STRICT;
    CREATE TABLE key_intents (
      approval TEXT PRIMARY KEY, name TEXT NOT NULL, act TEXT NOT NULL, intended_at TEXT NOT NULL, settled_at TEXT, outcome TEXT,
      details TEXT NOT NULL
    ) STRICT;`;
  readonly tables = ['key_requests', 'key_intents'];

  readonly #request: Statement;
  readonly #oneRequest: Statement<[string], StoredRequest>;
  readonly #intend: Statement;
  readonly #settle: Statement;
  readonly #oneIntent: Statement<[string], StoredIntent>;
  readonly #open: Statement<[], StoredIntent>;
  readonly #failedSince: Statement<[string], StoredIntent>;

  constructor(database: Database) {
    this.#request = database.prepare('INSERT INTO key_requests VALUES (?, ?, ?, ?)');
    this.#oneRequest = database.prepare(
      'SELECT approval, asker, requested_at AS requestedAt, request FROM key_requests WHERE approval = ?',
    );
    this.#intend = database.prepare("INSERT INTO key_intents VALUES (?, ?, ?, ?, NULL, NULL, '{}')");
    this.#settle = database.prepare(
      'UPDATE key_intents SET settled_at = ?, outcome = ?, details = ? WHERE approval = ?',
    );
    this.#oneIntent = database.prepare(`${intents} WHERE approval = ?`);
    this.#open = database.prepare(`${intents} WHERE outcome IS NULL ORDER BY intended_at, approval`);
    this.#failedSince = database.prepare(
      `${intents} WHERE outcome IS NOT NULL AND outcome <> 'done' AND settled_at >= ? ORDER BY settled_at, approval`,
    );
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'key.requested': {
        const { approval, request } = event.payload;
        this.#request.run(approval, actorText(event.actor), event.time, JSON.stringify(request));
        return;
      }
      case 'key.intended': {
        const { approval, name, act } = event.payload;
        if (this.findIntent(approval) !== null) impossible(event, `the act of ${approval} was begun already`);
        this.#intend.run(approval, name, act, event.time);
        return;
      }
      case 'key.made':
      case 'key.destroyed': {
        const { approval } = event.payload;
        if (approval !== undefined) this.#settled(event, approval, 'done', {});
        return;
      }
      case 'key.not-made':
        this.#settled(event, event.payload.approval, event.payload.code, event.payload.details);
        return;
      default:
    }
  }

  #settled(event: AppliedEvent, approval: string, outcome: string, details: FaultDetails): void {
    const intent = this.findIntent(approval) ?? impossible(event, `nothing was begun for ${approval}`);
    if (intent.outcome !== null) impossible(event, `the act of ${approval} is settled`);
    this.#settle.run(event.time, outcome, JSON.stringify(details), approval);
  }

  find(approval: string): KeyRequestRow | null {
    const row = this.#oneRequest.get(approval);
    return row === undefined ? null : read(row);
  }

  findIntent(approval: string): KeyIntentRow | null {
    const row = this.#oneIntent.get(approval);
    return row === undefined ? null : readIntent(row);
  }

  /** Acts of which it is not known what came of them, oldest first. */
  openIntents(): readonly KeyIntentRow[] {
    return this.#open.all().map(readIntent);
  }

  /** Acts that came to nothing since a time. */
  failedSince(time: string): readonly KeyIntentRow[] {
    return this.#failedSince.all(time).map(readIntent);
  }
}
