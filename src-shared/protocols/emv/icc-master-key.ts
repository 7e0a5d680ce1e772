import { concatBytes, fromHex, toHex } from '../../bytes/bytes.ts';
import type { TdesCiphers } from '../tdes-ciphers.ts';
import { demandDigits, demandLength, demandPan } from './value-form.ts';

/** Sets the last bit of every byte so that it has an odd number of ones, as DES keys demand. NIST SP 800-67 rev. 2 §3.1. */
export function withOddParity(key: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(key, (byte) => {
    let ones = 0;
    for (let bits = byte >> 1; bits !== 0; bits >>= 1) ones += bits & 1;
    return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
  });
}

function withComplement(digits: string): Uint8Array<ArrayBuffer> {
  const block = fromHex(digits);
  return concatBytes(
    block,
    block.map((byte) => byte ^ 255),
  );
}

/**
 * The two input blocks (16 bytes) of a card's TDES master key by option A: the right 16 digits of PAN and PSN, and their complement.
 * EMV-VALUE-FORM on a malformed PAN or PSN. EMV Book 2 v4.4 Annex A1.4.1.
 */
export function iccMasterKeyBlocksA(pan: string, psn: string): Uint8Array<ArrayBuffer> {
  demandPan(pan);
  demandDigits('psn', psn, 2);
  return withComplement((pan + psn).slice(-16).padStart(16, '0'));
}

/** The text whose SHA-1 option B decimalises: PAN and PSN as packed digits, a zero before an odd PAN. EMV Book 2 v4.4 Annex A1.4.2. */
export function optionBHashInput(pan: string, psn: string): Uint8Array<ArrayBuffer> {
  demandPan(pan);
  demandDigits('psn', psn, 2);
  return fromHex((pan.length % 2 === 1 ? '0' : '') + pan + psn);
}

/**
 * The two input blocks by option B: as option A up to 16 digits, for longer PANs the first 16 decimal digits of the SHA-1 given by the
 * caller, filled up by its letters A to F read as 0 to 5. EMV Book 2 v4.4 Annex A1.4.2.
 */
export function iccMasterKeyBlocksB(
  sha1: (data: Uint8Array) => Uint8Array,
  pan: string,
  psn: string,
): Uint8Array<ArrayBuffer> {
  if (pan.length <= 16) return iccMasterKeyBlocksA(pan, psn);
  return withComplement(decimalise(toHex(sha1(optionBHashInput(pan, psn)))).slice(0, 16));
}

/** All decimal digits of hexadecimal text in order, then its letters as a = 0 to f = 5 in order. EMV Book 2 v4.4 Annex A1.4.2. */
export function decimalise(hexadecimal: string): string {
  const letters = hexadecimal.replace(/\d/g, '');
  return hexadecimal.replace(/\D/g, '') + letters.replace(/[a-f]/g, (letter) => String('abcdef'.indexOf(letter)));
}

/** A card's TDES master key from the input blocks enciphered in ECB: 16 bytes of odd parity. EMV Book 2 v4.4 Annex A1.4.1. */
export function finishIccMasterKey(enciphered: Uint8Array): Uint8Array<ArrayBuffer> {
  demandLength('enciphered blocks', enciphered, 16);
  return withOddParity(enciphered);
}

/** A card's TDES master key from the issuer's and the input blocks of option A or B. EMV Book 2 v4.4 Annex A1.4. */
export function iccMasterKey(
  ciphers: Pick<TdesCiphers, 'tdesEcbEncrypt'>,
  issuerMasterKey: Uint8Array,
  blocks: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return finishIccMasterKey(ciphers.tdesEcbEncrypt(issuerMasterKey, blocks));
}
