import { ascii, equalBytes } from '#shared/bytes/bytes.ts';
import { hasPin, offlineLimits } from './issuer-application-data.ts';
import { authenticateIssuer } from './issuer-authentication.ts';
import type { PaymentData } from './payment-data.ts';
import { changedFlags } from './payment-state.ts';
import type { PaymentFlag, PaymentState } from './payment-state.ts';
import { authenticatesExternally } from './payment-transaction.ts';
import type { CryptogramKind, IssuerAuthentication, Transaction } from './payment-transaction.ts';

/** What the card answers to one GENERATE AC. */
export interface CardDecision {
  readonly kind: CryptogramKind;
  /** Flags for the card verification results of this answer. */
  readonly flagsShown: readonly PaymentFlag[];
  readonly online: 'able' | 'unable';
  /** Changes the chip's memory; to be called once the answer can be given. */
  readonly remember: () => void;
}

/** Flags that send the next transaction online. EMV Book 3 v4.4 CCD §9.2.3.3. */
const onlineFlags: readonly PaymentFlag[] = [
  'last-online-not-completed',
  'go-online-next',
  'script-failed',
  'issuer-authentication-failed',
];

/** Flags that a transaction completed online resets. EMV Book 3 v4.4 CCD §9.2.3.2. */
const resetOnline: readonly PaymentFlag[] = [
  'last-online-not-completed',
  'issuer-authentication-failed',
  'go-online-next',
  'script-failed',
];

/** The first decision: never more than asked, less where the card must go online or is blocked. EMV Book 3 v4.4 §10.8, CCD §9.2.3.3. */
export function firstCryptogram(
  data: PaymentData,
  transaction: Transaction,
  { asked, values }: { readonly asked: CryptogramKind; readonly values: ReadonlyMap<number, Uint8Array> },
): CardDecision {
  const { state } = data;
  const mustGoOnline =
    onlineFlags.some((flag) => state.flags.includes(flag)) ||
    offlineLimits(data, state).lower === 'exceeded' ||
    (hasPin(data) && state.pinTries === 0);
  const allowed = asked === 'tc' && mustGoOnline ? 'arqc' : asked;
  const kind = state.flags.includes('blocked') ? 'aac' : allowed;
  const remember = (): void => {
    const flags = changedFlags(state.flags, {
      ...authenticationFlag(values, kind === 'tc'),
      ...(kind === 'arqc' ? { set: [...setOf(values), 'last-online-not-completed'] } : {}),
    });
    data.change({ flags, offlineTransactions: counted(state, kind === 'tc') });
  };
  return { kind, flagsShown: transaction.flagsBefore, online: 'able', remember };
}

/** What the second GENERATE AC brings. */
interface Completion {
  readonly asked: CryptogramKind;
  readonly values: ReadonlyMap<number, Uint8Array>;
  readonly key: Uint8Array;
  readonly blockCard: () => void;
}

