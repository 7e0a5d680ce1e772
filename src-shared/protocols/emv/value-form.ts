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

/** Demands a PIN of 4 to 12 digits; EMV-VALUE-FORM on another. ISO 9564-1:2017 §6.1. */
export function demandPin(pin: string): void {
  demand('pin', 'not 4 to 12 digits', /^\d{4,12}$/.test(pin));
}
