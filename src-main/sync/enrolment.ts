import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { EnrolmentAnswer } from '#shared/contract/cms/enrolment.ts';
import { enrolmentCode } from '#shared/contract/cms/enrolment.ts';
import type { WireEcPublicJwk } from '#shared/contract/cms/wire-text.ts';
import type { Environment, IssuerId, StationId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import { CmsClient } from './cms-client.ts';
import { writeEnrolment, type StoredEnrolment } from './enrolment-files.ts';

/** A key as the journal names it. */
interface NamedKey {
  readonly name: string;
  readonly usage: string;
  readonly algorithm: string;
  readonly environment: Environment;
  readonly issuer: string | null;
  readonly kcv: string;
}

/** What enrolment needs of the station's keys; the key port is one. */
export interface EnrolmentKeys {
  prepareStation(
    issuers: readonly IssuerId[],
    environment: Environment,
    signal: AbortSignal,
  ): Promise<readonly NamedKey[]>;
  publicKey(usage: 'station-signing' | 'record-decryption', signal: AbortSignal): Promise<WireEcPublicJwk>;
  importTransportKey(
    key: {
      readonly name: string;
      readonly issuer: IssuerId;
      readonly environment: Environment;
      readonly kcv: string;
      readonly jwe: string;
    },
    signal: AbortSignal,
  ): Promise<NamedKey>;
}

/** What a person carries from the CMS to the station. */
export interface EnrolmentTicket {
  /** The one-time code. */
  readonly code: string;
  /** PEM of the CMS's authority: carried with the code, never taken from the wire. */
  readonly authority: string;
  /** SHA-256 of the authority certificate, hexadecimal, where a person compares it. */
  readonly authorityFingerprint?: string;
}

export interface EnrolmentPlace {
  readonly folder: string;
  readonly url: string;
  readonly station: StationId;
  readonly environment: Environment;
  readonly journal: Journal;
  readonly keys: EnrolmentKeys;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

function wrong(what: string, cause?: unknown): StationFault {
  return new StationFault('CMS-ENROLMENT-ANSWER', { what }, cause);
}

/** A fresh P-256 key for TLS and its PKCS#10 request, both PEM. RFC 2986. */
async function makeRequest(station: string): Promise<{ readonly csr: string; readonly key: KeyObject }> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [station] }],
    keys,
    signingAlgorithm: algorithm,
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { csr: csr.toString('pem'), key: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }) };
}

function readCertificate(pem: string, what: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw wrong(what, cause);
  }
}

