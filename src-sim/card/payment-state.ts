import { fromHex } from '#shared/bytes/bytes.ts';
import type { ApplicationState } from './chip-state.ts';

/** What a payment application remembers of the transactions before. EMV Book 3 v4.4 CCD §9.2.3.2. */
export type PaymentFlag =
  | 'blocked'
  | 'last-online-not-completed'
  | 'issuer-authentication-not-performed'
  | 'issuer-authentication-failed'
  | 'go-online-next'
  | 'script-failed'
  | 'offline-authentication-failed';

/** What a payment application keeps without power beside its groupings and its transaction counter. */
export interface PaymentState {
  /** Tries left of the PIN; at 0 it is blocked. */
  readonly pinTries: number;
  readonly pinTryLimit: number;
  /** Transactions approved offline since the last one that was completed online. */
  readonly offlineTransactions: number;
  /** Transaction counter of the last transaction completed online. */
  readonly lastOnlineCounter: number;
  /** Script commands since the last transaction completed online, 15 at most. */
  readonly scriptCommands: number;
  readonly flags: readonly PaymentFlag[];
}

/** The state of an application; before anything changed it, what personalisation says (grouping 9010: tries, limit). */
export function paymentStateOf(application: ApplicationState): PaymentState {
  const [pinTries = 0, pinTryLimit = 0] = fromHex(application.groupings['9010'] ?? '0303');
  return (
    application.payment ?? {
      pinTries,
      pinTryLimit,
      offlineTransactions: 0,
      lastOnlineCounter: 0,
      scriptCommands: 0,
      flags: [],
    }
  );
}

/** Changes what is named, in the memory of the chip. */
export function changePaymentState(application: ApplicationState, changes: Partial<PaymentState>): void {
  application.payment = { ...paymentStateOf(application), ...changes };
}

/** The flags with some set and some reset; setting wins. */
export function changedFlags(
  flags: readonly PaymentFlag[],
  change: { readonly set?: readonly PaymentFlag[]; readonly reset?: readonly PaymentFlag[] },
): readonly PaymentFlag[] {
  const kept = flags.filter((flag) => change.reset?.includes(flag) !== true);
  return [...new Set([...kept, ...(change.set ?? [])])].sort();
}
