/** Status words that this card answers. ISO/IEC 7816-4 §5.6, GPC_SPE_034 v2.3.1 §11.1.3, EMV Book 3 v4.4 §6.3.5. */
export const statusWords = {
  ok: 0x9000,
  selectedInvalidated: 0x6283,
  authenticationFailed: 0x6300,
  moreData: 0x6310,
  wrongLength: 0x6700,
  channelNotSupported: 0x6881,
  lastPartExpected: 0x6883,
  chainingNotSupported: 0x6884,
  securityNotSatisfied: 0x6982,
  authenticationBlocked: 0x6983,
  referencedDataInvalidated: 0x6984,
  conditionsNotSatisfied: 0x6985,
  wrongMessagingObject: 0x6988,
  wrongData: 0x6a80,
  functionNotSupported: 0x6a81,
  notFound: 0x6a82,
  recordNotFound: 0x6a83,
  notEnoughMemory: 0x6a84,
  wrongParameters: 0x6a86,
  referencedDataNotFound: 0x6a88,
  wrongLe: 0x6c00,
  instructionNotSupported: 0x6d00,
  classNotSupported: 0x6e00,
  algorithmNotSupported: 0x9484,
  wrongCheckValue: 0x9485,
} as const;

/** Thrown inside the chip to end a command with a status word and no data. */
export class StatusError extends Error {
  readonly sw: number;

  constructor(reason: keyof typeof statusWords, sw: number = statusWords[reason]) {
    super(reason);
    this.name = 'StatusError';
    this.sw = sw;
  }

  /** 63Cx: a wrong PIN, and how many tries are left. ISO/IEC 7816-4 §5.6. */
  static triesLeft(tries: number): StatusError {
    return new StatusError('authenticationFailed', 0x63c0 | Math.min(tries, 15));
  }
}