/** The second decision, with what the issuer said. EMV Book 3 v4.4 §10.11, CCD §10.11.1. */
export function completeTransaction(data: PaymentData, transaction: Transaction, completion: Completion): CardDecision {
  const { asked, values, blockCard } = completion;
  const issuer = issuerOf(transaction, completion);
  const response = values.get(0x8a) ?? new Uint8Array();
  const unable = ['Y3', 'Z3'].some((code) => equalBytes(ascii(code), response));
  const knowsIssuer =
    authenticatesExternally(transaction.options) || data.list(0x8d)?.some(({ tag }) => tag === 0x91) === true;
  const { state } = data;
  const approved =
    issuer.outcome === 'passed'
      ? issuer.approval === 'approved'
      : issuer.outcome === 'none' && (unable ? mayApproveOffline(data, response) : !knowsIssuer);
  const kind = asked === 'tc' && approved && !state.flags.includes('blocked') ? 'tc' : 'aac';
  const completed = issuer.outcome === 'passed' || (issuer.outcome === 'none' && !knowsIssuer && !unable);
  const update = issuer.outcome === 'passed' ? issuer.update : undefined;
  const acts = update?.[1] ?? 0;
  const flagsShown = changedFlags(transaction.flagsBefore, {
    reset: ['issuer-authentication-not-performed', ...(completed ? resetOnline : [])],
    set: [
      ...(issuer.outcome === 'none' ? (['issuer-authentication-not-performed'] as const) : []),
      ...(issuer.outcome === 'failed' ? (['issuer-authentication-failed'] as const) : []),
      ...(transaction.script.outcome === 'failed' ? (['script-failed'] as const) : []),
      ...((acts & 0x08) !== 0 ? (['go-online-next'] as const) : []),
      ...((acts & 0x60) !== 0 ? (['blocked'] as const) : []),
    ],
  });
  const remember = (): void => {
    const authentication = authenticationFlag(values, kind === 'tc' || !unable);
    // A script or the state of now decides on "blocked", not the begin of the transaction.
    const blocked: readonly PaymentFlag[] = state.flags.includes('blocked') || (acts & 0x60) !== 0 ? ['blocked'] : [];
    data.change({
      flags: changedFlags(changedFlags(flagsShown, { reset: ['blocked'], set: blocked }), authentication),
      offlineTransactions: update === undefined ? afterCompletion(state, completed, kind) : counters(data, acts),
      ...(completed ? { scriptCommands: transaction.script.performed } : {}),
      ...(completed && !unable ? { lastOnlineCounter: data.application.transactionCounter } : {}),
      ...((acts & 0x10) !== 0 ? { pinTries: Math.min((update?.[0] ?? 0) & 0x0f, state.pinTryLimit) } : {}),
    });
    if ((acts & 0x40) !== 0) blockCard();
  };
  return { kind, flagsShown, online: unable ? 'unable' : 'able', remember };
}

/** By EXTERNAL AUTHENTICATE where the AIP says so, else by 91 of CDOL2, zeros meaning that the issuer sent none. */
function issuerOf(transaction: Transaction, { values, key }: Completion): IssuerAuthentication {
  if (authenticatesExternally(transaction.options)) return transaction.external ?? { outcome: 'none' };
  const sent = values.get(0x91);
  if (sent?.some((byte) => byte !== 0) !== true) return { outcome: 'none' };
  return authenticateIssuer(key, transaction.first?.cryptogram ?? new Uint8Array(8), sent);
}

function mayApproveOffline(data: PaymentData, response: Uint8Array): boolean {
  return equalBytes(ascii('Y3'), response) && offlineLimits(data, data.state).upper === 'kept';
}

function afterCompletion(state: PaymentState, completed: boolean, kind: CryptogramKind): number {
  return completed ? 0 : counted(state, kind === 'tc');
}

/** Bits "update counters" of the card status update. EMV Book 3 v4.4 CCD §10.11.1.1, §C10 Table CCD 11. */
function counters(data: PaymentData, acts: number): number {
  const { state } = data;
  switch (acts & 0x03) {
    case 0x01:
      return data.object(0x9f23)?.[0] ?? state.offlineTransactions;
    case 0x02:
      return 0;
    case 0x03:
      return counted(state, true);
    default:
      return state.offlineTransactions;
  }
}

function counted(state: PaymentState, counts: boolean): number {
  return Math.min(state.offlineTransactions + (counts ? 1 : 0), 0xffff);
}

/** Whether offline data authentication failed, as the terminal verification results say: SDA, DDA or CDA. EMV Book 3 v4.4 Annex C5. */
function setOf(values: ReadonlyMap<number, Uint8Array>): readonly PaymentFlag[] {
  return ((values.get(0x95)?.[0] ?? 0) & 0x4c) === 0 ? [] : ['offline-authentication-failed'];
}

function authenticationFlag(
  values: ReadonlyMap<number, Uint8Array>,
  ends: boolean,
): { readonly set?: readonly PaymentFlag[]; readonly reset?: readonly PaymentFlag[] } {
  const set = setOf(values);
  if (set.length > 0) return { set };
  return ends ? { reset: ['offline-authentication-failed'] } : {};
}
