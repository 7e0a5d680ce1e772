import { fromHex, toHex } from '../../bytes/bytes.ts';
import { decimalise } from '../emv/icc-master-key.ts';
import { demandDigits, demandLength, demandPan } from '../emv/value-form.ts';
import { macAlgorithm3 } from '../iso-9797/mac.ts';
import type { TdesCiphers } from '../tdes-ciphers.ts';

/** The service code that stands in for the card's own: 000 in the value printed on the card, 999 in the one of the chip. */
export const standInServiceCode = { cvv2: '000', icvv: '999' } as const;

/**
 * The input blocks (16 bytes) of a card verification value: PAN, expiry and service code, filled with zeros. The expiry is taken as it
 * stands (YYMM on the stripe; CVV2 commonly MMYY). EMV-VALUE-FORM on a malformed part. Visa Payment Technology Standards Manual, CVV.
 */
export function verificationBlocks(pan: string, expiry: string, serviceCode: string): Uint8Array<ArrayBuffer> {
  demandPan(pan);
  demandDigits('expiry', expiry, 4);
  demandDigits('service code', serviceCode, 3);
  return fromHex((pan + expiry + serviceCode).padEnd(32, '0'));
}

/** Three digits of a card verification value from the 8 bytes that MAC algorithm 3 makes of the input blocks, unpadded. */
export function finishVerificationValue(mac: Uint8Array): string {
  demandLength('mac', mac, 8);
  return decimalise(toHex(mac)).slice(0, 3);
}

/** The three digits of a CVV, CVV2 or iCVV with a key pair of 16 bytes. Visa Payment Technology Standards Manual, CVV. */
export function cardVerificationValue(
  ciphers: Pick<TdesCiphers, 'tdesCbcEncrypt'>,
  key: Uint8Array,
  blocks: Uint8Array,
): string {
  return finishVerificationValue(macAlgorithm3(ciphers, key, blocks));
}
