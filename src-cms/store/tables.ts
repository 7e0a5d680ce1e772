import type { Generated, Insertable, Selectable } from 'kysely';
import type { CmsBatchState, CmsOrderState } from '#shared/contract/cms/batches.ts';
import type { BatchPriority } from '#shared/contract/cms/manifest.ts';
import type { Environment } from '#shared/domain/identifiers.ts';

/** Named values of the CMS itself, such as the wrapped data key. */
interface SettingTable {
  name: string;
  value: Buffer;
}

interface IssuerTable {
  id: string;
  name: string;
}

/** A DGI transport key; the key lies sealed by the vault. */
interface TransportKeyTable {
  name: string;
  issuer: string;
  environment: Environment;
  kcv: string;
  sealed_key: Buffer;
}

/** A one-time code, kept as its SHA-256 only. */
interface EnrolmentCodeTable {
  code_hash: string;
  station: string;
  /** 'first' refuses a station that is enrolled, 'replace' ends its earlier enrolment. */
  purpose: 'first' | 'replace';
  expires_at: string;
  used_at: string | null;
  /** The enrolment of a lost station that this code ends, as two people signed; null for every other code. */
  returns_enrolment: number | null;
}

interface StationTable {
  id: string;
  /** Counts from 1; a replaced station begins a new journal under a new number. */
  enrolment: number;
  certificate_fingerprint: string;
  certificate_serial: string;
  /** Public JWKs as JSON. */
  record_key: string;
  signing_key: string;
  enrolled_at: string;
  revoked_at: string | null;
  /** When two people declared it lost: its journal is still taken, nothing else is. */
  lost_at: string | null;
}

/** As stations see it, or still being filled with orders and seen by nobody. */
export type StoredBatchState = CmsBatchState | 'filling';

interface BatchTable {
  id: string;
  issuer: string;
  product: string;
  count: number;
  due: string;
  priority: BatchPriority;
  environment: Environment;
  state: StoredBatchState;
  created_at: string;
  /** Training only: how this batch is spoilt on its way out. */
  hostile: string | null;
  /** The batch whose never granted orders these were, first of all; null for one that the CMS made. */
  origin: string | null;
}

/** One order; everything but its id and state lies sealed by the vault. */
interface BatchOrderTable {
  batch: string;
  position: number;
  order_id: string;
  state: CmsOrderState;
  sealed_record: Buffer;
  /** What the sealed record was bound to when it was sealed. */
  sealed_as: string;
  /** The last attempt that its station reported, and the grant that it named. */
  attempt: string | null;
  start_grant: string | null;
  /** The state in which it was blocked. */
  blocked_from: CmsOrderState | null;
}

interface LeaseTable {
  id: string;
  batch: string;
  station: string;
  created_at: string;
  expires_at: string;
  ended_at: string | null;
  /** 32-byte content key and 4-byte nonce field, sealed by the vault. */
  sealed_record_key: Buffer;
  /** The content key wrapped for the station, as JSON of the contract. */
  content_key: string;
  release_digest: string | null;
  /** The newest signed grant. */
  grant_jws: string | null;
  /** Number of that grant; 0 before the first. */
  grant_number: Generated<number>;
  granted_count: Generated<number>;
  /** Every order below this position was granted. */
  granted_index: Generated<number>;
  /** The lease ran out: orders from here on that were never granted went back. */
  returned_from: number | null;
  /** When a grant told the station so. */
  return_told: string | null;
  end_reason: 'expired' | 'given-back' | 'closed' | 'lost' | null;
}

/** Every grant that was ever signed. */
interface StartGrantTable {
  id: string;
  lease: string;
  number: number;
  count: number;
  granted_index: number;
  seconds: number;
  issued_at: string;
}

/** How much an issuer lets a station hold at once; offline issuing is merely a larger grant. */
interface IssuerTermsTable {
  issuer: string;
  offline: 'yes' | 'no';
  cards: number;
  seconds: number;
}

/** A bound on what one station may hold at once of any issuer. */
interface StationTermsTable {
  station: string;
  offline: 'yes' | 'no';
  cards: number;
  seconds: number;
}

