import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { StockRequest } from '#shared/journal-format/events/stock-events.ts';
import type { AttemptsProjection } from './attempts.ts';
import { actorText, impossible, subject, type AppliedEvent, type Projection } from './projection.ts';
import type { StockProjection } from './stock.ts';

type Content = EventPayload<'destruction.done'>['content'];

/** What was asked of a second person about stock. */
export interface StockRequestRow {
  readonly approval: string;
  readonly request: StockRequest;
  readonly askedAt: string;
  readonly askedBy: string;
}

/** A destruction that was asked for, and how it went. */
export interface DestructionRow {
  readonly destruction: string;
  readonly approval: string;
  readonly content: Content;
  readonly askedAt: string;
  readonly askedBy: string;
  readonly number: string | null;
  readonly witnesses: readonly string[];
  readonly certificateDigest: string | null;
  readonly doneAt: string | null;
}

/** A card that lies with the rejected ones and still exists. */
export interface RejectedCardRow {
  readonly attempt: string;
  readonly issuer: string;
  readonly batch: string;
  readonly order: string;
  readonly chipSerial: string | null;
  readonly disposition: 'rejected' | 'spoiled' | 'test';
  readonly reason: string | null;
  readonly endedAt: string | null;
}

type StoredDestruction = Omit<DestructionRow, 'content' | 'witnesses'> & {
  readonly content: string;
  readonly witnesses: string;
};

const select = `SELECT destruction, approval, content, asked_at AS askedAt, asked_by AS askedBy, number, witnesses,
  certificate_digest AS certificateDigest, done_at AS doneAt FROM destructions`;
const existing = `FROM attempts a WHERE a.disposition IN ('rejected', 'spoiled', 'test')
  AND NOT EXISTS (SELECT 1 FROM destroyed_cards d WHERE d.attempt = a.attempt)`;
const seen = 'iif(? IS NULL, 1, a.issuer IN (SELECT value FROM json_each(?))) AND iif(? IS NULL, 1, a.batch = ?)';
type Seen = [string | null, string | null, string | null, string | null];

function read({ content, witnesses, ...row }: StoredDestruction): DestructionRow {
  return { ...row, content: JSON.parse(content) as Content, witnesses: JSON.parse(witnesses) as string[] };
}

/** What was asked about stock, what was destroyed, and which cards no longer exist. A card is destroyed once. */
export class DestructionsProjection implements Projection {
  static readonly schema = `
    CREATE TABLE stock_requests (approval TEXT PRIMARY KEY, request TEXT NOT NULL, asked_at TEXT NOT NULL, asked_by TEXT NOT NULL) STRICT;
    CREATE TABLE destructions (
      destruction TEXT PRIMARY KEY, approval TEXT NOT NULL, content TEXT NOT NULL, asked_at TEXT NOT NULL, asked_by TEXT NOT NULL,
      number TEXT UNIQUE, witnesses TEXT NOT NULL DEFAULT '[]', certificate_digest TEXT, done_at TEXT,
      test_cards INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX destructions_by_request ON destructions (asked_at);
    CREATE TABLE destroyed_cards (attempt TEXT PRIMARY KEY, destruction TEXT NOT NULL) STRICT;`;
  readonly tables = ['stock_requests', 'destructions', 'destroyed_cards'];

  readonly #attempts: AttemptsProjection;
  readonly #stock: StockProjection;
  readonly #ask: Statement;
  readonly #askDestruction: Statement;
  readonly #done: Statement;
  readonly #card: Statement;
  readonly #request: Statement<[string], { approval: string; request: string; askedAt: string; askedBy: string }>;
  readonly #one: Statement<[string], StoredDestruction>;
  readonly #page: Statement<[number, number], StoredDestruction>;
  readonly #number: Statement<[], number>;
  readonly #doneNumber: Statement<[], number>;
  readonly #testCards: Statement<[], number>;
  readonly #destroyed: Statement<[string], string>;
  readonly #cards: Statement<[...Seen, number, number], RejectedCardRow>;
  readonly #cardCount: Statement<Seen, number>;

