import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { Disposition, StepName } from '#shared/journal-format/events/production-events.ts';
import { sqliteCode } from '../sqlite-faults.ts';
import type { PassesProjection } from './passes.ts';
import { impossible, subject, type AppliedEvent, type Projection } from './projection.ts';

type Intent = EventPayload<'attempt.intent'>;

/** One blank used for one order. */
export interface AttemptRow {
  readonly attempt: string;
  readonly issuer: string;
  readonly batch: string;
  readonly order: string;
  readonly number: number;
  readonly line: string;
  readonly lot: string;
  readonly planDigest: string;
  /** The lost attempt of the same order that this one replaces. */
  readonly replaces: string | null;
  /** Whether it can end as good only with a signed pass certificate. */
  readonly certificate: 'due' | null;
  readonly startedAt: string;
  /** The last step that had an intent or an outcome. */
  readonly step: StepName | null;
  /** The last step with the outcome `done`. */
  readonly lastDone: StepName | null;
  /** An intent whose outcome is not known yet. */
  readonly openIntent: Readonly<Intent> | null;
  readonly lastMark: string | null;
  readonly chipSerial: string | null;
  readonly atr: string | null;
  readonly verifiedChip: 'same' | 'differs' | null;
  readonly verifiedStripe: 'same' | 'differs' | null;
  readonly verifiedPrint: 'same' | 'differs' | null;
  /** Digests of what was read back, in the order of the proofs. */
  readonly readDigests: readonly string[];
  /** Null while the blank is in the machine. */
  readonly disposition: Disposition | null;
  readonly decidedBy: string | null;
  readonly reason: string | null;
  readonly passDigest: string | null;
  readonly endedAt: string | null;
}

/** A chip card that did not become good: it may not be used again, in any batch. */
export interface QuarantinedRow extends AttemptRow {
  readonly chipSerial: string;
  readonly disposition: 'rejected' | 'spoiled' | 'missing';
}

const inQuarantine = "chip_serial IS NOT NULL AND disposition IN ('rejected', 'spoiled', 'missing')";

interface StoredAttempt extends Omit<AttemptRow, 'openIntent' | 'readDigests'> {
  readonly readDigests: string;
  readonly intent: string | null;
}

const select = `SELECT attempt, issuer, batch, order_id AS "order", number, line, lot, plan_digest AS planDigest, replaces, certificate, started_at AS startedAt,
  step, last_done AS lastDone, intent, last_mark AS lastMark, chip_serial AS chipSerial, atr,
  verified_chip AS verifiedChip, verified_stripe AS verifiedStripe, verified_print AS verifiedPrint, read_digests AS readDigests, disposition, decided_by AS decidedBy, reason,
  pass_digest AS passDigest, ended_at AS endedAt FROM attempts`;

function read({ intent, readDigests, ...row }: StoredAttempt): AttemptRow {
  return {
    ...row,
    readDigests: JSON.parse(readDigests) as string[],
    openIntent: intent === null ? null : (JSON.parse(intent) as Intent),
  };
}

/** Attempts from the blank in the feeder to its disposition. An order never has two good ones: JOURNAL-TWO-GOOD. */
export class AttemptsProjection implements Projection {
  static readonly schema = `
    CREATE TABLE attempts (
      attempt TEXT PRIMARY KEY, issuer TEXT NOT NULL, batch TEXT NOT NULL, order_id TEXT NOT NULL, number INTEGER NOT NULL,
      line TEXT NOT NULL, lot TEXT NOT NULL, plan_digest TEXT NOT NULL, replaces TEXT, certificate TEXT, started_at TEXT NOT NULL, step TEXT, last_done TEXT, intent TEXT,
      last_mark TEXT, chip_serial TEXT, atr TEXT, verified_chip TEXT, verified_stripe TEXT, verified_print TEXT, read_digests TEXT NOT NULL DEFAULT '[]',
      disposition TEXT, decided_by TEXT, reason TEXT, pass_digest TEXT, ended_at TEXT
    ) STRICT;
    CREATE UNIQUE INDEX attempts_one_good ON attempts (issuer, order_id) WHERE disposition = 'good';
    CREATE UNIQUE INDEX attempts_one_open ON attempts (issuer, order_id) WHERE disposition IS NULL;
    CREATE INDEX attempts_open ON attempts (started_at) WHERE disposition IS NULL;
    CREATE INDEX attempts_by_batch ON attempts (batch, started_at);
    CREATE INDEX attempts_by_order ON attempts (batch, order_id, number);
    CREATE INDEX attempts_by_end ON attempts (ended_at) WHERE ended_at IS NOT NULL;
    CREATE INDEX attempts_good ON attempts (batch, ended_at) WHERE disposition = 'good';
    CREATE INDEX attempts_by_chip ON attempts (batch, chip_serial) WHERE chip_serial IS NOT NULL;
    CREATE INDEX attempts_in_quarantine ON attempts (chip_serial) WHERE ${inQuarantine};
    CREATE INDEX attempts_by_serial ON attempts (chip_serial, started_at) WHERE chip_serial IS NOT NULL;`;
  readonly tables = ['attempts'];

