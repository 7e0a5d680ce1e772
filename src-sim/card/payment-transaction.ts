import type { CardCommand } from './card-command.ts';
import type { PaymentFlag } from './payment-state.ts';
import type { ProcessingOptions } from './processing-options.ts';
import { StatusError } from './status-word.ts';

/** The kinds of application cryptogram, from the least to the most that a terminal may get. EMV Book 3 v4.4 §6.5.5.1. */
export type CryptogramKind = 'aac' | 'arqc' | 'tc';

/** What became of issuer authentication in a transaction. */
export type IssuerAuthentication =
  | { readonly outcome: 'none' }
  | { readonly outcome: 'failed' }
  | {
      readonly outcome: 'passed';
      readonly approval: 'approved' | 'declined';
      /** The card status update of method 2; method 1 has none. */
      readonly update: Uint8Array | undefined;
    };

/** One transaction, from GET PROCESSING OPTIONS to the next selection or the loss of power. */
export interface Transaction {
  readonly options: ProcessingOptions;
  /** Values of the PDOL as they were sent. */
  readonly optionsValues: Uint8Array;
  /** What was remembered of the transactions before when this one began. */
  readonly flagsBefore: readonly PaymentFlag[];
  readonly pinBefore: 'open' | 'blocked';
  pin: 'not-tried' | 'right' | 'wrong';
  dynamicAuthentication: 'none' | 'done';
  combinedAuthentication: 'none' | 'done';
  first?: {
    readonly kind: CryptogramKind;
    readonly cryptogram: Uint8Array;
    /** Values of CDOL1 as they were sent. */
    readonly values: Uint8Array;
  };
  /** Result of EXTERNAL AUTHENTICATE. */
  external?: IssuerAuthentication;
  second?: CryptogramKind;
  readonly script: {
    /** The full MAC of the script command before, or the request cryptogram. */
    chaining: Uint8Array | undefined;
    /** Closed by a wrong MAC. */
    access: 'open' | 'closed';
    /** How many commands were performed in this transaction. */
    performed: number;
    outcome: 'no-failure' | 'failed';
  };
}

/** Begins a transaction. */
export function newTransaction(
  options: ProcessingOptions,
  optionsValues: Uint8Array,
  before: { readonly flags: readonly PaymentFlag[]; readonly pinTries: number },
): Transaction {
  return {
    options,
    optionsValues,
    flagsBefore: before.flags,
    pinBefore: before.pinTries === 0 ? 'blocked' : 'open',
    pin: 'not-tried',
    dynamicAuthentication: 'none',
    combinedAuthentication: 'none',
    script: { chaining: undefined, access: 'open', performed: 0, outcome: 'no-failure' },
  };
}

/** Whether the application does issuer authentication by EXTERNAL AUTHENTICATE: AIP byte 1 bit 3. EMV Book 3 v4.4 Annex C1. */
export function authenticatesExternally(options: ProcessingOptions): boolean {
  return ((options.profile[0] ?? 0) & 0x04) !== 0;
}

/** Refuses a command whose answer has data unless it says Le 00 (6700): it would be performed and its answer lost. EMV Book 3 v4.4 §6.5. */
export function needWholeAnswer(command: CardCommand): void {
  if (command.le === undefined || command.le < 256) throw new StatusError('wrongLength');
}
