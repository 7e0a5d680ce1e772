import { createHash } from 'node:crypto';
import { CompactEncrypt, importJWK } from 'jose';
import type { Transaction } from 'kysely';
import type { EnrolmentAnswer, EnrolmentRequest, TransportKey } from '#shared/contract/cms/enrolment.ts';
import type { WireEcPublicJwk } from '#shared/contract/cms/wire-text.ts';
import { issuerId, stationId, type Environment } from '#shared/domain/identifiers.ts';
import type { Authority } from '../authority/authority.ts';
import { CmsFault } from '../http/cms-fault.ts';
import { PeopleFault } from '../people/people-fault.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import { importEcPublicKey } from '../sealing/content-key.ts';
import type { Vault } from '../sealing/vault.ts';
import type { SigningKey } from '../signing/signing-key.ts';
import type { CmsDatabase } from '../store/database.ts';
import type { CmsTables, StationRow } from '../store/tables.ts';

/** Crockford's base 32: no I, L, O or U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLifetime = 60 * 60_000;

/** A code as a person carries it. */
export interface IssuedCode {
  readonly code: string;
  readonly station: string;
  readonly expiresAt: string;
  /** SHA-256 of the authority certificate: lets the station know the CMS that it enrols with. */
  readonly authorityFingerprint: string;
}

function hashOfCode(code: string): string {
  return createHash('sha256').update(code, 'ascii').digest('hex');
}

/** The stations that this CMS knows: one-time codes, enrolment, certificates. */
export class StationRegistry {
  readonly #database: CmsDatabase;
  readonly #vault: Vault;
  readonly #authority: Authority;
  readonly #signingKey: SigningKey;
  readonly #environment: Environment;
  readonly #surroundings: Surroundings;

  constructor(parts: {
    readonly database: CmsDatabase;
    readonly vault: Vault;
    readonly authority: Authority;
    readonly signingKey: SigningKey;
    readonly environment: Environment;
    readonly surroundings: Surroundings;
  }) {
    this.#database = parts.database;
    this.#vault = parts.vault;
    this.#authority = parts.authority;
    this.#signingKey = parts.signingKey;
    this.#environment = parts.environment;
    this.#surroundings = parts.surroundings;
  }

  /** Makes a code for one station: 100 random bits, valid once and for an hour. Only its hash is kept. STATION-LOST: two people take such a station back. */
  async issueCode(station: string, purpose: 'first' | 'replace'): Promise<IssuedCode> {
    stationId.parse(station);
    const row = await this.#database
      .selectFrom('station')
      .select('lost_at')
      .where('id', '=', station)
      .executeTakeFirst();
    if (row !== undefined && row.lost_at !== null) throw new PeopleFault('STATION-LOST');
    return this.#makeCode(this.#database, { station, purpose, returns: null });
  }

