import type { ApprovalId, Environment, PersonId } from '#shared/domain/identifiers.ts';
import { fromHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { CertificationAuthorityKey } from '#shared/protocols/emv/certificates/certification-authority-key.ts';
import type { IssuerRequest } from '#shared/protocols/emv/certificates/issuer-request.ts';
import type { RsaPublicKey } from '#shared/protocols/rsa-ciphers.ts';
import type { NewEvent } from '../../journal/port.ts';
import type { KeyRequestRow } from '../../journal/projections/key-acts.ts';
import type { CertifiableKey, CertificateWish, JournalIssuerCertificates } from '../issuer-certificates.ts';
import { KeyRequests, type RequestOf } from './key-requests.ts';
import type { RegistryPorts } from './registry-ports.ts';
import { isExpired } from './usable-keys.ts';

/** A certificate that people bring: tags 90 and 92 as the authority sent them. The exponent (9F32) is that of the key. */
export interface BroughtCertificate {
  readonly keyName: string;
  /** RID (5 bytes, lower-case hexadecimal) and index of the authority's key. */
  readonly authority: { readonly rid: string; readonly index: number };
  readonly certificate: Uint8Array;
  readonly remainder: Uint8Array;
}

/** A request, with the key that it is for. */
export interface MadeRequest extends IssuerRequest {
  readonly key: RsaPublicKey;
}

type Ports = Pick<RegistryPorts, 'journal' | 'approvals' | 'clock'> & {
  readonly certificates: Pick<
    JournalIssuerCertificates,
    'certifiable' | 'request' | 'examineAuthority' | 'examineCertificate'
  >;
};

/** The key will not come back by waiting; a key store that is away will. */
const lasting: ReadonlySet<string> = new Set(['KEYS-NOT-FOUND', 'KEYS-REFUSED', 'KEYS-ENVIRONMENT']);

/**
 * Certificates as custodians handle them: requests at once, imports under dual control.
 *
 * An import is checked when it is asked for, so that nobody signs what cannot be done, and again when it is carried out: key, request and
 * authority may have changed in between. What no longer fits is withdrawn. EMV 4.4 Book 2 §5, §11.2.2.
 */
export class CertificateActs {
  readonly #ports: Ports;
  readonly #requests: KeyRequests;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#requests = new KeyRequests(ports.journal, ports.approvals);
  }

  /** Makes a request. The faults of `JournalIssuerCertificates.request`, KEYS-RETIRED, KEYS-COMPROMISED, KEYS-EXPIRED. */
  async request(wish: CertificateWish, asker: PersonId, signal: AbortSignal): Promise<MadeRequest> {
    this.#requireServing(wish.keyName);
    const { publicKey } = await this.#ports.certificates.certifiable(wish.keyName, signal);
    const made = await this.#ports.certificates.request(wish, { kind: 'person', person: asker }, signal);
    return { ...made, key: publicKey };
  }

  /** Asks for the import of an authority's key. The faults of `examineAuthority` and of approvals; KEYS-REQUEST-REFUSED for one that is here. */
  requestAuthorityImport(key: CertificationAuthorityKey, environment: Environment, asker: PersonId): ApprovalId {
    const payload = this.#ports.certificates.examineAuthority(key, environment);
    if (payload === null) throw new StationFault('KEYS-REQUEST-REFUSED', { reason: 'the station holds it already' });
    return this.#requests.ask({ kind: 'authority-key', ...payload }, asker);
  }

  /** Asks for the import of an issuer certificate. The faults of `examineCertificate` and of approvals, and those of `request` about the key. */
  async requestCertificateImport(asked: BroughtCertificate, asker: PersonId, signal: AbortSignal): Promise<ApprovalId> {
    const key = await this.#ports.certificates.certifiable(asked.keyName, signal);
    return this.#requests.ask(this.#examine(asked, key), asker);
  }

  /** Carries out what was signed; what can no longer be done as it was signed is withdrawn and its fault thrown. */
  async carryOut(approval: ApprovalId, signal: AbortSignal): Promise<void> {
    const row = this.#requests.find(approval);
    const { request } = row;
    switch (request.kind) {
      case 'authority-key':
        return this.#importAuthority(row, request);
      case 'issuer-certificate':
        return this.#importCertificate(row, request, signal);
      default:
        throw new StationFault('APPROVAL-UNKNOWN');
    }
  }

  #importAuthority(row: KeyRequestRow, request: RequestOf<'authority-key'>): void {
    const { kind: _, ...payload } = request;
    const { rid, index, modulus, exponent, expires, checkSum, environment } = payload;
    const [year = 0, month = 0] = expires.split('-').map(Number);
    const key = {
      rid: fromHex(rid),
      index,
      modulus: fromHex(modulus),
      exponent: fromHex(exponent),
      expiry: { year, month },
      checkSum: fromHex(checkSum),
    };
    this.#requests.stillPossible(row, () => {
      if (this.#ports.certificates.examineAuthority(key, environment) === null)
        throw new StationFault('KEYS-REQUEST-REFUSED', { reason: 'the station holds it already' });
    });
    const event = { kind: 'scheme-authority.imported', payload } as const;
    this.#append(row, { ...event, ...this.#whose(row, null), subjects: { approval: row.approval } });
  }

  async #importCertificate(
    row: KeyRequestRow,
    request: RequestOf<'issuer-certificate'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { kind: _, name, issuer, kcv: __, ...payload } = request;
    const key = await this.#stillThere(row, name, signal);
    const { rid, index, certificate, remainder } = payload;
    const asked = {
      keyName: name,
      authority: { rid, index },
      certificate: fromHex(certificate),
      remainder: fromHex(remainder),
    };
    this.#requests.stillPossible(row, () => {
      if (canonicalJson(this.#examine(asked, key)) !== canonicalJson(request))
        throw new StationFault('CERT-REQUEST', { field: 'key' });
    });
    const event = { kind: 'issuer-certificate.imported', payload } as const;
    this.#append(row, { ...event, ...this.#whose(row, issuer), subjects: { key: name, approval: row.approval } });
  }

  /** The key of a signed import; where it is gone for good the import is withdrawn. */
  async #stillThere(row: KeyRequestRow, name: string, signal: AbortSignal): Promise<CertifiableKey> {
    try {
      return await this.#ports.certificates.certifiable(name, signal);
    } catch (fault) {
      if (fault instanceof StationFault && lasting.has(fault.code)) {
        this.#requests.stillPossible(row, () => {
          throw fault;
        });
      }
      throw fault;
    }
  }

  #examine(asked: BroughtCertificate, key: CertifiableKey): RequestOf<'issuer-certificate'> {
    this.#requireServing(key.name);
    const { authority, certificate, remainder } = asked;
    const whole = { certificate, remainder, exponent: key.publicKey.exponent };
    const payload = this.#ports.certificates.examineCertificate({ authority, certificate: whole }, key);
    if (payload === null) throw new StationFault('KEYS-REQUEST-REFUSED', { reason: 'the station holds it already' });
    return { kind: 'issuer-certificate', name: key.name, issuer: key.issuer, kcv: key.kcv, ...payload };
  }

  /** A key that waits to be used may have its certificate already, one that has ended gets none. */
  #requireServing(name: string): void {
    const row = this.#ports.journal.projections.keys.find(name);
    if (row === null || row.state === 'destroyed') throw new StationFault('KEYS-NOT-FOUND', { name });
    if (row.state === 'retired') throw new StationFault('KEYS-RETIRED', { name });
    if (row.state === 'compromised') throw new StationFault('KEYS-COMPROMISED', { name });
    if (isExpired(row.validUntil, this.#ports.clock.now()) === 'yes')
      throw new StationFault('KEYS-EXPIRED', { name, validUntil: row.validUntil });
  }

  #whose({ asker }: KeyRequestRow, issuer: string | null): Pick<NewEvent, 'actor' | 'issuer'> {
    return { actor: { kind: 'person', person: asker }, issuer };
  }

  /** Signatures used and import recorded in one transaction. */
  #append(row: KeyRequestRow, imported: NewEvent): void {
    this.#ports.journal.append(this.#requests.use(row), imported);
  }
}
