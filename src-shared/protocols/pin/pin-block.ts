import { fromHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { demandLength, demandPan } from '../emv/value-form.ts';
import { buildPinField, readPinField } from './pin-field.ts';

/**
 * The clear PIN block formats of 8 bytes. Format 1 is filled with 5 bytes that occur once (10 digits, as many of them as are needed), format
 * 3 with random digits A to F (10 bytes). ISO 9564-1:2017 §9.3.
 */
export type ClearPinBlockForm =
  | { readonly format: 0; readonly pan: string }
  | { readonly format: 1; readonly random: Uint8Array }
  | { readonly format: 2 }
  | { readonly format: 3; readonly pan: string; readonly random: Uint8Array };

/** How a clear PIN block is read: no random bytes are needed for it. */
export type ClearPinBlockReading =
  { readonly format: 0 | 3; readonly pan: string } | { readonly format: 1 } | { readonly format: 2 };

/** XORs the account number field in: 0000 and the right 12 digits of the PAN without its check digit. ISO 9564-1:2017 §9.3.2.3. */
function addPanField(field: Uint8Array, reading: ClearPinBlockReading): void {
  if (reading.format === 1 || reading.format === 2) return;
  const digits = fromHex(reading.pan.slice(0, -1).slice(-12).padStart(16, '0'));
  digits.forEach((byte, at) => (field[at] = (field[at] ?? 0) ^ byte));
}

function fillingOf(form: ClearPinBlockForm): (at: number) => number {
  switch (form.format) {
    case 0:
    case 2:
      return () => 15;
    case 1: {
      demandLength('random', form.random, 5);
      const { random } = form;
      return (at) => ((random[at >> 1] ?? 0) >> (at % 2 === 0 ? 4 : 0)) & 15;
    }
    case 3: {
      demandLength('random', form.random, 10);
      const { random } = form;
      return (at) => 10 + ((random[at] ?? 0) % 6);
    }
  }
}

function isFilling(format: 0 | 1 | 2 | 3, value: number): boolean {
  if (format === 1) return true;
  return format === 3 ? value >= 10 : value === 15;
}

/**
 * Builds a clear PIN block of 8 bytes; it holds the PIN: the caller overwrites it. The PIN has 4 to 12 digits, one a byte; EMV-VALUE-FORM
 * on another form. ISO 9564-1:2017 §9.3.
 */
export function buildPinBlock(form: ClearPinBlockForm, pin: Uint8Array): Uint8Array<ArrayBuffer> {
  if ('pan' in form) demandPan(form.pan);
  const field = buildPinField(form.format, pin, fillingOf(form));
  addPanField(field, form);
  return field;
}

/**
 * Reads the PIN, one digit a byte, from a clear PIN block of 8 bytes; the caller overwrites it. PIN-BLOCK-FORM names the malformed field:
 * length of the block, control, PIN length, PIN digits or filling. ISO 9564-1:2017 §9.3.
 */
export function readPinBlock(reading: ClearPinBlockReading, block: Uint8Array): Uint8Array<ArrayBuffer> {
  const { format } = reading;
  if ('pan' in reading) demandPan(reading.pan);
  if (block.length !== 8) throw new StationFault('PIN-BLOCK-FORM', { format, reason: 'not 8 bytes' });
  const field = block.slice();
  addPanField(field, reading);
  const read = readPinField(format, field, (value) => isFilling(format, value));
  field.fill(0);
  if (read.kind === 'malformed') throw new StationFault('PIN-BLOCK-FORM', { format, reason: read.reason });
  return read.pin;
}
