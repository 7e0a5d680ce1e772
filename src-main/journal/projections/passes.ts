import { hash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import { readPass } from '#shared/journal-format/pass-certificate.ts';
import { impossible, subject, type AppliedEvent, type Projection } from './projection.ts';

/** The certificate of a good card as it was signed. */
export interface PassRow {
  readonly attempt: string;
  readonly issuer: string;
  readonly batch: string;
  readonly order: string;
  /** RFC 8785 text; see `PassCertificate`. */
  readonly certificate: string;
  /** ES256 by the station's signing key, 64 bytes r|s as base64url. */
  readonly signature: string;
  /** SHA-256 of the certificate's text. */
  readonly digest: string;
  readonly time: string;
}

const select = `SELECT attempt, issuer, batch, order_id AS "order", certificate, signature, digest, time FROM passes`;

/** Pass certificates by attempt: one each, of that attempt, never another. */
export class PassesProjection implements Projection {
  static readonly schema = `
    CREATE TABLE passes (
      attempt TEXT PRIMARY KEY, issuer TEXT NOT NULL, batch TEXT NOT NULL, order_id TEXT NOT NULL, certificate TEXT NOT NULL,
      signature TEXT NOT NULL, digest TEXT NOT NULL, time TEXT NOT NULL
    ) STRICT;
    CREATE INDEX passes_by_order ON passes (batch, order_id);`;
  readonly tables = ['passes'];

  readonly #insert: Statement;
  readonly #one: Statement<[string], PassRow>;
  readonly #byOrder: Statement<[string, string], PassRow>;

  constructor(database: Database) {
    this.#insert = database.prepare('INSERT INTO passes VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#one = database.prepare(`${select} WHERE attempt = ?`);
    this.#byOrder = database.prepare(`${select} WHERE batch = ? AND order_id = ? ORDER BY rowid`);
  }

  apply(event: AppliedEvent): void {
    if (event.kind !== 'attempt.passed') return;
    const [attempt, order, batch] = [subject(event, 'attempt'), subject(event, 'order'), subject(event, 'batch')];
    const issuer = event.issuer ?? impossible(event, 'it names no issuer');
    const { certificate, signature } = event.payload;
    const content = readPass(certificate) ?? impossible(event, 'it is no pass certificate');
    if (
      content.attempt !== attempt ||
      content.order !== order ||
      content.batch !== batch ||
      content.issuer !== issuer
    ) {
      impossible(event, 'the certificate is of another card');
    }
    if (this.find(attempt) !== null) impossible(event, `attempt ${attempt} has a pass certificate already`);
    this.#insert.run(attempt, issuer, batch, order, certificate, signature, hash('sha256', certificate), event.time);
  }

  find(attempt: string): PassRow | null {
    return this.#one.get(attempt) ?? null;
  }

  /** Certificates of an order's cards, oldest first. A recalled card keeps its own. */
  ofOrder(batch: string, order: string): readonly PassRow[] {
    return this.#byOrder.all(batch, order);
  }
}
