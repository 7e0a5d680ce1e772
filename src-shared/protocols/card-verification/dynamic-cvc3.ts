import { concatBytes } from '../../bytes/bytes.ts';
import { demandLength } from '../emv/value-form.ts';
import { macAlgorithm3, padWithMark } from '../iso-9797/mac.ts';
import type { TdesCiphers } from '../tdes-ciphers.ts';

/**
 * IVCVC3 of one track, 2 bytes: the right bytes of the MAC (algorithm 3, padding method 2) over the track as it is before number, counter
 * and CVC3 are put in; track 1 as characters, track 2 as packed digits. The card keeps it per track. PayPass Mag Stripe v3.3, CVC3.
 */
export function cvc3InitialVector(
  ciphers: Pick<TdesCiphers, 'tdesCbcEncrypt'>,
  iccKey: Uint8Array,
  staticTrack: Uint8Array,
): Uint8Array {
  return macAlgorithm3(ciphers, iccKey, padWithMark(staticTrack)).slice(-2);
}

/**
 * Five digits of the dynamic CVC3 of one track, whose right ones stand in it: IVCVC3, unpredictable number (4 bytes) and ATC (2 bytes)
 * enciphered by the card's CVC3 key of 16 bytes, the right 2 bytes read as a number. EMV-VALUE-FORM. PayPass Mag Stripe v3.3, CVC3.
 */
export function dynamicCvc3(
  ciphers: Pick<TdesCiphers, 'tdesEcbEncrypt'>,
  iccKey: Uint8Array,
  transaction: {
    readonly initialVector: Uint8Array;
    readonly unpredictableNumber: Uint8Array;
    readonly atc: Uint8Array;
  },
): string {
  const { initialVector, unpredictableNumber, atc } = transaction;
  demandLength('initial vector', initialVector, 2);
  demandLength('unpredictable number', unpredictableNumber, 4);
  demandLength('atc', atc, 2);
  const enciphered = ciphers.tdesEcbEncrypt(iccKey, concatBytes(initialVector, unpredictableNumber, atc));
  const [high = 0, low = 0] = enciphered.subarray(-2);
  return String((high << 8) | low).padStart(5, '0');
}
