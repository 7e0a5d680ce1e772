import { createHash } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';

/** What a chip keeps without power, as plain JSON (byte strings in hexadecimal). */
export interface ChipState {
  readonly format: 1;
  /** Card production life cycle data, 42 bytes. GPC_SPE_034 v2.3.1 Appendix H. */
  cplc: string;
  iin: string;
  cin: string;
  /** Life cycle of the card: 01, 07, 0F, 7F, FF. GPC_SPE_034 v2.3.1 Table 11-6. */
  cardLifeCycle: number;
  /** Set by CARD BLOCK: SELECT finds nothing any more. EMV Book 3 v4.4 §6.5.3. */
  selectionEnded?: 'yes';
  keySet: KeySetState;
  application: ApplicationState;
  /** A second application of records only; not on a chip that was made without one. */
  loyalty?: ApplicationState;
  counters: ChipCounters;
}

/** The one SCP03 key set of the issuer security domain. */
interface KeySetState {
  version: number;
  /** The "i" parameter of SCP03. GPC_SPE_014 v1.1.2 §5.1 table 5-1. */
  parameter: number;
  enc: string;
  mac: string;
  dek: string;
  /** Secure channel sequence counter, three bytes on the wire. */
  sequence: number;
  /** Failed authentications in a row; at ten the set is blocked for good. */
  failures: number;
}

/** One application instance. */
export interface ApplicationState {
  aid: string;
  /** 07 selectable, 0F personalised. */
  lifeCycle: number;
  /** Data groupings by their four hexadecimal digits, in clear. */
  groupings: Record<string, string>;
  transactionCounter: number;
}

/** What tests ask after; an application that becomes personalised counts. */
interface ChipCounters {
  personalisations: number;
  initializeUpdates: number;
  authentications: number;
  failedAuthentications: number;
}

/** What a new chip is made of. */
export interface ChipMake {
  readonly seed: string;
  readonly cardId: string;
  readonly keys: { readonly enc: string; readonly mac: string; readonly dek: string };
  readonly keyVersion: number;
  readonly scpParameter: number;
  readonly applicationAid: string;
  /** AID of the second application, where there is one. */
  readonly loyaltyAid?: string | undefined;
  readonly iin: string;
  readonly cardLifeCycle: number;
}

/** Failed authentications in a row after which the key set is blocked. */
export const triesOfKeySet = 10;

/** Makes the chip of a card that was never used; its serial depends on seed and card id only. */
export function newChip(make: ChipMake): ChipState {
  const serial = createHash('sha256').update(`${make.seed}\0${make.cardId}`).digest().subarray(0, 6);
  return {
    format: 1,
    cplc: toHex(cplcOf(serial)),
    iin: make.iin,
    cin: toHex(concatBytes(fromHex('4357'), serial)),
    cardLifeCycle: make.cardLifeCycle,
    keySet: { version: make.keyVersion, parameter: make.scpParameter, ...make.keys, sequence: 0, failures: 0 },
    application: newApplication(make.applicationAid),
    ...(make.loyaltyAid === undefined ? {} : { loyalty: newApplication(make.loyaltyAid) }),
    counters: { personalisations: 0, initializeUpdates: 0, authentications: 0, failedAuthentications: 0 },
  };
}

function newApplication(aid: string): ApplicationState {
  return { aid, lifeCycle: 0x07, groupings: {}, transactionCounter: 0 };
}

/** Lays out 42 bytes of CPLC from six bytes of serial and batch; dates are BCD year digit and day of year. */
function cplcOf(serial: Uint8Array): Uint8Array {
  return concatBytes(
    fromHex('4357 5601 4F53 5129 0102'), // fabricator, IC type, operating system, its release date and level
    fromHex('5130'), // IC fabrication date
    serial, // IC serial number (4), IC batch identifier (2)
    fromHex('4357 5131 4357 5132'), // module fabricator and date, ICC manufacturer, embedding date
    fromHex('4357 5133 43570001'), // pre-personaliser, date, equipment
    fromHex('0000 0000 00000000'), // personaliser, date, equipment: not yet
  );
}

/** The serial that identifies the chip, IC serial number and batch of the CPLC, as hexadecimal. */
export function chipSerial(state: ChipState): string {
  return state.cplc.slice(24, 36);
}

/** Reads a chip's JSON; throws when it is none of this format. */
export function parseChipState(text: string): ChipState {
  const value = JSON.parse(text) as Partial<ChipState>;
  if (value.format !== 1 || value.keySet === undefined || value.application === undefined) {
    throw new Error('the file holds no chip of format 1');
  }
  return value as ChipState;
}
