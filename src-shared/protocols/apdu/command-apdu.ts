import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';

/**
 * One command to a card. Absent `data` is Nc = 0; absent `le` is Ne = 0, otherwise Ne in bytes, 1 to 65,536
 * (256 and 65,536 are "all there is" of the short and extended form). ISO/IEC 7816-3:2006 §12.1.
 */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  readonly le?: number;
}

/** The two ways of writing Lc and Le, ISO/IEC 7816-3:2006 §12.1.2 and §12.1.3. */
export type LengthForm = 'short' | 'extended';

const shortDataLimit = 255;
const shortAnswerLimit = 256;
const extendedDataLimit = 65_535;
const extendedAnswerLimit = 65_536;

function refuse(reason: string): never {
  throw new StationFault('CARD-APDU', { reason });
}

function requireByte(value: number, name: string): number {
  if (!Number.isInteger(value) || value < 0 || value > 255) refuse(`${name} is not one byte`);
  return value;
}

/** Says which form a command needs: extended as soon as Nc is over 255 or Ne over 256. */
export function lengthFormOf(command: CommandApdu): LengthForm {
  return (command.data?.length ?? 0) > shortDataLimit || (command.le ?? 0) > shortAnswerLimit ? 'extended' : 'short';
}

/** Writes Lc alone, nothing for Nc = 0: one byte, or 00 and two bytes. ISO/IEC 7816-3:2006 §12.1.3. */
export function encodeLc(length: number, form: LengthForm): Uint8Array {
  if (length === 0) return new Uint8Array(0);
  return form === 'short' ? Uint8Array.of(length) : Uint8Array.of(0, length >> 8, length & 255);
}

/** Writes Le; in case 2 extended (no Lc before it) a 00 marks the form. ISO/IEC 7816-3:2006 §12.1.3. */
function encodeLe(expected: number | undefined, form: LengthForm, dataLength: number): Uint8Array {
  if (expected === undefined) return new Uint8Array(0);
  if (form === 'short') return Uint8Array.of(expected & 255);
  const field = Uint8Array.of((expected >> 8) & 255, expected & 255);
  return dataLength === 0 ? concatBytes(Uint8Array.of(0), field) : field;
}

/**
 * Writes a command, cases 1 to 4, in the form asked for or else the shortest that fits. CARD-APDU when a byte or length
 * is out of range. Does not touch the card. ISO/IEC 7816-3:2006 §12.1, ISO/IEC 7816-4:2013 §5.1.
 */
export function encodeCommand(command: CommandApdu, form: LengthForm = lengthFormOf(command)): Uint8Array<ArrayBuffer> {
  const data = command.data ?? new Uint8Array(0);
  if (form === 'short' && lengthFormOf(command) === 'extended') refuse('data or answer too long for the short form');
  if (data.length > extendedDataLimit) refuse('more than 65,535 bytes of data');
  const { le } = command;
  if (le !== undefined && (!Number.isInteger(le) || le < 1 || le > extendedAnswerLimit)) {
    refuse('the expected length is not 1 to 65,536');
  }
  const header = Uint8Array.of(
    requireByte(command.cla, 'CLA'),
    requireByte(command.ins, 'INS'),
    requireByte(command.p1, 'P1'),
    requireByte(command.p2, 'P2'),
  );
  return concatBytes(header, encodeLc(data.length, form), data, encodeLe(le, form, data.length));
}

function assemble(header: Uint8Array, data: Uint8Array | undefined, le: number | undefined): CommandApdu {
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = header;
  return { cla, ins, p1, p2, ...(data === undefined ? {} : { data }), ...(le === undefined ? {} : { le }) };
}

/**
 * Reads a command back; every byte must belong to one of the seven forms 1, 2S, 3S, 4S, 2E, 3E, 4E, else CARD-APDU.
 * ISO/IEC 7816-3:2006 §12.1.3, table 13.
 */
export function decodeCommand(bytes: Uint8Array): CommandApdu {
  const { length } = bytes;
  const at = (index: number): number => bytes[index] ?? 0;
  const two = (index: number): number => (at(index) << 8) | at(index + 1);
  const header = bytes.subarray(0, 4);
  if (length < 4) refuse('shorter than its header');
  if (length === 4) return assemble(header, undefined, undefined);
  const first = at(4);
  if (length === 5) return assemble(header, undefined, first || shortAnswerLimit);
  if (first !== 0) {
    const data = bytes.slice(5, 5 + first);
    if (length === 5 + first) return assemble(header, data, undefined);
    if (length === 6 + first) return assemble(header, data, at(5 + first) || shortAnswerLimit);
    return refuse('Lc does not match the length');
  }
  if (length === 7) return assemble(header, undefined, two(5) || extendedAnswerLimit);
  if (length < 8) return refuse('Lc is zero');
  const count = two(5);
  if (count === 0) return refuse('Lc is zero');
  const data = bytes.slice(7, 7 + count);
  if (length === 7 + count) return assemble(header, data, undefined);
  if (length === 9 + count) return assemble(header, data, two(7 + count) || extendedAnswerLimit);
  return refuse('Lc does not match the length');
}
