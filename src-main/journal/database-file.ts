import { createHmac } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { equalBytes, toHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';

/** First eight bytes of every journal file: they stand where an enciphered SQLite file has its salt. */
const fileMark = new TextEncoder().encode('CWJOURN1');
const pageSize = 4096;

/**
 * The 16 bytes at the start of a journal file: the file mark, then 8 bytes that name the database key without telling it.
 *
 * SQLCipher keeps its salt there and takes any; with a random 32-byte key the salt only feeds the page MAC key. So a foreign file,
 * a wrong key and a damaged file are told apart before anything is opened.
 */
export function fileSalt(key: Uint8Array): Uint8Array<ArrayBuffer> {
  const name = createHmac('sha256', key).update('cardwright journal file').digest();
  const salt = new Uint8Array(16);
  salt.set(fileMark, 0);
  salt.set(name.subarray(0, 8), 8);
  return salt;
}

/** The pragma form of raw key and salt, as bytes, so the key stands in no SQL text. */
export function rawKey(key: Uint8Array): Buffer {
  return Buffer.from(`x'${toHex(key)}${toHex(fileSalt(key))}'`, 'ascii');
}

function firstBytes(file: string): { readonly size: number; readonly bytes: Uint8Array } | null {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (!found.isFile()) throw new StationFault('JOURNAL-FOREIGN', { why: 'there is no ordinary file in its place' });
  const bytes = new Uint8Array(16);
  const descriptor = openSync(file, 'r');
  try {
    const read = readSync(descriptor, bytes, 0, 16, 0);
    return { size: found.size, bytes: bytes.subarray(0, read) };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Looks at a journal file from outside, reading only.
 *
 * JOURNAL-FOREIGN when it is no journal, JOURNAL-WRONG-KEY when it names another key, JOURNAL-DAMAGED when it is cut off.
 */
export function inspectFile(file: string, key: Uint8Array): 'absent' | 'present' {
  const first = firstBytes(file);
  // An empty file is what a first start leaves behind when it is ended before its first write.
  if (first === null || first.size === 0) return 'absent';
  if (!equalBytes(first.bytes.subarray(0, 8), fileMark)) {
    const clear = Buffer.from(first.bytes).toString('latin1').startsWith('SQLite format 3');
    throw new StationFault('JOURNAL-FOREIGN', {
      why: clear ? 'it is an SQLite file in clear' : 'it does not begin as a journal does',
    });
  }
  if (!equalBytes(first.bytes, fileSalt(key))) {
    throw new StationFault(first.bytes.length < 16 ? 'JOURNAL-DAMAGED' : 'JOURNAL-WRONG-KEY');
  }
  // A last page cut short may be a power loss that the write-ahead log mends; no page at all is none.
  if (first.size < pageSize) throw new StationFault('JOURNAL-DAMAGED');
  return 'present';
}
