import { crc32, inflateRawSync } from 'node:zlib';
import { latin1 } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';

/** One file of an archive. */
export interface ArchivedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const local = { signature: 0x04034b50, length: 30 } as const;
const central = { signature: 0x02014b50, length: 46 } as const;
const end = { signature: 0x06054b50, length: 22 } as const;
/** No CAP component is longer than 65,535 bytes; what inflates to more is no part of one. */
const longestFile = 1 << 20;
const mostFiles = 2000;
/** Of all files together, before and after they are unpacked: an archive of nothing but overlaps unpacks to any size. */
const largestWhole = 4 << 20;

function refuse(reason: string): never {
  throw new StationFault('CAP-ARCHIVE', { reason });
}

/** Where the end record stands: the last bytes, but for a comment of the length that it states itself. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - end.length; at >= Math.max(0, view.byteLength - end.length - 0xffff); at--) {
    if (view.getUint32(at, true) !== end.signature) continue;
    if (at + end.length + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return refuse('it is not a zip archive');
}

function inflate(packed: Uint8Array, method: number, size: number): Uint8Array {
  if (method === 0) return packed.slice();
  if (method !== 8) return refuse('it is packed by a method that CAP files do not use');
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(1, size) }));
  } catch {
    return refuse('a part of the archive cannot be unpacked');
  }
}

/**
 * Reads the files of a zip archive by its central directory, stored or deflated; each must have its stated size and check sum. CAP-ARCHIVE on
 * anything else: split, enciphered and 64-bit archives, names twice, bytes outside. APPNOTE.TXT 6.3.10 §4.3.
 */
export function readArchive(bytes: Uint8Array): ArchivedFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < end.length) return refuse('it is not a zip archive');
  const at = findEnd(view);
  const count = view.getUint16(at + 10, true);
  const split = view.getUint16(at + 4, true) !== 0 || view.getUint16(at + 6, true) !== 0;
  if (split || view.getUint16(at + 8, true) !== count || count > mostFiles) return refuse('it is a split archive');
  const files: ArchivedFile[] = [];
  let whole = 0;
  let packed = 0;
  let next = view.getUint32(at + 16, true);
  const within = (from: number, length: number): void => {
    if (from + length > bytes.length) refuse('it is cut off');
  };
  for (let number = 0; number < count; number++) {
    within(next, central.length);
    if (view.getUint32(next, true) !== central.signature) return refuse('its list of files is damaged');
    const flags = view.getUint16(next + 8, true);
    if ((flags & 1) !== 0) return refuse('it is enciphered');
    const method = view.getUint16(next + 10, true);
    const sum = view.getUint32(next + 16, true);
    const packedSize = view.getUint32(next + 20, true);
    const size = view.getUint32(next + 24, true);
    const nameLength = view.getUint16(next + 28, true);
    const more = view.getUint16(next + 30, true) + view.getUint16(next + 32, true);
    const offset = view.getUint32(next + 42, true);
    within(next + central.length, nameLength + more);
    const name = latin1(bytes.subarray(next + central.length, next + central.length + nameLength));
    next += central.length + nameLength + more;
    whole += size;
    packed += packedSize;
    if (size > longestFile) return refuse('a part of it is larger than any component');
    if (whole > largestWhole) return refuse('it unpacks to more than any package');
    if (packed > bytes.length) return refuse('its parts overlap');
    within(offset, local.length);
    if (view.getUint32(offset, true) !== local.signature) return refuse('a part of it is not where its list says');
    const begin = offset + local.length + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
    within(begin, packedSize);
    const unpacked = inflate(bytes.subarray(begin, begin + packedSize), method, size);
    if (unpacked.length !== size || crc32(unpacked) !== sum) return refuse(`its part ${number + 1} is damaged`);
    if (files.some((file) => file.name === name)) return refuse('a part of it is there twice');
    files.push({ name, bytes: unpacked });
  }
  return files;
}