  /** Makes the code by which a lost station is enrolled anew, and makes void what was issued for it before; only `StationReturns` does, when two people have signed. */
  async issueReturnCode(transaction: Transaction<CmsTables>, station: string, enrolment: number): Promise<IssuedCode> {
    await transaction
      .updateTable('enrolment_code')
      .set({ used_at: this.#surroundings.now().toISOString() })
      .where('station', '=', station)
      .where('used_at', 'is', null)
      .execute();
    return this.#makeCode(transaction, { station, purpose: 'replace', returns: enrolment });
  }

  async #makeCode(
    database: CmsDatabase,
    what: { readonly station: string; readonly purpose: 'first' | 'replace'; readonly returns: number | null },
  ): Promise<IssuedCode> {
    const { station, purpose, returns } = what;
    const letters = [...this.#surroundings.randomBytes(20)].map((byte) => alphabet.charAt(byte & 31)).join('');
    const code = letters.replace(/(.{5})(?=.)/g, '$1-');
    const expiresAt = new Date(this.#surroundings.now().getTime() + codeLifetime).toISOString();
    await database
      .insertInto('enrolment_code')
      .values({
        code_hash: hashOfCode(code),
        station,
        purpose,
        expires_at: expiresAt,
        used_at: null,
        returns_enrolment: returns,
      })
      .execute();
    return { code, station, expiresAt, authorityFingerprint: this.#authority.fingerprint };
  }

  /**
   * Enrols a station. CODE-UNKNOWN whatever is wrong with the code; KEY-INVALID leaves the code unused; STATION-ENROLLED unless the code
   * was made to replace.
   */
  async enrol(request: EnrolmentRequest): Promise<EnrolmentAnswer> {
    try {
      importEcPublicKey(request.recordKey);
      importEcPublicKey(request.signingKey);
    } catch {
      throw new CmsFault('KEY-INVALID');
    }
    const hash = hashOfCode(request.code);
    const now = this.#surroundings.now().toISOString();
    const code = await this.#database
      .selectFrom('enrolment_code')
      .selectAll()
      .where('code_hash', '=', hash)
      .where('station', '=', request.station)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    if (code === undefined) throw new CmsFault('CODE-UNKNOWN');
    const certificate = await this.#authority.certifyStation(request.csr, request.station);
    if (certificate === null) throw new CmsFault('KEY-INVALID');
    await this.#database.transaction().execute(async (transaction) => {
      const taken = await transaction
        .updateTable('enrolment_code')
        .set({ used_at: now })
        .where('code_hash', '=', hash)
        .where('used_at', 'is', null)
        .executeTakeFirst();
      if (taken.numUpdatedRows !== 1n) throw new CmsFault('CODE-UNKNOWN');
      const earlier = await transaction
        .selectFrom('station')
        .select(['enrolment', 'lost_at'])
        .where('id', '=', request.station)
        .executeTakeFirst();
      // A lost station comes back by the code of two people only, and that code serves this loss only.
      const lost = earlier === undefined || earlier.lost_at === null ? null : earlier.enrolment;
      if (code.returns_enrolment !== lost) throw new CmsFault('CODE-UNKNOWN');
      if (earlier !== undefined && code.purpose === 'first') throw new CmsFault('STATION-ENROLLED');
      const row = {
        enrolment: (earlier?.enrolment ?? 0) + 1,
        certificate_fingerprint: certificate.fingerprint,
        certificate_serial: certificate.serial,
        record_key: JSON.stringify(request.recordKey),
        signing_key: JSON.stringify(request.signingKey),
        enrolled_at: now,
        revoked_at: null,
        lost_at: null,
      };
      await transaction
        .insertInto('station')
        .values({ id: request.station, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    });
    const issuers = await this.#database.selectFrom('issuer').selectAll().orderBy('id').execute();
    return {
      station: request.station,
      environment: this.#environment,
      certificate: certificate.pem,
      authority: this.#authority.certificatePem,
      signingKeys: [this.#signingKey.published],
      transportKeys: await this.#transportKeysFor(request.station, request.recordKey),
      issuers: issuers.map((issuer) => ({ id: issuerId.parse(issuer.id), name: issuer.name })),
    };
  }

  /** Finds the station of a client certificate: CERTIFICATE-UNKNOWN for any but its newest one, STATION-REVOKED once revoked. */
  async identify(fingerprint: string): Promise<StationRow> {
    const station = await this.#database
      .selectFrom('station')
      .selectAll()
      .where('certificate_fingerprint', '=', fingerprint)
      .executeTakeFirst();
    if (station === undefined) throw new CmsFault('CERTIFICATE-UNKNOWN');
    if (station.revoked_at !== null) throw new CmsFault('STATION-REVOKED');
    return station;
  }

  /** Ends a station's right to call, from its next request on. Says whether there is such a station. */
  async revoke(station: string): Promise<boolean> {
    const changed = await this.#database
      .updateTable('station')
      .set({ revoked_at: this.#surroundings.now().toISOString() })
      .where('id', '=', station)
      .executeTakeFirst();
    return changed.numUpdatedRows > 0n;
  }

  async #transportKeysFor(station: string, recordKey: WireEcPublicJwk): Promise<TransportKey[]> {
    const rows = await this.#database.selectFrom('transport_key').selectAll().orderBy('name').execute();
    const recipient = await importJWK({ ...recordKey }, 'ECDH-ES+A256KW');
    return Promise.all(
      rows.map(async (row) => ({
        name: row.name,
        issuer: issuerId.parse(row.issuer),
        environment: row.environment,
        kcv: row.kcv,
        jwe: await new CompactEncrypt(this.#vault.open(row.sealed_key, `transport-key/${row.name}`))
          .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: 'cardwright-transport-key' })
          .setKeyManagementParameters({ apu: Buffer.from(station, 'utf8'), apv: Buffer.from(row.name, 'utf8') })
          .encrypt(recipient),
      })),
    );
  }
}