  readonly #start: Statement;
  readonly #intent: Statement;
  readonly #outcome: Statement;
  readonly #settle: Statement;
  readonly #mark: Statement;
  readonly #chip: Statement;
  readonly #chipVerified: Statement;
  readonly #stripeVerified: Statement;
  readonly #printVerified: Statement;
  readonly #end: Statement;
  readonly #one: Statement<[string], StoredAttempt>;
  readonly #open: Statement<[], StoredAttempt>;
  readonly #byBatch: Statement<[string, number, number], StoredAttempt>;
  readonly #countOfBatch: Statement<[string], number>;
  readonly #byOrder: Statement<[string, string], StoredAttempt>;
  readonly #lastGood: Statement<[string, number], StoredAttempt>;
  readonly #endedSince: Statement<[string, string | null, string | null], { disposition: Disposition; count: number }>;
  readonly #chipSeen: Statement<[string, string, string], StoredAttempt>;
  readonly #quarantine: Statement<[], StoredAttempt>;
  readonly #quarantined: Statement<[string, string], StoredAttempt>;
  readonly #metAgain: Statement<[string, string], number>;

  readonly #passes: PassesProjection;

  constructor(database: Database, passes: PassesProjection) {
    this.#passes = passes;
    this.#start = database.prepare(
      `INSERT INTO attempts (attempt, issuer, batch, order_id, number, line, lot, plan_digest, started_at, replaces, certificate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#intent = database.prepare('UPDATE attempts SET step = ?, intent = ? WHERE attempt = ?');
    this.#outcome = database.prepare(
      'UPDATE attempts SET step = ?, last_done = coalesce(?, last_done), intent = NULL WHERE attempt = ?',
    );
    this.#settle = database.prepare('UPDATE attempts SET step = ?, intent = NULL WHERE attempt = ?');
    this.#mark = database.prepare('UPDATE attempts SET last_mark = ? WHERE attempt = ?');
    this.#chip = database.prepare('UPDATE attempts SET chip_serial = ?, atr = ? WHERE attempt = ?');
    const proven = "read_digests = json_insert(read_digests, '$[#]', ?) WHERE attempt = ?";
    this.#chipVerified = database.prepare(`UPDATE attempts SET verified_chip = ?, ${proven}`);
    this.#stripeVerified = database.prepare(`UPDATE attempts SET verified_stripe = ?, ${proven}`);
    this.#printVerified = database.prepare(`UPDATE attempts SET verified_print = ?, ${proven}`);
    this.#end = database.prepare(
      `UPDATE attempts SET disposition = ?, decided_by = ?, reason = ?, pass_digest = ?, ended_at = ?,
         intent = NULL WHERE attempt = ?`,
    );
    this.#one = database.prepare(`${select} WHERE attempt = ?`);
    this.#open = database.prepare(`${select} WHERE disposition IS NULL ORDER BY started_at, attempt`);
    this.#byBatch = database.prepare(`${select} WHERE batch = ? ORDER BY started_at, attempt LIMIT ? OFFSET ?`);
    this.#countOfBatch = database.prepare<[string], number>('SELECT count(*) FROM attempts WHERE batch = ?').pluck();
    this.#byOrder = database.prepare(`${select} WHERE batch = ? AND order_id = ? ORDER BY number, started_at`);
    this.#lastGood = database.prepare(
      `${select} WHERE batch = ? AND disposition = 'good' ORDER BY ended_at DESC, rowid DESC LIMIT ?`,
    );
    this.#endedSince = database.prepare(
      `SELECT disposition, count(*) AS count FROM attempts WHERE ended_at >= ?
         AND iif(? IS NULL, 1, issuer IN (SELECT value FROM json_each(?))) GROUP BY disposition`,
    );
    this.#quarantine = database.prepare(
      `${select} WHERE ${inQuarantine} AND reason <> 'PRODUCTION-CHIP-QUARANTINED' ORDER BY ended_at DESC, attempt`,
    );
    this.#quarantined = database.prepare(
      `${select} WHERE chip_serial = ? AND attempt <> ? AND ${inQuarantine} ORDER BY ended_at LIMIT 1`,
    );
    this.#metAgain = database
      .prepare<[string, string], number>(
        "SELECT count(*) FROM attempts WHERE chip_serial = ? AND attempt <> ? AND reason = 'PRODUCTION-CHIP-QUARANTINED'",
      )
      .pluck();
    this.#chipSeen = database.prepare(`${select} WHERE batch = ? AND chip_serial = ? AND attempt <> ? LIMIT 1`);
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'attempt.started':
        this.#started(event);
        return;
      case 'attempt.intent': {
        const attempt = this.expectOpen(event);
        if (attempt.openIntent !== null) impossible(event, `the intent of ${attempt.openIntent.step} is still open`);
        this.#intent.run(event.payload.step, JSON.stringify(event.payload), attempt.attempt);
        return;
      }
      case 'attempt.outcome': {
        const attempt = this.expectOpen(event);
        const { step } = event.payload;
        if (attempt.openIntent !== null && attempt.openIntent.step !== step) {
          impossible(event, `the open intent is of ${attempt.openIntent.step}`);
        }
        const done = event.payload.outcome.kind === 'done' ? step : null;
        this.#outcome.run(step, done, attempt.attempt);
        return;
      }
      case 'attempt.settled': {
        const attempt = this.expectOpen(event);
        if (attempt.openIntent?.step !== event.payload.step) impossible(event, 'there is no open intent of this step');
        this.#settle.run(event.payload.step, attempt.attempt);
        return;
      }
      case 'attempt.mark':
        this.#mark.run(event.payload.name, this.expectOpen(event).attempt);
        return;
      case 'attempt.chip-identified':
        this.#chip.run(event.payload.chipSerial, event.payload.atr, this.expectOpen(event).attempt);
        return;
      case 'attempt.verified': {
        const verified = { chip: this.#chipVerified, stripe: this.#stripeVerified, print: this.#printVerified };
        verified[event.payload.part].run(
          event.payload.verdict,
          event.payload.readDigest,
          this.expectOpen(event).attempt,
        );
        return;
      }
      case 'attempt.ended':
        this.#ended(event);
        return;
      default:
    }
  }

  #started(event: Extract<AppliedEvent, { kind: 'attempt.started' }>): void {
    const attempt = subject(event, 'attempt');
    const order = subject(event, 'order');
    const issuer = event.issuer ?? impossible(event, 'it names no issuer');
    const { number, lot, planDigest } = event.payload;
    try {
      this.#start.run(
        attempt,
        issuer,
        subject(event, 'batch'),
        order,
        number,
        subject(event, 'line'),
        lot,
        planDigest,
        event.time,
        event.payload.replaces ?? null,
        event.payload.certificate === undefined ? null : 'due',
      );
    } catch (thrown) {
      if (sqliteCode(thrown) === 'SQLITE_CONSTRAINT_PRIMARYKEY') impossible(event, `attempt ${attempt} already exists`);
      if (sqliteCode(thrown) === 'SQLITE_CONSTRAINT_UNIQUE') {
        impossible(event, `order ${order} has a card in a machine already`);
      }
      throw thrown;
    }
  }

  /** The one change of mind that there is: a good card that a look or an operator finds bad becomes a rejected one. */
  #ended(event: Extract<AppliedEvent, { kind: 'attempt.ended' }>): void {
    const attempt = this.expect(event);
    const { disposition, decidedBy, reason, passDigest } = event.payload;
    if (attempt.disposition !== null && !(attempt.disposition === 'good' && disposition === 'rejected')) {
      impossible(event, `attempt ${attempt.attempt} has ended as ${attempt.disposition}`);
    }
    if (disposition === 'good' && attempt.certificate === 'due') this.#requirePass(event, attempt.attempt, passDigest);
    try {
      this.#end.run(disposition, decidedBy, reason, passDigest, event.time, attempt.attempt);
    } catch (thrown) {
      if (sqliteCode(thrown) !== 'SQLITE_CONSTRAINT_UNIQUE') throw thrown;
      throw new StationFault('JOURNAL-TWO-GOOD', { order: attempt.order }, thrown);
    }
  }

  /** The one place that lets a card be good: its certificate, as signed, is in the journal, and it is the one that the ending names. */
  #requirePass(event: AppliedEvent, attempt: string, digest: string | null): void {
    const pass = this.#passes.find(attempt);
    if (pass === null) impossible(event, `attempt ${attempt} has no pass certificate`);
    if (pass.digest !== digest) impossible(event, `attempt ${attempt} has another pass certificate`);
  }

  /** The attempt that an event names; JOURNAL-IMPOSSIBLE when there is none. */
  expect(event: AppliedEvent): AttemptRow {
    const id = subject(event, 'attempt');
    return this.find(id) ?? impossible(event, `there is no attempt ${id}`);
  }

  /** The attempt that an event names, its blank still in the machine; JOURNAL-IMPOSSIBLE otherwise. */
  expectOpen(event: AppliedEvent): AttemptRow {
    const attempt = this.expect(event);
    if (attempt.disposition !== null) {
      impossible(event, `attempt ${attempt.attempt} has ended as ${attempt.disposition}`);
    }
    return attempt;
  }

  find(attempt: string): AttemptRow | null {
    const row = this.#one.get(attempt);
    return row === undefined ? null : read(row);
  }

  /** Every attempt whose blank is in a machine; after a crash these, and their open intents, are to be settled. */
  open(): readonly AttemptRow[] {
    return this.#open.all().map(read);
  }

  /** Attempts of a batch in the order of their start. */
  ofBatch(batch: string, page: { readonly limit: number; readonly offset: number }): readonly AttemptRow[] {
    return this.#byBatch.all(batch, page.limit, page.offset).map(read);
  }

  countOfBatch(batch: string): number {
    return this.#countOfBatch.get(batch) ?? 0;
  }

  ofOrder(batch: string, order: string): readonly AttemptRow[] {
    return this.#byOrder.all(batch, order).map(read);
  }

  /** Good cards of a batch, the last one first. */
  lastGood(batch: string, limit: number): readonly AttemptRow[] {
    return this.#lastGood.all(batch, limit).map(read);
  }

  /** How many blanks ended since a time (RFC 3339), by disposition, for the given issuers. */
  endedSince(time: string, issuers: 'all' | readonly string[]): Readonly<Partial<Record<Disposition, number>>> {
    const list = issuers === 'all' ? null : JSON.stringify(issuers);
    const counts: Partial<Record<Disposition, number>> = {};
    for (const { disposition, count } of this.#endedSince.all(time, list, list)) counts[disposition] = count;
    return counts;
  }

  /** Chip cards that did not become good, the latest first; each once, though it may have been fed again. */
  quarantined(): readonly QuarantinedRow[] {
    return this.#quarantine.all().map((row) => read(row) as QuarantinedRow);
  }

  /** The attempt, of any batch, for which the card of this chip is in quarantine; null when it is not. */
  quarantinedAs(chipSerial: string, except: string): AttemptRow | null {
    const row = this.#quarantined.get(chipSerial, except);
    return row === undefined ? null : read(row);
  }

  /** How often a card in quarantine was fed again, and refused. */
  metAgain(chipSerial: string, attempt: string): number {
    return this.#metAgain.get(chipSerial, attempt) ?? 0;
  }

  /** Another attempt of the batch that read the same chip serial, or null: the serial must be new to the batch. */
  chipSeen(batch: string, chipSerial: string, except: string): AttemptRow | null {
    const row = this.#chipSeen.get(batch, chipSerial, except);
    return row === undefined ? null : read(row);
  }
}
