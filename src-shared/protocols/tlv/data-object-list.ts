import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { encodeTag, readTag } from './ber-tlv.ts';

/** One entry of a data object list: a tag and how many bytes of it are wanted. EMV 4.3 Book 3 §5.4. */
export interface DolEntry {
  readonly tag: number;
  readonly length: number;
}

/** Reads a data object list (PDOL, CDOL1, CDOL2, DDOL): tags and one-byte lengths. CARD-TLV when cut off. EMV 4.3 Book 3 §5.4. */
export function parseDol(bytes: Uint8Array): DolEntry[] {
  const entries: DolEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readTag(bytes, at);
    const length = bytes[tag.next];
    if (length === undefined) throw new StationFault('CARD-TLV', { reason: 'list ends after a tag', offset: at });
    entries.push({ tag: tag.value, length });
    at = tag.next + 1;
  }
  return entries;
}

/** Writes a data object list. CARD-TLV when a length is over one byte. */
export function encodeDol(entries: readonly DolEntry[]): Uint8Array<ArrayBuffer> {
  return concatBytes(
    ...entries.map((entry) => {
      if (!Number.isInteger(entry.length) || entry.length < 0 || entry.length > 255) {
        throw new StationFault('CARD-TLV', { reason: 'list length is not one byte', offset: 0 });
      }
      return concatBytes(encodeTag(entry.tag), Uint8Array.of(entry.length));
    }),
  );
}

/** How many bytes a list asks for in all. */
export function dolDataLength(entries: readonly DolEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.length, 0);
}
