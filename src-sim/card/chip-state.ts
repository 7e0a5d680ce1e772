import { migratedChip } from './chip-migration.ts';
import type { ChipOfFormat1 } from './chip-migration.ts';
import type { PaymentState } from './payment-state.ts';

/** What a chip keeps without power, as plain JSON (byte strings in hexadecimal, lower case). */
export interface ChipState {
  readonly format: 2;
  /** Card production life cycle data, 42 bytes. GPC_SPE_034 v2.3.1 Appendix H. */
  cplc: string;
  /** Life cycle of the card: 01, 07, 0F, 7F, FF. GPC_SPE_034 v2.3.1 Table 11-6. */
  cardLifeCycle: number;
  /** Set by CARD BLOCK: SELECT finds nothing any more. EMV Book 3 v4.4 §6.5.3. */
  selectionEnded?: 'yes';
  /** Bytes for what is loaded and installed after the card was made. */
  memory: number;
  /** The issuer security domain first. */
  domains: SecurityDomainState[];
  loadFiles: LoadFileState[];
  applications: ApplicationState[];
  counters: ChipCounters;
}

/** One key as PUT KEY brings it. GPC_SPE_034 v2.3.1 §11.1.8. */
export interface KeyState {
  readonly id: number;
  /** Key type: 80 to 82 DES, 88 AES, A1 RSA modulus with its exponent. */
  readonly type: number;
  readonly value: string;
  readonly exponent?: string;
}

/** The keys of one version in one security domain. */
export interface KeySetState {
  version: number;
  keys: KeyState[];
  /** Secure channel sequence counter: three bytes on the wire in protocol 03, two in 02. */
  sequence: number;
  /** Failed authentications in a row; at ten the set is blocked for good. */
  failures: number;
}

/** A secure channel protocol with its "i". */
export interface OfferedProtocol {
  readonly protocol: 'scp02' | 'scp03';
  readonly parameter: number;
}

/** What a domain, a load file and an application have in common in the registry. GPC_SPE_034 v2.3.1 §6.4.1. */
interface RegistryEntryState {
  readonly aid: string;
  lifeCycle: number;
  /** AID of the security domain that it belongs to; the issuer's belongs to itself. */
  domain: string;
  /** Bytes of memory that it takes; 0 for what the card was made with. */
  readonly memory: number;
}

/** A security domain. The life cycle of the issuer's is that of the card. */
export interface SecurityDomainState extends RegistryEntryState {
  /** Three bytes. GPC_SPE_034 v2.3.1 Tables 11-7 to 11-9. */
  privileges: string;
  readonly loadFile: string;
  readonly module: string;
  readonly protocols: readonly OfferedProtocol[];
  keySets: KeySetState[];
  /** Data objects of GET DATA by their tag: 42, 45 and what STORE DATA brought. */
  data: Record<string, string>;
}

/** An executable load file. */
export interface LoadFileState extends RegistryEntryState {
  readonly modules: readonly string[];
  /** Major and minor version; not of a file that the card was made with. */
  readonly version?: string;
}

/** One application instance. */
export interface ApplicationState extends RegistryEntryState {
  privileges: string;
  readonly loadFile: string;
  readonly module: string;
  /** Data groupings by their four hexadecimal digits, in clear. */
  groupings: Record<string, string>;
  transactionCounter: number;
  /** What transactions leave behind, from the first change on; of payment applications only. */
  payment?: PaymentState;
}

/** What tests ask after; an application that becomes personalised counts. */
export interface ChipCounters {
  personalisations: number;
  initializeUpdates: number;
  authentications: number;
  failedAuthentications: number;
}

/** Failed authentications in a row after which the key set is blocked. */
export const triesOfKeySet = 10;

/** The issuer security domain: every chip has one. */
export function issuerDomain(state: ChipState): SecurityDomainState {
  const [issuer] = state.domains;
  if (issuer === undefined) throw new Error('a chip without its issuer security domain');
  return issuer;
}

/** The serial that identifies the chip, IC serial number and batch of the CPLC, as hexadecimal. */
export function chipSerial(state: ChipState): string {
  return state.cplc.slice(24, 36);
}

/** Reads a chip's JSON, of format 1 too; throws when it is neither. */
export function parseChipState(text: string): ChipState {
  const value = JSON.parse(text) as Partial<ChipState> | Partial<ChipOfFormat1>;
  if (value.format === 1 && value.keySet !== undefined && value.application !== undefined) {
    return migratedChip(value as ChipOfFormat1);
  }
  if (value.format !== 2 || value.domains?.[0] === undefined || value.applications === undefined) {
    throw new Error('the file holds no chip of format 1 or 2');
  }
  return value as ChipState;
}
