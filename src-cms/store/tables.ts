import type { Insertable, Selectable } from 'kysely';
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
}

/** One order; everything but its id and state lies sealed by the vault. */
interface BatchOrderTable {
  batch: string;
  position: number;
  order_id: string;
  state: CmsOrderState;
  sealed_record: Buffer;
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
  /** The signed grant once given: from then on the lease no longer lapses. */
  grant_jws: string | null;
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
}

export type BatchRow = Selectable<BatchTable>;
export type LeaseRow = Selectable<LeaseTable>;
export type StationRow = Selectable<StationTable>;
export type EventRow = Selectable<EventTable>;
export type NewEventRow = Insertable<EventTable>;
