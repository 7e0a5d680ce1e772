import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { describeStatus, formatStatus } from './status-word.ts';

/** A card's answer: its data and SW1 SW2 as one number of 16 bits. ISO/IEC 7816-3:2006 §12.1.1. */
export interface ResponseApdu {
  readonly data: Uint8Array;
  readonly statusWord: number;
}

/** Splits an answer. Fewer than two bytes are no answer: the card was pulled or went mute, CARD-GONE. */
export function decodeResponse(bytes: Uint8Array): ResponseApdu {
  if (bytes.length < 2) throw new StationFault('CARD-GONE', { bytes: bytes.length });
  const split = bytes.length - 2;
  return { data: bytes.slice(0, split), statusWord: ((bytes[split] ?? 0) << 8) | (bytes[split + 1] ?? 0) };
}

/** Writes an answer, for recordings. */
export function encodeResponse(response: ResponseApdu): Uint8Array<ArrayBuffer> {
  return concatBytes(response.data, Uint8Array.of(response.statusWord >> 8, response.statusWord & 255));
}

/**
 * Hands over the data of an answer whose status word is one of those accepted (9000 unless said otherwise); any other
 * is CARD-STATUS with the meaning in words. `command` names the command for the person, never its data.
 */
export function expectStatus(
  response: ResponseApdu,
  command: string,
  accepted: readonly number[] = [0x9000],
): Uint8Array {
  if (accepted.includes(response.statusWord)) return response.data;
  throw new StationFault('CARD-STATUS', {
    command,
    statusWord: formatStatus(response.statusWord),
    meaning: describeStatus(response.statusWord).text,
  });
}