/** RFC 7638 §3: the thumbprint by which a signing key is named. */
function thumbprint({ x, y }: WireEcPublicJwk): string {
  return createHash('sha256').update(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`).digest('base64url');
}

/** Refuses an answer that does not fit the request: another station, environment, authority or key. */
function checkAnswer(answer: EnrolmentAnswer, place: EnrolmentPlace, authority: X509Certificate, key: KeyObject): void {
  if (answer.station !== place.station) throw wrong('it names another station');
  if (answer.environment !== place.environment) throw wrong('test and live would be mixed');
  const sent = readCertificate(answer.authority, 'its authority is no certificate');
  if (!sent.raw.equals(authority.raw)) throw wrong('it names another authority');
  const own = readCertificate(answer.certificate, 'the certificate cannot be read');
  const certified = own.publicKey.export({ type: 'spki', format: 'der' });
  if (!certified.equals(createPublicKey(key).export({ type: 'spki', format: 'der' }))) {
    throw wrong('the certificate is of another key');
  }
  if (!own.verify(authority.publicKey)) throw wrong('the certificate is not signed by the authority');
  for (const { kid, jwk } of answer.signingKeys) {
    if (kid !== thumbprint(jwk)) throw wrong('a signing key is misnamed');
    try {
      createPublicKey({ key: { ...jwk }, format: 'jwk' });
    } catch (cause) {
      throw wrong('a signing key is no point of P-256', cause);
    }
  }
  if (answer.transportKeys.some((row) => row.environment !== place.environment)) {
    throw wrong('test and live would be mixed');
  }
}

/** Whether people destroyed this very key here: a CMS that still sends it does not bring it back. */
function wasDestroyed({ name, kcv }: Pick<NamedKey, 'name' | 'kcv'>, journal: Journal): boolean {
  const known = journal.projections.keys.find(name);
  return known !== null && known.state === 'destroyed' && known.kcv === kcv;
}

/** Keys of which the journal does not know yet that they were made. */
function keyEvents(journal: Journal, keys: readonly NamedKey[], actor: JournalActor): NewEvent[] {
  return keys.flatMap(({ name, usage, algorithm: kind, kcv, environment, issuer }) => {
    const known = journal.projections.keys.find(name);
    if (known !== null && known.kcv === kcv && known.destroyedAt === null) return [];
    const payload = { name, usage, algorithm: kind, kcv, environment };
    return [{ kind: 'key.made', actor, issuer, subjects: { key: name }, payload }];
  });
}

/**
 * Enrols the station: makes its TLS key, sends request and public keys with the one-time code, checks the answer, brings in the transport
 * keys, makes a PAN digest key for each issuer, stores everything and journals it.
 *
 * CMS-CODE-FORM, CMS-ENROLMENT-ANSWER, the faults of the transport and of the key port. The code is used up once the CMS has answered:
 * after a later fault a new one is needed, made to replace.
 */
export async function enrol(
  place: EnrolmentPlace,
  ticket: EnrolmentTicket,
  actor: JournalActor,
  signal: AbortSignal,
): Promise<StoredEnrolment> {
  const { keys, environment, station, url, journal } = place;
  const code = enrolmentCode.safeParse(ticket.code.trim().toUpperCase());
  if (!code.success) throw new StationFault('CMS-CODE-FORM');
  const authority = readCertificate(ticket.authority, 'the authority that was carried here is no certificate');
  const fingerprint = createHash('sha256').update(authority.raw).digest('hex');
  if (ticket.authorityFingerprint !== undefined && ticket.authorityFingerprint.toLowerCase() !== fingerprint) {
    throw wrong('the authority that was carried here has another fingerprint');
  }
  const own = await keys.prepareStation([], environment, signal);
  const { csr, key } = await makeRequest(station);
  const [recordKey, signingKey] = [
    await keys.publicKey('record-decryption', signal),
    await keys.publicKey('station-signing', signal),
  ];
  const client = new CmsClient(url, { authority: ticket.authority });
  let answer: EnrolmentAnswer;
  try {
    answer = await client.enrol({ code: code.data, station, csr, recordKey, signingKey }, signal);
  } finally {
    await client.close();
  }
  checkAnswer(answer, place, authority, key);
  const issuers = answer.issuers.map(({ id }) => id);
  const made = [...own, ...(await keys.prepareStation(issuers, environment, signal))];
  for (const transportKey of answer.transportKeys) {
    if (!wasDestroyed(transportKey, journal)) made.push(await keys.importTransportKey(transportKey, signal));
  }
  const stored: StoredEnrolment = {
    version: 1,
    station,
    environment,
    url,
    authority: ticket.authority,
    certificate: answer.certificate,
    certificateSerial: new X509Certificate(answer.certificate).serialNumber.toLowerCase(),
    tlsKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    signingKeys: answer.signingKeys,
    issuers: answer.issuers,
  };
  writeEnrolment(place.folder, stored);
  const unique = [...new Map(made.map((row) => [row.name, row])).values()];
  journal.append(...keyEvents(journal, unique, actor), enrolledEvent(stored, actor));
  return stored;
}

/** The event of an enrolment. A start whose file speaks of another certificate than the journal appends it: a crash lay between the two. */
export function enrolledEvent(stored: StoredEnrolment, actor: JournalActor): NewEvent {
  return {
    kind: 'station.enrolled-with-cms',
    actor,
    issuer: null,
    subjects: {},
    payload: {
      cms: stored.url,
      certificateSerial: stored.certificateSerial,
      issuers: stored.issuers.map(({ id }) => id),
    },
  };
}
