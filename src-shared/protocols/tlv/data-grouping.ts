import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';

/**
 * One data grouping of a personalisation: a 2-byte identifier (DGI) and its data. EMV Card Personalization
 * Specification v1.1 (July 2007), chapter 2, "data grouping"; GPC_SPE_034 v2.3.1 §11.11.
 */
export interface DataGrouping {
  readonly identifier: number;
  readonly data: Uint8Array;
}

function refuse(reason: string, offset: number): never {
  throw new StationFault('CARD-TLV', { reason, offset });
}

/**
 * Reads a container of data groupings: identifier of 2 bytes, length of 1 byte (00 to FE) or 3 bytes (FF and two more),
 * data. CARD-TLV when one is cut off. EMV CPS v1.1 chapter 2.
 */
export function parseDataGroupings(bytes: Uint8Array): DataGrouping[] {
  const groupings: DataGrouping[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [high, low, first] = bytes.subarray(at, at + 3);
    if (high === undefined || low === undefined || first === undefined) return refuse('data grouping cut off', at);
    const [longHigh, longLow] = bytes.subarray(at + 3, at + 5);
    let length = first;
    let start = at + 3;
    if (first === 0xff) {
      if (longHigh === undefined || longLow === undefined) return refuse('data grouping length cut off', at);
      length = (longHigh << 8) | longLow;
      start = at + 5;
    }
    if (start + length > bytes.length) return refuse('data grouping longer than the data', at);
    groupings.push({ identifier: (high << 8) | low, data: bytes.slice(start, start + length) });
    at = start + length;
  }
  return groupings;
}

/** Writes one data grouping, with the one-byte length where it fits. CARD-TLV over 65,535 bytes. */
export function encodeDataGrouping(grouping: DataGrouping): Uint8Array<ArrayBuffer> {
  const { identifier, data } = grouping;
  if (!Number.isInteger(identifier) || identifier < 0 || identifier > 0xffff) return refuse('not a DGI', 0);
  if (data.length > 0xffff) return refuse('data grouping over 65,535 bytes', 0);
  const length =
    data.length < 0xff ? Uint8Array.of(data.length) : Uint8Array.of(0xff, data.length >> 8, data.length & 255);
  return concatBytes(Uint8Array.of(identifier >> 8, identifier & 255), length, data);
}

/** Writes a container of data groupings in order. */
export function encodeDataGroupings(groupings: readonly DataGrouping[]): Uint8Array<ArrayBuffer> {
  return concatBytes(...groupings.map(encodeDataGrouping));
}

/** Writes an identifier as four upper-case digits. */
export function formatDgi(identifier: number): string {
  return identifier.toString(16).toUpperCase().padStart(4, '0');
}