/** One change of terms, with the bytes that two people signed. */
interface TermsChangeTable {
  id: number | null;
  first_person: string;
  second_person: string;
  reason: string;
  changed_at: string;
  statement: string;
  statement_digest: string;
}

/** One act of taking a lost station back, with the bytes that two people signed. */
interface StationReturnTable {
  id: number | null;
  station: string;
  /** The lost enrolment. */
  enrolment: number;
  first_person: string;
  second_person: string;
  reason: string;
  allowed_at: string;
  statement: string;
  statement_digest: string;
}

/** Somebody who may sign at the CMS; the password is kept as its argon2id hash. */
interface PersonTable {
  id: string;
  title: string;
  password_hash: string;
  failed_tries: Generated<number>;
  locked_until: string | null;
  made_at: string;
  made_by: string;
}

/** One act of declaring a station lost, with the bytes that two people signed. */
interface StationLossTable {
  id: number | null;
  station: string;
  enrolment: number;
  first_person: string;
  second_person: string;
  reason: string;
  declared_at: string;
  statement: string;
  statement_digest: string;
  blocked: number;
  returned: number;
}

/** A card of which a lost station told afterwards. */
interface LostCardTable {
  station: string;
  attempt: string;
  batch: string;
  order_id: string;
  /** `begun`, or the disposition that the station gave it. */
  state: string;
  told_at: string;
}

interface EventTable {
  station: string;
  enrolment: number;
  sequence: number;
  entry_hash: string;
  kind: string;
  time: string;
  batch: string | null;
  header: string;
  salt: string | null;
  /** JSON, or null where withheld. */
  payload: string | null;
}

/** What was wrong with what a station sent. */
interface EventFindingTable {
  id: number | null;
  station: string;
  enrolment: number;
  sequence: number;
  code: string;
  detail: string;
  found_at: string;
}

/** A time in which a restored CMS hears its stations before it leases anything. */
interface ReconciliationTable {
  id: number | null;
  why: string;
  began_at: string;
  ended_at: string | null;
  ended_by: string | null;
}

interface ReconciliationStationTable {
  reconciliation: number;
  station: string;
  /** When it had reported everything. */
  reported_at: string | null;
}

/** A card that was lost at a station, and the good card of the same order that replaces it. */
interface CardReplacementTable {
  station: string;
  lost_attempt: string;
  lost_serial: string | null;
  disposition: string;
  reason: string;
  batch: string;
  order_id: string;
  attempt: string;
  serial: string | null;
}

/** Every issuer certificate that the scheme's test authority gave; all of it public, in hexadecimal. */
interface SchemeCertificateTable {
  request_hash: string;
  serial: string;
  issuer: string;
  station: string;
  certificate: string;
  remainder: string;
  exponent: string;
  issued_at: string;
}

/** Every table of the CMS, for kysely. */
export interface CmsTables {
  setting: SettingTable;
  issuer: IssuerTable;
  transport_key: TransportKeyTable;
  enrolment_code: EnrolmentCodeTable;
  station: StationTable;
  batch: BatchTable;
  batch_order: BatchOrderTable;
  lease: LeaseTable;
  event: EventTable;
  event_finding: EventFindingTable;
  start_grant: StartGrantTable;
  issuer_terms: IssuerTermsTable;
  person: PersonTable;
  station_loss: StationLossTable;
  station_return: StationReturnTable;
  station_terms: StationTermsTable;
  terms_change: TermsChangeTable;
  lost_card: LostCardTable;
  card_replacement: CardReplacementTable;
  reconciliation: ReconciliationTable;
  reconciliation_station: ReconciliationStationTable;
  scheme_certificate: SchemeCertificateTable;
}

export type BatchRow = Selectable<BatchTable>;
export type LeaseRow = Selectable<LeaseTable>;
export type NewLeaseRow = Insertable<LeaseTable>;
export type PersonRow = Selectable<PersonTable>;
export type StationRow = Selectable<StationTable>;
export type EventRow = Selectable<EventTable>;
export type NewEventRow = Insertable<EventTable>;
export type SchemeCertificateRow = Selectable<SchemeCertificateTable>;
export type CardReplacementRow = Selectable<CardReplacementTable>;
