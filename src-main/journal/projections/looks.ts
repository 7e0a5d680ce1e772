import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { AttemptsProjection } from './attempts.ts';
import { actorText, impossible, subject, type AppliedEvent, type Projection } from './projection.ts';

/** One look at a finished card that a person was asked for. */
export interface LookRow {
  readonly look: number;
  readonly issuer: string | null;
  readonly batch: string;
  readonly order: string;
  readonly attempt: string;
  readonly reason: 'first' | 'every-nth' | 'last' | 'asked';
  readonly askedAt: string;
  readonly result: 'good' | 'bad' | null;
  readonly reasonCode: string | null;
  readonly remark: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
}

const select = `SELECT sequence AS look, issuer, batch, order_id AS "order", attempt, reason, asked_at AS askedAt, result,
  reason_code AS reasonCode, remark, decided_by AS decidedBy, decided_at AS decidedAt FROM looks`;

/** Looks asked for and decided. A look is numbered by the entry that asked for it. */
export class LooksProjection implements Projection {
  static readonly schema = `
    CREATE TABLE looks (
      sequence INTEGER PRIMARY KEY, issuer TEXT, batch TEXT NOT NULL, order_id TEXT NOT NULL, attempt TEXT NOT NULL, reason TEXT NOT NULL,
      asked_at TEXT NOT NULL, result TEXT, reason_code TEXT, remark TEXT, decided_by TEXT, decided_at TEXT
    ) STRICT;
    CREATE INDEX looks_by_batch ON looks (batch, sequence);
    CREATE INDEX looks_by_attempt ON looks (attempt, sequence);
    CREATE UNIQUE INDEX looks_one_outstanding ON looks (attempt) WHERE result IS NULL;
    CREATE INDEX looks_outstanding ON looks (sequence) WHERE result IS NULL;`;
  readonly tables = ['looks'];

  readonly #attempts: AttemptsProjection;
  readonly #ask: Statement;
  readonly #decide: Statement;
  readonly #waiting: Statement<[string], LookRow>;
  readonly #outstanding: Statement<[], LookRow>;
  readonly #ofBatch: Statement<[string], LookRow>;
  readonly #ofAttempt: Statement<[string], LookRow>;
  readonly #outstandingOfBatch: Statement<[string], number>;

  constructor(database: Database, attempts: AttemptsProjection) {
    this.#attempts = attempts;
    this.#ask = database.prepare('INSERT INTO looks VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL)');
    this.#decide = database.prepare(
      'UPDATE looks SET result = ?, reason_code = ?, remark = ?, decided_by = ?, decided_at = ? WHERE sequence = ?',
    );
    this.#waiting = database.prepare(`${select} WHERE attempt = ? AND result IS NULL`);
    this.#outstanding = database.prepare(`${select} WHERE result IS NULL ORDER BY sequence`);
    this.#ofBatch = database.prepare(`${select} WHERE batch = ? ORDER BY sequence`);
    this.#ofAttempt = database.prepare(`${select} WHERE attempt = ? ORDER BY sequence`);
    this.#outstandingOfBatch = database
      .prepare<[string], number>('SELECT count(*) FROM looks WHERE batch = ? AND result IS NULL')
      .pluck();
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'look.asked': {
        const { attempt, batch, order } = this.#attempts.expect(event);
        if (this.waiting(attempt) !== null) impossible(event, `a look at attempt ${attempt} is outstanding already`);
        this.#ask.run(event.sequence, event.issuer, batch, order, attempt, event.payload.reason, event.time);
        return;
      }
      case 'look.decided': {
        const attempt = subject(event, 'attempt');
        const look = this.waiting(attempt) ?? impossible(event, `no look at attempt ${attempt} is outstanding`);
        const { result, reasonCode, remark } = event.payload;
        this.#decide.run(result, reasonCode, remark, actorText(event.actor), event.time, look.look);
        return;
      }
      default:
    }
  }

  /** The outstanding look at an attempt, or null. */
  waiting(attempt: string): LookRow | null {
    return this.#waiting.get(attempt) ?? null;
  }

  /** All outstanding looks, oldest first. */
  outstanding(): readonly LookRow[] {
    return this.#outstanding.all();
  }

  outstandingOf(batch: string): number {
    return this.#outstandingOfBatch.get(batch) ?? 0;
  }

  /** All looks at an attempt, in the order asked. */
  ofAttempt(attempt: string): readonly LookRow[] {
    return this.#ofAttempt.all(attempt);
  }

  /** All looks of a batch, decided or not, in the order asked. */
  ofBatch(batch: string): readonly LookRow[] {
    return this.#ofBatch.all(batch);
  }
}
