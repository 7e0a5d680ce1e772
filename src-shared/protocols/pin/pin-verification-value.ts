import { fromHex, toHex } from '../../bytes/bytes.ts';
import { decimalise } from '../emv/icc-master-key.ts';
import { demandDigits, demandLength, demandPan, demandPin } from '../emv/value-form.ts';

/**
 * The one input block of a PVV, to be enciphered in ECB: the right 11 digits of the PAN without its check digit, the key index and the
 * first 4 PIN digits. It holds the PIN: the caller overwrites it. EMV-VALUE-FORM on a malformed part. Visa Payment Technology Standards
 * Manual, PVV.
 */
export function pinVerificationBlock(pan: string, keyIndex: string, pin: Uint8Array): Uint8Array<ArrayBuffer> {
  demandPan(pan);
  demandDigits('key index', keyIndex, 1);
  demandPin(pin);
  const block = fromHex(`${pan.slice(0, -1).slice(-11).padStart(11, '0')}${keyIndex}0000`);
  const [first = 0, second = 0, third = 0, fourth = 0] = pin;
  block.set([(first << 4) | second, (third << 4) | fourth], 6);
  return block;
}

/** The four digits of a PVV from the enciphered block: its decimal digits, then its letters as 0 to 5 in a second pass. */
export function finishPinVerificationValue(enciphered: Uint8Array): string {
  demandLength('enciphered block', enciphered, 8);
  return decimalise(toHex(enciphered)).slice(0, 4);
}