  constructor(database: Database, attempts: AttemptsProjection, stock: StockProjection) {
    this.#attempts = attempts;
    this.#stock = stock;
    this.#ask = database.prepare('INSERT INTO stock_requests VALUES (?, ?, ?, ?)');
    this.#askDestruction = database.prepare(
      'INSERT INTO destructions (destruction, approval, content, asked_at, asked_by) VALUES (?, ?, ?, ?, ?)',
    );
    this.#done = database.prepare(
      'UPDATE destructions SET number = ?, witnesses = ?, certificate_digest = ?, done_at = ?, test_cards = ? WHERE destruction = ?',
    );
    this.#card = database.prepare('INSERT OR IGNORE INTO destroyed_cards VALUES (?, ?)');
    this.#request = database.prepare(
      'SELECT approval, request, asked_at AS askedAt, asked_by AS askedBy FROM stock_requests WHERE approval = ?',
    );
    this.#one = database.prepare(`${select} WHERE destruction = ?`);
    this.#page = database.prepare(`${select} ORDER BY asked_at DESC, destruction LIMIT ? OFFSET ?`);
    this.#number = database.prepare<[], number>('SELECT count(*) FROM destructions').pluck();
    this.#doneNumber = database
      .prepare<[], number>('SELECT count(*) FROM destructions WHERE number IS NOT NULL')
      .pluck();
    this.#testCards = database.prepare<[], number>('SELECT coalesce(sum(test_cards), 0) FROM destructions').pluck();
    this.#destroyed = database
      .prepare<[string], string>('SELECT destruction FROM destroyed_cards WHERE attempt = ?')
      .pluck();
    this.#cards = database.prepare(
      `SELECT a.attempt, a.issuer, a.batch, a.order_id AS "order", a.chip_serial AS chipSerial, a.disposition, a.reason,
         a.ended_at AS endedAt ${existing} AND ${seen} ORDER BY a.ended_at, a.attempt LIMIT ? OFFSET ?`,
    );
    this.#cardCount = database.prepare<Seen, number>(`SELECT count(*) ${existing} AND ${seen}`).pluck();
  }

  /** Whether the card of an attempt no longer exists. */
  isDestroyed(attempt: string): 'yes' | 'no' {
    return this.#destroyed.get(attempt) === undefined ? 'no' : 'yes';
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'stock.requested': {
        const { approval, request } = event.payload;
        const by = actorText(event.actor);
        this.#ask.run(approval, JSON.stringify(request), event.time, by);
        if (request.kind !== 'destruction') return;
        if (this.find(request.destruction) !== null) impossible(event, `${request.destruction} already exists`);
        this.#askDestruction.run(request.destruction, approval, JSON.stringify(request.content), event.time, by);
        return;
      }
      case 'destruction.done':
        this.#carriedOut(event);
        return;
      default:
    }
  }

  #carriedOut(event: Extract<AppliedEvent, { kind: 'destruction.done' }>): void {
    const id = subject(event, 'destruction');
    const asked = this.find(id) ?? impossible(event, `nobody asked for ${id}`);
    if (asked.doneAt !== null) impossible(event, `${id} was done already`);
    const { number, content, witnesses, certificateDigest } = event.payload;
    for (const attempt of content.attempts) {
      const disposition = this.#attempts.find(attempt)?.disposition ?? null;
      if (disposition !== 'rejected' && disposition !== 'spoiled' && disposition !== 'test')
        impossible(event, `the card of ${attempt} is ${disposition ?? 'not there'}`);
      if (this.#card.run(attempt, id).changes === 0) impossible(event, `the card of ${attempt} was destroyed already`);
    }
    if (content.testCards > this.testCards()) impossible(event, `there are not ${content.testCards} test cards`);
    this.#done.run(number, JSON.stringify(witnesses), certificateDigest, event.time, content.testCards, id);
  }

  findRequest(approval: string): StockRequestRow | null {
    const row = this.#request.get(approval);
    return row === undefined ? null : { ...row, request: JSON.parse(row.request) as StockRequest };
  }

  find(destruction: string): DestructionRow | null {
    const row = this.#one.get(destruction);
    return row === undefined ? null : read(row);
  }

  /** Newest first. */
  page(limit: number, offset: number): readonly DestructionRow[] {
    return this.#page.all(limit, offset).map(read);
  }

  total(): number {
    return this.#number.get() ?? 0;
  }

  /** How many were carried out. */
  done(): number {
    return this.#doneNumber.get() ?? 0;
  }

  /** Test cards without an order that lie with the rejected ones. */
  testCards(): number {
    return this.#stock.testsWithoutOrder() - (this.#testCards.get() ?? 0);
  }

  /** The destruction of a card, or null while it exists. */
  destructionOf(attempt: string): string | null {
    return this.#destroyed.get(attempt) ?? null;
  }

  /** Cards that are to be destroyed, oldest first, of the given issuers and, where one is named, of one batch. */
  cards(
    which: { readonly issuers: 'all' | readonly string[]; readonly batch: string | null },
    page: { readonly limit: number; readonly offset: number },
  ): { readonly cards: readonly RejectedCardRow[]; readonly total: number } {
    const list = which.issuers === 'all' ? null : JSON.stringify(which.issuers);
    const of: Seen = [list, list, which.batch, which.batch];
    return { cards: this.#cards.all(...of, page.limit, page.offset), total: this.#cardCount.get(...of) ?? 0 };
  }
}
