import { equalBytes } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import type { RsaCiphers, RsaPublicKey } from '../../rsa-ciphers.ts';
import { checkPublicKey } from './public-key.ts';
import { checkRecoveredHash, recoverMessage } from './recoverable-signature.ts';

const what = 'signed dynamic application data';
const format = 0x05;
const hashAlgorithm = 0x01;
const filler = 0xbb;

function refuse(field: string): never {
  throw new StationFault('CERT-FORM', { what, field });
}

/** The card's own number of one signature, and what follows it in the dynamic data. */
interface DynamicData {
  /** ICC Dynamic Number (9F4C), 2 to 8 bytes. */
  readonly dynamicNumber: Uint8Array;
  readonly further: Uint8Array;
}

/**
 * Checks the answer to INTERNAL AUTHENTICATE (DDA): the signature (9F4B) under the card's key over the values that the DDOL
 * names. Faults: CERT-LENGTH, CERT-FORM naming the field, CERT-HASH. No effect on the card. EMV 4.4 Book 2 §6.5.2, table 17.
 */
export function recoverDynamicSignature(
  signature: Uint8Array,
  terminalData: Uint8Array,
  card: RsaPublicKey,
  ciphers: RsaCiphers,
): DynamicData {
  checkPublicKey('card', card);
  const message = recoverMessage(what, signature, card, ciphers);
  const { inside } = message;
  if (inside[0] !== format) refuse('format');
  checkRecoveredHash(what, message, terminalData, ciphers);
  if (inside[1] !== hashAlgorithm) refuse('hash algorithm');
  const length = inside[2] ?? 0;
  if (length > inside.length - 3) refuse('dynamic data length');
  if (inside.subarray(3 + length).some((byte) => byte !== filler)) refuse('padding');
  const data = inside.subarray(3, 3 + length);
  const numberLength = data[0] ?? 0;
  if (numberLength < 2 || numberLength > 8 || numberLength >= length) refuse('dynamic number length');
  return { dynamicNumber: data.slice(1, 1 + numberLength), further: data.slice(1 + numberLength) };
}

/** What a combined signature is held against. */
export interface CombinedContext {
  /** 4 bytes of the terminal (9F37). */
  readonly unpredictableNumber: Uint8Array;
  /**
   * Values of the PDOL, of CDOL1, at the second GENERATE AC of CDOL2 too, then tag, length and value of every object of the
   * answer but 9F4B, in its order. EMV 4.4 Book 2 §6.6.1.
   */
  readonly transactionData: Uint8Array;
  /** Cryptogram Information Data (9F27) as the answer gave it in clear. */
  readonly cryptogramInformation: number;
}

/** What a combined signature says. */
export interface CombinedData {
  readonly dynamicNumber: Uint8Array;
  /** TC or ARQC, 8 bytes. */
  readonly cryptogram: Uint8Array;
}

/**
 * Checks a combined signature (CDA) in the answer to GENERATE AC. CERT-FORM with field `cryptogram information` when the card signed
 * another one than it said, CERT-HASH of the transaction data when these were altered; else as `recoverDynamicSignature`.
 * EMV 4.4 Book 2 §6.6.2, tables 19 and 22.
 */
export function recoverCombinedSignature(
  signature: Uint8Array,
  context: CombinedContext,
  card: RsaPublicKey,
  ciphers: RsaCiphers,
): CombinedData {
  const { dynamicNumber, further } = recoverDynamicSignature(signature, context.unpredictableNumber, card, ciphers);
  if (further.length < 29) refuse('dynamic data length');
  if (further[0] !== context.cryptogramInformation) refuse('cryptogram information');
  if (!equalBytes(further.subarray(9, 29), ciphers.sha1(context.transactionData))) {
    throw new StationFault('CERT-HASH', { what: 'transaction data' });
  }
  return { dynamicNumber, cryptogram: further.slice(1, 9) };
}
