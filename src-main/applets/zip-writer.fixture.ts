import { crc32, deflateRawSync } from 'node:zlib';
import type { ArchivedFile } from './zip-archive.ts';

/** Writes a zip archive as jar tools do: every file deflated, then the list, then its end. APPNOTE.TXT 6.3.10 §4.3. */
export function writeArchive(files: readonly ArchivedFile[]): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const head = Buffer.concat([Buffer.from('504b0304', 'hex'), common, Buffer.from(name, 'latin1')]);
    const entry = Buffer.alloc(46);
    entry.write('504b01021403', 0, 'hex');
    common.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    list.push(Buffer.concat([entry, Buffer.from(name, 'latin1')]));
    parts.push(head, packed);
    offset += head.length + packed.length;
  }
  const directory = Buffer.concat(list);
  const last = Buffer.alloc(22);
  last.write('504b0506', 0, 'hex');
  last.writeUInt16LE(files.length, 8);
  last.writeUInt16LE(files.length, 10);
  last.writeUInt32LE(directory.length, 12);
  last.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, directory, last]));
}
