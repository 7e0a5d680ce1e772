import { concatBytes } from '../../bytes/bytes.ts';
import { macAlgorithm3, padWithMark } from '../iso-9797/mac.ts';
import type { TdesCiphers } from '../tdes-ciphers.ts';
import { demandLength } from './value-form.ts';

type Encipher = Pick<TdesCiphers, 'tdesCbcEncrypt' | 'tdesEcbEncrypt'>;

/** An application cryptogram of 8 bytes with a TDES session key: MAC algorithm 3, padding method 2. EMV Book 2 v4.4 §8.1.2, Annex A1.2.1. */
export function applicationCryptogram(ciphers: Encipher, key: Uint8Array, data: Uint8Array): Uint8Array {
  return macAlgorithm3(ciphers, key, padWithMark(data));
}

/** The one input block of a response cryptogram by method 1: ARQC XOR the response code and zeros. EMV Book 2 v4.4 §8.2.1. */
export function responseBlock(arqc: Uint8Array, responseCode: Uint8Array): Uint8Array<ArrayBuffer> {
  demandLength('arqc', arqc, 8);
  demandLength('response code', responseCode, 2);
  return Uint8Array.from(arqc, (byte, at) => byte ^ (responseCode[at] ?? 0));
}

/** A response cryptogram by method 1, 8 bytes: the response block enciphered with the session key. EMV Book 2 v4.4 §8.2.1. */
export function responseCryptogram1(
  ciphers: Encipher,
  key: Uint8Array,
  arqc: Uint8Array,
  responseCode: Uint8Array,
): Uint8Array {
  return ciphers.tdesEcbEncrypt(key, responseBlock(arqc, responseCode));
}

/** A response cryptogram by method 2, 4 bytes: the MAC over ARQC, CSU (4 bytes) and 0 to 8 proprietary bytes. EMV Book 2 v4.4 §8.2.2. */
export function responseCryptogram2(
  ciphers: Encipher,
  key: Uint8Array,
  arqc: Uint8Array,
  cardStatusUpdate: Uint8Array,
  proprietary: Uint8Array,
): Uint8Array {
  demandLength('arqc', arqc, 8);
  demandLength('card status update', cardStatusUpdate, 4);
  demandLength('proprietary data', proprietary, 0, 1, 2, 3, 4, 5, 6, 7, 8);
  return applicationCryptogram(ciphers, key, concatBytes(arqc, cardStatusUpdate, proprietary)).slice(0, 4);
}
