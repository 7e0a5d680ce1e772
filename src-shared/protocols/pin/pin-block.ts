import { fromHex, toHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { demandLength, demandPan, demandPin } from '../emv/value-form.ts';

/** The clear PIN block formats of 8 bytes; format 3 is filled with random digits A to F. ISO 9564-1:2017 §9.3. */
export type PinBlockForm =
  | { readonly format: 0; readonly pan: string }
  | { readonly format: 2 }
  | { readonly format: 3; readonly pan: string; readonly random: Uint8Array };

/** How a PIN block is read: format 3 needs no random bytes for it. */
export type PinBlockReading = Exclude<PinBlockForm, { format: 3 }> | { readonly format: 3; readonly pan: string };

/** The account number field: 0000 and the right 12 digits of the PAN without its check digit. ISO 9564-1:2017 §9.3.2.3. */
function withPanField(block: Uint8Array, form: PinBlockReading): Uint8Array<ArrayBuffer> {
  if (form.format === 2) return block.slice();
  demandPan(form.pan);
  const field = fromHex(form.pan.slice(0, -1).slice(-12).padStart(16, '0'));
  return Uint8Array.from(block, (byte, at) => byte ^ (field[at] ?? 0));
}

function filling(form: PinBlockForm): string {
  if (form.format !== 3) return 'f'.repeat(10);
  demandLength('random', form.random, 10);
  return Array.from(form.random, (byte) => 'abcdef'.charAt(byte % 6)).join('');
}

/**
 * Builds a clear PIN block of 8 bytes. The PIN has 4 to 12 digits, `random` 10 bytes that serve once; EMV-VALUE-FORM on another form.
 * ISO 9564-1:2017 §9.3.
 */
export function buildPinBlock(form: PinBlockForm, pin: string): Uint8Array<ArrayBuffer> {
  demandPin(pin);
  const field = `${form.format}${pin.length.toString(16)}${pin}${filling(form)}`.slice(0, 16);
  return withPanField(fromHex(field), form);
}

/**
 * Reads the PIN from a clear PIN block of 8 bytes. PIN-BLOCK-FORM names the malformed field: length of the block, control, pin length,
 * pin digits or filling. ISO 9564-1:2017 §9.3.
 */
export function readPinBlock(reading: PinBlockReading, block: Uint8Array): string {
  const malformed = (reason: string): StationFault =>
    new StationFault('PIN-BLOCK-FORM', { format: reading.format, reason });
  if (block.length !== 8) throw malformed('not 8 bytes');
  const field = toHex(withPanField(block, reading));
  if (!field.startsWith(String(reading.format))) throw malformed('control field');
  const length = Number.parseInt(field.charAt(1), 16);
  if (length < 4 || length > 12) throw malformed('PIN length');
  const pin = field.slice(2, 2 + length);
  if (!/^\d+$/.test(pin)) throw malformed('PIN digits');
  if (!(reading.format === 3 ? /^[a-f]+$/ : /^f+$/).test(field.slice(2 + length))) throw malformed('filling');
  return pin;
}
