import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Environment } from '#shared/domain/identifiers.ts';
import { subject, type AppliedEvent, type Projection } from './projection.ts';

/** A scheme authority's public key; bytes in hexadecimal, here and below. */
export interface AuthorityRow {
  readonly rid: string;
  readonly index: number;
  readonly modulus: string;
  readonly exponent: string;
  /** YYYY-MM, here and below. */
  readonly expires: string;
  readonly checkSum: string;
  readonly environment: Environment;
}

/** The last request of an issuer key. */
export interface CertificateRequestRow {
  readonly key: string;
  readonly issuerIdentifier: string;
  readonly expires: string;
  readonly hash: string;
  readonly requestedAt: string;
}

/** One issuer certificate of the history. */
export interface IssuerCertificateRow {
  readonly sequence: number;
  readonly key: string;
  readonly issuer: string;
  readonly rid: string;
  readonly index: number;
  readonly issuerIdentifier: string;
  readonly serial: string;
  readonly expires: string;
  readonly certificate: string;
  readonly remainder: string;
  readonly exponent: string;
  readonly modulus: string;
  readonly environment: Environment;
  readonly importedAt: string;
}

const authorityColumns = 'rid, idx AS "index", modulus, exponent, expires, check_sum AS checkSum, environment';
const certificateColumns = `sequence, key, issuer, rid, idx AS "index", issuer_identifier AS issuerIdentifier, serial, expires, certificate,
  remainder, exponent, modulus, environment, imported_at AS importedAt`;

/** Authority keys, requests and issuer certificates. A certificate that came later does not remove an earlier one: cards bear it. */
export class CertificatesProjection implements Projection {
  static readonly schema = `
    CREATE TABLE scheme_authorities (
      rid TEXT NOT NULL, idx INTEGER NOT NULL, modulus TEXT NOT NULL, exponent TEXT NOT NULL, expires TEXT NOT NULL,
      check_sum TEXT NOT NULL, environment TEXT NOT NULL, PRIMARY KEY (rid, idx)
    ) STRICT;
    CREATE TABLE issuer_certificate_requests (
      key TEXT PRIMARY KEY, issuer_identifier TEXT NOT NULL, expires TEXT NOT NULL, hash TEXT NOT NULL, requested_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE issuer_certificates (
      sequence INTEGER PRIMARY KEY, key TEXT NOT NULL, issuer TEXT NOT NULL, rid TEXT NOT NULL, idx INTEGER NOT NULL,
      issuer_identifier TEXT NOT NULL, serial TEXT NOT NULL, expires TEXT NOT NULL, certificate TEXT NOT NULL, remainder TEXT NOT NULL,
      exponent TEXT NOT NULL, modulus TEXT NOT NULL, environment TEXT NOT NULL, imported_at TEXT NOT NULL,
      UNIQUE (rid, idx, serial)
    ) STRICT;
    CREATE INDEX issuer_certificates_by_issuer ON issuer_certificates (issuer, sequence);`;
  readonly tables = ['scheme_authorities', 'issuer_certificate_requests', 'issuer_certificates'];

  readonly #authority: Statement;
  readonly #request: Statement;
  readonly #certificate: Statement;
  readonly #oneAuthority: Statement<[string, number], AuthorityRow>;
  readonly #authorities: Statement<[], AuthorityRow>;
  readonly #oneRequest: Statement<[string], CertificateRequestRow>;
  readonly #bySerial: Statement<[string, number, string], IssuerCertificateRow>;
  readonly #ofIssuer: Statement<[string], IssuerCertificateRow>;

  constructor(database: Database) {
    this.#authority = database.prepare('INSERT INTO scheme_authorities VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#request = database.prepare('INSERT OR REPLACE INTO issuer_certificate_requests VALUES (?, ?, ?, ?, ?)');
    this.#certificate = database.prepare(
      `INSERT INTO issuer_certificates VALUES (@sequence, @key, @issuer, @rid, @index, @issuerIdentifier, @serial, @expires, @certificate,
       @remainder, @exponent, @modulus, @environment, @importedAt)`,
    );
    this.#oneAuthority = database.prepare(
      `SELECT ${authorityColumns} FROM scheme_authorities WHERE rid = ? AND idx = ?`,
    );
    this.#authorities = database.prepare(`SELECT ${authorityColumns} FROM scheme_authorities ORDER BY rid, idx`);
    this.#oneRequest = database.prepare(
      `SELECT key, issuer_identifier AS issuerIdentifier, expires, hash, requested_at AS requestedAt
       FROM issuer_certificate_requests WHERE key = ?`,
    );
    this.#bySerial = database.prepare(
      `SELECT ${certificateColumns} FROM issuer_certificates WHERE rid = ? AND idx = ? AND serial = ?`,
    );
    this.#ofIssuer = database.prepare(
      `SELECT ${certificateColumns} FROM issuer_certificates WHERE issuer = ? ORDER BY sequence DESC`,
    );
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'scheme-authority.imported': {
        const { rid, index, modulus, exponent, expires, checkSum, environment } = event.payload;
        this.#authority.run(rid, index, modulus, exponent, expires, checkSum, environment);
        return;
      }
      case 'issuer-certificate.requested': {
        const { issuerIdentifier, expires, hash } = event.payload;
        this.#request.run(subject(event, 'key'), issuerIdentifier, expires, hash, event.time);
        return;
      }
      case 'issuer-certificate.imported': {
        this.#certificate.run({
          ...event.payload,
          sequence: event.sequence,
          key: subject(event, 'key'),
          issuer: event.issuer ?? '',
          importedAt: event.time,
        });
        return;
      }
      default:
    }
  }

  authority(rid: string, index: number): AuthorityRow | null {
    return this.#oneAuthority.get(rid, index) ?? null;
  }

  /** Every authority key, by RID and index. */
  authorities(): readonly AuthorityRow[] {
    return this.#authorities.all();
  }

  request(key: string): CertificateRequestRow | null {
    return this.#oneRequest.get(key) ?? null;
  }

  /** The certificate to which an authority gave a serial number. */
  bySerial(rid: string, index: number, serial: string): IssuerCertificateRow | null {
    return this.#bySerial.get(rid, index, serial) ?? null;
  }

  /** Every certificate of an issuer, the newest first. */
  ofIssuer(issuer: string): readonly IssuerCertificateRow[] {
    return this.#ofIssuer.all(issuer);
  }
}
