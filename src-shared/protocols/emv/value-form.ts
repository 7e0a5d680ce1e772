import { StationFault } from '../../faults/station-fault.ts';

function demand(what: string, reason: string, met: boolean): void {
  if (!met) throw new StationFault('EMV-VALUE-FORM', { what, reason });
}

/** Demands a card number of 8 to 19 digits; EMV-VALUE-FORM on another. ISO/IEC 7812-1:2017 §4. */
export function demandPan(pan: string): void {
  demand('pan', 'not 8 to 19 digits', /^\d{8,19}$/.test(pan));
}

/** Demands a text of exactly so many digits; EMV-VALUE-FORM names what is wrong, never the text itself. */
export function demandDigits(what: string, text: string, count: number): void {
  demand(what, `not ${count} digits`, text.length === count && /^\d+$/.test(text));
}

/** Demands exactly so many bytes; EMV-VALUE-FORM names what is wrong, never the bytes. */
export function demandLength(what: string, bytes: Uint8Array, ...lengths: readonly number[]): void {
  demand(what, `not ${lengths.join(' or ')} bytes`, lengths.includes(bytes.length));
}

/** Demands a PIN of 4 to 12 digits, one a byte (0 to 9): text could not be overwritten after use. EMV-VALUE-FORM on another. ISO 9564-1:2017 §8.1. */
export function demandPin(pin: Uint8Array): void {
  const digits = pin.every((digit) => digit <= 9);
  demand('pin', 'not 4 to 12 digits', digits && pin.length >= 4 && pin.length <= 12);
}
