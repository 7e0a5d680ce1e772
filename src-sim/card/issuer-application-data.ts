import { concatBytes } from '#shared/bytes/bytes.ts';
import { readTlvs } from './card-tlv.ts';
import type { PaymentData } from './payment-data.ts';
import type { PaymentFlag, PaymentState } from './payment-state.ts';
import type { CryptogramKind, Transaction } from './payment-transaction.ts';

/** What the card verification results say of one answer to GENERATE AC. */
export interface VerificationResults {
  readonly transaction: Transaction;
  readonly first: CryptogramKind;
  readonly second: CryptogramKind | undefined;
  /** Flags as this answer shows them. */
  readonly flags: readonly PaymentFlag[];
  readonly online: 'able' | 'unable';
}

const secondKind = { aac: 0x00, tc: 0x40, arqc: 0x00 } as const;
const firstKind = { aac: 0x00, tc: 0x10, arqc: 0x20 } as const;

/** The five bytes of card verification results. EMV Book 3 v4.4 CCD §9.2.3.2, §C9.3 Table CCD 10. */
function verificationResults(data: PaymentData, results: VerificationResults): Uint8Array {
  const { transaction, first, second, flags, online } = results;
  const { state } = data;
  const flag = (name: PaymentFlag, bit: number): number => (flags.includes(name) ? bit : 0);
  const limits = offlineLimits(data, state);
  return Uint8Array.of(
    (second === undefined ? 0x80 : secondKind[second]) |
      firstKind[first] |
      (transaction.combinedAuthentication === 'done' ? 0x08 : 0) |
      (transaction.dynamicAuthentication === 'done' ? 0x04 : 0) |
      flag('issuer-authentication-not-performed', 0x02) |
      flag('issuer-authentication-failed', 0x01),
    ((state.pinTries & 0x0f) << 4) |
      (transaction.pin === 'not-tried' ? 0 : 0x08) |
      (transaction.pin === 'wrong' ? 0x04 : 0) |
      (hasPin(data) && state.pinTries === 0 ? 0x02 : 0) |
      flag('last-online-not-completed', 0x01),
    (limits.lower === 'exceeded' ? 0x80 : 0) | (limits.upper === 'exceeded' ? 0x40 : 0),
    (Math.min(state.scriptCommands, 15) << 4) |
      flag('script-failed', 0x08) |
      flag('offline-authentication-failed', 0x04) |
      flag('go-online-next', 0x02) |
      (online === 'unable' ? 0x01 : 0),
    0,
  );
}

/** Whether the application was given a PIN: without one neither tries nor their end mean anything. */
export function hasPin(data: PaymentData): boolean {
  return data.grouping('8010') !== undefined;
}

/** Where the number of transactions approved offline stands against 9F14 and 9F23 of the records. EMV Book 3 v4.4 CCD §9.2.3.2. */
export function offlineLimits(
  data: PaymentData,
  state: PaymentState,
): Readonly<Record<'lower' | 'upper', 'kept' | 'exceeded'>> {
  const against = (tag: number): 'kept' | 'exceeded' => {
    const limit = data.object(tag)?.[0];
    return limit !== undefined && state.offlineTransactions > limit ? 'exceeded' : 'kept';
  };
  return { lower: against(0x9f14), upper: against(0x9f23) };
}

/** Issuer application data of format A, cryptogram version 5, 32 bytes. EMV Book 3 v4.4 CCD §C9.2 Table CCD 9. */
export function issuerApplicationData(data: PaymentData, results: VerificationResults): Uint8Array {
  const { offlineTransactions: count, lastOnlineCounter: last } = data.state;
  const personalised = readTlvs(data.dataObject(0x9f10)?.whole ?? new Uint8Array())?.[0]?.value;
  const own = personalised?.length === 32 ? personalised : undefined;
  return concatBytes(
    Uint8Array.of(0x0f, 0xa5, own?.[2] ?? 0x01),
    verificationResults(data, results),
    Uint8Array.of(count >> 8, count & 255, last >> 8, last & 255, 0, 0, 0, 0),
    Uint8Array.of(0x0f),
    own?.slice(17) ?? new Uint8Array(15),
  );
}
