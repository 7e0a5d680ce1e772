import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { Environment, IssuerId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { CertificateMonth } from '#shared/protocols/emv/certificates/certificate-month.ts';
import type { CertificationAuthorityKey } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import {
  checkAuthorityKey,
  checkAuthorityNotExpired,
} from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import {
  checkIssuerCertificateAnswers,
  recoverIssuerCertificate,
} from '#shared/protocols/emv/certificates/issuer-certificate.ts';
import type { IssuerRequest, IssuerRequestContent } from '#shared/protocols/emv/certificates/issuer-request.ts';
import { signIssuerRequest } from '#shared/protocols/emv/certificates/issuer-request.ts';
import type { PublicKeyCertificate } from '#shared/protocols/emv/certificates/public-key-certificate.ts';
import type { RsaCiphers } from '#shared/protocols/rsa-ciphers.ts';
import type { Journal } from '../journal/journal.ts';
import type { AuthorityRow, IssuerCertificateRow } from '../journal/projections/certificates.ts';
import type { KeyPort, RsaPublicKey } from './port.ts';
import { RegisteredKeys } from './registry/usable-keys.ts';

/** An issuer's certificate by a scheme, as preparation puts it on cards. */
export interface IssuerCertificate {
  /** The certified key in the key store, such as `issuer-rsa/northbank/1`. */
  readonly keyName: string;
  readonly issuer: IssuerId;
  /** The scheme's index of the authority's key (tag 8F). */
  readonly authorityKeyIndex: number;
  /** Tag 90. */
  readonly certificate: Uint8Array;
  /** Tag 92; empty where the certificate holds the whole modulus. */
  readonly remainder: Uint8Array;
  readonly publicKey: RsaPublicKey;
  /** Last month in which it holds, YYYY-MM. */
  readonly expires: string;
  readonly authority: CertificationAuthorityKey;
}

/** The issuer certificates that the station holds. */
export interface IssuerCertificates {
  /**
   * The certificate to use for an issuer: of those that hold at that time, whose key was not destroyed, the one of the newest key that was
   * brought in last, and where a RID is named (lower-case hexadecimal) of that scheme; null where there is none.
   */
  newest(issuer: IssuerId, at: Date, rid?: string): IssuerCertificate | null;
}

/** A request to be made: everything but the key itself. */
export type CertificateWish = Omit<IssuerRequestContent, 'key'> & { readonly keyName: string };

/** A certificate to be brought in, and whose it is said to be. */
export interface CertificateToImport {
  readonly keyName: string;
  /** RID (5 bytes, hexadecimal) and index of the authority's key that signed it. */
  readonly authority: { readonly rid: string; readonly index: number };
  readonly certificate: PublicKeyCertificate;
}

/** An issuer key that may have a certificate. */
export interface CertifiableKey {
  readonly name: string;
  readonly issuer: IssuerId;
  readonly kcv: string;
  readonly publicKey: RsaPublicKey;
}

/** What the journal holds of an authority's key. */
export type AuthorityImported = EventPayload<'scheme-authority.imported'>;
/** What the journal holds of an issuer certificate. */
export type CertificateImported = EventPayload<'issuer-certificate.imported'>;

interface Options {
  readonly journal: Journal;
  readonly keys: Pick<KeyPort, 'list' | 'publicRsaKey' | 'certifyIcc'>;
  readonly ciphers: RsaCiphers;
  readonly environment: Environment;
  readonly now: () => Date;
}

function monthOf(date: Date): CertificateMonth {
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

function writeMonth({ year, month }: CertificateMonth): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
}

function readMonth(text: string): CertificateMonth {
  return { year: Number(text.slice(0, 4)), month: Number(text.slice(5, 7)) };
}

function authorityOf(row: AuthorityRow): CertificationAuthorityKey {
  const { rid, index, modulus, exponent, expires, checkSum } = row;
  return {
    rid: fromHex(rid),
    index,
    modulus: fromHex(modulus),
    exponent: fromHex(exponent),
    expiry: readMonth(expires),
    checkSum: fromHex(checkSum),
  };
}

function versionOf(keyName: string): number {
  return Number(/\/(\d+)$/.exec(keyName)?.[1] ?? 0);
}

/**
 * Issuer certificates by way of the journal: authority keys, requests and certificates are events, and what is in use follows from them.
 *
 * Nothing is taken on trust: an authority's key is checked against its check sum, a certificate is opened with it, must answer the request
 * that the station made, and certify the very key that the key store holds. EMV 4.4 Book 2 §5, §11.2.2.
 */
export class JournalIssuerCertificates implements IssuerCertificates {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  get #rows(): Journal['projections']['certificates'] {
    return this.#options.journal.projections.certificates;
  }

  /** KEYS-ENVIRONMENT where test and live would meet. */
  #requireEnvironment(asked: Environment): void {
    const { environment } = this.#options;
    if (asked !== environment) throw new StationFault('KEYS-ENVIRONMENT', { station: environment, asked });
  }

  /** An issuer key that the key store holds and whose life is not over. KEYS-NOT-FOUND, KEYS-REFUSED, KEYS-ENVIRONMENT, why it serves no more, and the faults of the key port. */
  async certifiable(keyName: string, signal: AbortSignal): Promise<CertifiableKey> {
    const key = (await this.#options.keys.list(signal)).find(({ name }) => name === keyName);
    if (key === undefined) throw new StationFault('KEYS-NOT-FOUND', { name: keyName });
    if (key.usage !== 'issuer-rsa' || key.issuer === null) {
      throw new StationFault('KEYS-REFUSED', { reason: `the key ${keyName} is ${key.usage}, not issuer-rsa` });
    }
    this.#requireEnvironment(key.environment);
    const { journal, environment, now } = this.#options;
    new RegisteredKeys(journal.projections.keys).requireCertifiable(keyName, environment, now());
    const publicKey = await this.#options.keys.publicRsaKey(keyName, signal);
    return { name: keyName, issuer: key.issuer, kcv: key.kcv, publicKey };
  }

  /**
   * Checks a scheme authority's public key, and says what the journal is to hold of it; null where it holds the same already. CERT-CA naming
   * the field (the modulus where another key bears this RID and index), CERT-EXPONENT, CERT-LENGTH, CERT-FORM, CERT-EXPIRED,
   * KEYS-ENVIRONMENT.
   */
  examineAuthority(key: CertificationAuthorityKey, environment: Environment): AuthorityImported | null {
    const { ciphers, now } = this.#options;
    this.#requireEnvironment(environment);
    checkAuthorityKey(key, ciphers);
    checkAuthorityNotExpired(key, monthOf(now()));
    const rid = toHex(key.rid);
    const checkSum = toHex(key.checkSum);
    const payload = {
      rid,
      index: key.index,
      modulus: toHex(key.modulus),
      exponent: toHex(key.exponent),
      expires: writeMonth(key.expiry),
      checkSum,
      environment,
    };
    const known = this.#rows.authority(rid, key.index);
    if (known === null) return payload;
    if (known.checkSum === checkSum && known.expires === payload.expires) return null;
    const field = known.checkSum === checkSum ? 'expiry' : 'modulus';
    throw new StationFault('CERT-CA', { rid: rid.toUpperCase(), index: key.index, field });
  }

  /** Brings in a scheme authority's public key by the station itself (training); the same key again changes nothing. Faults of `examineAuthority`. */
  importAuthority(key: CertificationAuthorityKey, environment: Environment, actor: JournalActor): void {
    const payload = this.examineAuthority(key, environment);
    if (payload === null) return;
    this.#options.journal.append({ kind: 'scheme-authority.imported', actor, issuer: null, subjects: {}, payload });
  }

  /** Makes a request for an issuer key, signed by it. Faults of `signIssuerRequest` and of the key port; KEYS-REFUSED for a key that is none. */
  async request(wish: CertificateWish, actor: JournalActor, signal: AbortSignal): Promise<IssuerRequest> {
    const { journal, keys, ciphers, environment } = this.#options;
    const { keyName, ...content } = wish;
    const { issuer, publicKey } = await this.certifiable(keyName, signal);
    const signRaw = (block: Uint8Array): Promise<Uint8Array> => keys.certifyIcc({ issuerKey: keyName, block }, signal);
    const made = await signIssuerRequest(content, { ...publicKey, signRaw }, ciphers);
    const { issuerIdentifier, trackingNumber } = content;
    const payload = {
      issuerIdentifier,
      expires: writeMonth(content.expiry),
      trackingNumber,
      serial: toHex(content.serial),
      hash: toHex(made.hash),
      environment,
    };
    journal.append({ kind: 'issuer-certificate.requested', actor, issuer, subjects: { key: keyName }, payload });
    return made;
  }

  /**
   * Checks the certificate of an issuer key, and says what the journal is to hold of it; null where it holds the same already.
   *
   * CERT-CA (no such authority, or its key is damaged), all of `recoverIssuerCertificate` (CERT-FORM, CERT-HASH, CERT-LENGTH, CERT-EXPONENT,
   * CERT-ISSUER, CERT-EXPIRED), CERT-REQUEST (nobody asked for it, another key, another issuer identifier), CERT-SERIAL (the authority gave
   * this number to another certificate), KEYS-ENVIRONMENT. Nothing is kept of a refused one.
   */
  examineCertificate(
    { authority, certificate }: Omit<CertificateToImport, 'keyName'>,
    { name, publicKey }: CertifiableKey,
  ): CertificateImported | null {
    const { ciphers, environment, now } = this.#options;
    const { rid, index } = authority;
    const row = this.#rows.authority(rid, index);
    if (row === null) throw new StationFault('CERT-CA', { rid: rid.toUpperCase(), index, field: 'index' });
    this.#requireEnvironment(row.environment);
    const request = this.#rows.request(name);
    if (request === null) throw new StationFault('CERT-REQUEST', { field: 'request' });
    const { issuerIdentifier } = request;
    const use = { now: monthOf(now()), pan: issuerIdentifier };
    const content = recoverIssuerCertificate(certificate, authorityOf(row), use, ciphers);
    checkIssuerCertificateAnswers({ issuerIdentifier, key: publicKey }, content);
    const payload = {
      rid,
      index,
      issuerIdentifier,
      serial: toHex(content.serial),
      expires: writeMonth(content.expiry),
      certificate: toHex(certificate.certificate),
      remainder: toHex(certificate.remainder),
      exponent: toHex(certificate.exponent),
      modulus: toHex(content.key.modulus),
      environment,
    };
    const given = this.#rows.bySerial(rid, index, payload.serial);
    if (given === null) return payload;
    if (given.certificate === payload.certificate && given.key === name) return null;
    throw new StationFault('CERT-SERIAL', { serial: payload.serial, key: given.key });
  }

  /**
   * Brings in the certificate of an issuer key by the station itself (training). The same one again changes nothing. Faults of
   * `certifiable` and of `examineCertificate`.
   */
  async importCertificate(asked: CertificateToImport, actor: JournalActor, signal: AbortSignal): Promise<void> {
    const key = await this.certifiable(asked.keyName, signal);
    const payload = this.examineCertificate(asked, key);
    if (payload === null) return;
    const { issuer, name } = key;
    const subjects = { key: name };
    this.#options.journal.append({ kind: 'issuer-certificate.imported', actor, issuer, subjects, payload });
  }

  newest(issuer: IssuerId, at: Date, rid?: string): IssuerCertificate | null {
    const month = writeMonth(monthOf(at));
    const usable = this.#rows
      .ofIssuer(issuer)
      .filter((row) => row.expires >= month && this.#keyServes(row.key) && (rid === undefined || row.rid === rid))
      .sort((left, right) => versionOf(right.key) - versionOf(left.key) || right.sequence - left.sequence);
    for (const row of usable) {
      const authority = this.#rows.authority(row.rid, row.index);
      if (authority !== null && authority.expires >= month) return this.#certificateOf(row, authority, issuer);
    }
    return null;
  }

  #keyServes(name: string): boolean {
    return this.#options.journal.projections.keys.find(name)?.state === 'active';
  }

  #certificateOf(row: IssuerCertificateRow, authority: AuthorityRow, issuer: IssuerId): IssuerCertificate {
    return {
      keyName: row.key,
      issuer,
      authorityKeyIndex: row.index,
      certificate: fromHex(row.certificate),
      remainder: fromHex(row.remainder),
      publicKey: { modulus: fromHex(row.modulus), exponent: fromHex(row.exponent) },
      expires: row.expires,
      authority: authorityOf(authority),
    };
  }
}
