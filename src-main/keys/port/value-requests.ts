/** On the stripe, in print, in the chip. */
export type CardVerificationKind = 'cvv' | 'cvv2' | 'icvv';

/** Which verification values of one card. */
export interface CardVerificationRequest {
  /** Name of the issuer's card verification key. */
  readonly cvk: string;
  readonly pan: string;
  /** Three digits of the stripe; CVV2 and iCVV take 000 and 999 in its place. */
  readonly serviceCode: string;
  /** Each kind once; the expiry is four digits in the order that the scheme takes for this value. */
  readonly wanted: readonly { readonly kind: CardVerificationKind; readonly expiry: string }[];
}

/** What is computed from a PIN: not offered where the key store would have to show the PIN to this machine under a live key. */
export type PinAct = 'pinVerificationValue' | 'pinOffset' | 'translatePinBlock';

/** A PIN block under a zone PIN key that is bound to a card number: formats 0 and 3 of 8 bytes (TDES), format 4 of 16 (AES). */
export interface BoundPin {
  /** Name of the zone PIN key. */
  readonly zonePinKey: string;
  readonly format: 0 | 3 | 4;
  readonly pan: string;
  readonly block: Uint8Array;
}

/** A PIN block of any format that comes from outside; format 1 has no card number. */
export type EncipheredPin = BoundPin | { readonly zonePinKey: string; readonly format: 1; readonly block: Uint8Array };

/** Which PIN verification value. */
export interface PinVerificationRequest {
  /** Name of the PIN verification key, of the same issuer as the zone PIN key. */
  readonly pvk: string;
  /** One digit. */
  readonly keyIndex: string;
  readonly pin: BoundPin;
}

/** Which PIN offset: the digits of the card number that validate, and the issuer's table (at least 8 different digits, none over 4 times). */
export interface PinOffsetRequest {
  readonly pvk: string;
  /** 16 digits, for the hexadecimal digits 0 to F. */
  readonly decimalisationTable: string;
  /** `length` digits from `start`, filled up to 16 with one hexadecimal digit. */
  readonly validation: { readonly start: number; readonly length: number; readonly pad: string };
  readonly pin: BoundPin;
}

/** Under which key, in which format and for which card number a PIN block is wanted. */
export interface PinTranslationRequest {
  readonly from: EncipheredPin;
  readonly to: Omit<BoundPin, 'block'>;
  /** Another card number is taken for card issuance only. */
  readonly purpose: 'transport' | 'card-issuance';
}

/** Which dynamic verification code of which card and transaction. */
export interface DynamicCvc3Request {
  /** Name of the issuer's master key for CVC3, two-key TDES. */
  readonly imkCvc3: string;
  readonly pan: string;
  /** Two digits. */
  readonly panSequence: string;
  readonly option: 'A' | 'B';
  /** The track before number, counter and code are put in: track 1 as characters, track 2 as packed digits. */
  readonly staticTrack: Uint8Array;
  /** 2 bytes. */
  readonly atc: Uint8Array;
  /** 4 bytes. */
  readonly unpredictableNumber: Uint8Array;
}
