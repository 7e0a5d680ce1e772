import { StationFault } from '../../faults/station-fault.ts';

/** One entry of an Application File Locator. EMV 4.3 Book 3 §10.2. */
export interface FileLocatorEntry {
  readonly shortFileIdentifier: number;
  readonly firstRecord: number;
  readonly lastRecord: number;
  /** How many records, from the first on, take part in offline data authentication. */
  readonly signedRecords: number;
}

/** One record to read, in order, and whether offline data authentication covers it. */
export interface RecordAddress {
  readonly shortFileIdentifier: number;
  readonly record: number;
  readonly coverage: 'signed' | 'unsigned';
}

function refuse(reason: string): never {
  throw new StationFault('CARD-ANSWER', { command: 'application file locator', reason });
}

/** Reads an AFL: entries of 4 bytes; SFI 1 to 30, records from 1 up. CARD-ANSWER otherwise. EMV 4.3 Book 3 §10.2. */
export function parseFileLocator(bytes: Uint8Array): FileLocatorEntry[] {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return refuse('its length is not a multiple of 4');
  const entries: FileLocatorEntry[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const [file = 0, firstRecord = 0, lastRecord = 0, signedRecords = 0] = bytes.subarray(at, at + 4);
    const shortFileIdentifier = file >> 3;
    if ((file & 7) !== 0 || shortFileIdentifier < 1 || shortFileIdentifier > 30) return refuse('wrong file identifier');
    if (firstRecord < 1 || lastRecord < firstRecord) return refuse('wrong record numbers');
    if (signedRecords > lastRecord - firstRecord + 1) return refuse('more signed records than records');
    entries.push({ shortFileIdentifier, firstRecord, lastRecord, signedRecords });
  }
  return entries;
}

/** Writes an AFL. */
export function encodeFileLocator(entries: readonly FileLocatorEntry[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    entries.flatMap((entry) => [
      entry.shortFileIdentifier << 3,
      entry.firstRecord,
      entry.lastRecord,
      entry.signedRecords,
    ]),
  );
}

/** Lists the records that an AFL names, in the order in which they are read. EMV 4.3 Book 3 §10.2. */
export function listRecords(entries: readonly FileLocatorEntry[]): RecordAddress[] {
  return entries.flatMap(({ shortFileIdentifier, firstRecord, lastRecord, signedRecords }) =>
    Array.from({ length: lastRecord - firstRecord + 1 }, (_, index) => ({
      shortFileIdentifier,
      record: firstRecord + index,
      coverage: index < signedRecords ? ('signed' as const) : ('unsigned' as const),
    })),
  );
}
