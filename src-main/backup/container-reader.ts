import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { equalBytes, fromHex, fromUtf8 } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { ChunkCipher } from './chunk-cipher.ts';
import {
  anyHeader,
  backupHeader,
  backupManifest,
  chunkLength,
  fileMark,
  formatVersion,
  isSafeName,
  maximumHeader,
  maximumManifest,
  signatureLength,
  tagLength,
  type BackupHeader,
  type BackupManifest,
} from './container-format.ts';

/** What a backup says of itself, proven against its bytes; whose signature it is, the caller checks. */
export interface UnpackedBackup {
  readonly manifest: BackupManifest;
  readonly manifestText: string;
  readonly signature: Uint8Array;
  /** SHA-256 of the whole file. */
  readonly digest: string;
}

/**
 * Reads a backup's file: the header in clear, and with the key everything else into a folder. Nothing of it is believed before the last
 * byte was read. BACKUP-FOREIGN, BACKUP-NEWER-VERSION, BACKUP-DAMAGED.
 */
export class ContainerReader {
  readonly header: BackupHeader;
  readonly #handle: number;
  readonly #file: string;
  readonly #headerBytes: Uint8Array;
  readonly #whole = createHash('sha256');
  readonly #size: number;
  #read = 0;
  #cipher: ChunkCipher | null = null;
  #clear: Buffer = Buffer.alloc(0);
  #last: 'no' | 'yes' = 'no';

  constructor(file: string) {
    this.#file = file;
    try {
      this.#handle = openSync(file, 'r');
    } catch (cause) {
      throw new StationFault('BACKUP-UNREADABLE', { file }, cause);
    }
    this.#size = fstatSync(this.#handle).size;
    try {
      if (!equalBytes(this.#take(fileMark.length), fileMark)) throw new StationFault('BACKUP-FOREIGN', { file });
      const length = this.#take(4).readUInt32BE();
      if (length > maximumHeader) throw this.#damaged('its header');
      this.#headerBytes = this.#take(length);
      this.header = this.#parseHeader();
    } catch (thrown) {
      closeSync(this.#handle);
      throw thrown;
    }
  }

  #damaged(where: string, cause?: unknown): StationFault {
    return new StationFault('BACKUP-DAMAGED', { file: this.#file, where }, cause);
  }

  #parseHeader(): BackupHeader {
    let content: unknown;
    try {
      content = JSON.parse(fromUtf8(this.#headerBytes));
    } catch (cause) {
      throw this.#damaged('its header', cause);
    }
    const any = anyHeader.safeParse(content);
    if (!any.success) throw this.#damaged('its header');
    if (any.data.version > formatVersion) {
      throw new StationFault('BACKUP-NEWER-VERSION', { found: any.data.version, known: formatVersion });
    }
    const header = backupHeader.safeParse(content);
    if (!header.success) throw this.#damaged('its header');
    return header.data;
  }

  /** So many bytes of the file. */
  #take(length: number): Buffer {
    if (length > this.#size - this.#read) throw this.#damaged('its end is missing');
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length;) {
      const read = readSync(this.#handle, bytes, at, length - at, null);
      if (read === 0) throw this.#damaged('its end is missing');
      at += read;
    }
    this.#read += length;
    this.#whole.update(bytes);
    return bytes;
  }

  #nextChunk(): void {
    if (this.#cipher === null || this.#last === 'yes') throw this.#damaged('its end is missing');
    const at = this.#read;
    const length = this.#take(4).readUInt32BE();
    if (length < tagLength || length > chunkLength + tagLength) throw this.#damaged(`byte ${at}`);
    const sealed = this.#take(length);
    const end = this.#read === this.#size ? 'last' : 'more';
    try {
      this.#clear = this.#cipher.open(sealed, end);
    } catch (cause) {
      // The first chunk proves the key: another one is another seal, a header that was altered, or damage.
      throw this.#damaged(end === 'last' ? `byte ${at}, or what followed is missing` : `byte ${at}`, cause);
    }
    if (end === 'last') this.#last = 'yes';
  }

  /** At least one and at most `most` clear bytes. */
  #some(most: number): Buffer {
    while (this.#clear.length === 0) this.#nextChunk();
    const piece = this.#clear.subarray(0, most);
    this.#clear = this.#clear.subarray(piece.length);
    return piece;
  }

  #exactly(length: number): Buffer {
    const parts: Buffer[] = [];
    for (let left = length; left > 0;) {
      const piece = this.#some(left);
      parts.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(parts);
  }

  /** Writes every file of the backup below a folder, 0600, and proves them against the manifest. */
  unpackTo(folder: string, databaseKey: Uint8Array): UnpackedBackup {
    this.#cipher = new ChunkCipher(databaseKey, fromHex(this.header.salt), this.#headerBytes);
    const found: BackupManifest['files'][number][] = [];
    for (let length = this.#exactly(2).readUInt16BE(); length > 0; length = this.#exactly(2).readUInt16BE()) {
      const name = fromUtf8(this.#exactly(length));
      const size = Number(this.#exactly(8).readBigUInt64BE());
      if (!isSafeName(name)) throw this.#damaged('the name of a file in it');
      found.push({ name, size, sha256: this.#unpackFile(join(folder, name), size) });
    }
    const length = this.#exactly(4).readUInt32BE();
    if (length > maximumManifest) throw this.#damaged('its list of files');
    const manifestText = fromUtf8(this.#exactly(length));
    const signature = new Uint8Array(this.#exactly(signatureLength));
    if (this.#clear.length > 0 || this.#last === 'no') throw this.#damaged('something follows its end');
    const manifest = this.#parseManifest(manifestText);
    const same =
      manifest.station === this.header.station &&
      manifest.header === createHash('sha256').update(this.#headerBytes).digest('hex') &&
      JSON.stringify(manifest.files) ===
        JSON.stringify(found.map(({ name, size, sha256 }) => ({ name, size, sha256 })));
    if (!same) throw this.#damaged('its list of files');
    return { manifest, manifestText, signature, digest: this.#whole.digest('hex') };
  }

  #parseManifest(text: string): BackupManifest {
    try {
      return backupManifest.parse(JSON.parse(text));
    } catch (cause) {
      throw this.#damaged('its list of files', cause);
    }
  }

  #unpackFile(path: string, size: number): string {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const digest = createHash('sha256');
    const handle = openSync(path, 'wx', 0o600);
    try {
      for (let left = size; left > 0;) {
        const piece = this.#some(left);
        digest.update(piece);
        for (let at = 0; at < piece.length;) at += writeSync(handle, piece, at);
        left -= piece.length;
      }
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    return digest.digest('hex');
  }

  close(): void {
    this.#cipher?.wipe();
    closeSync(this.#handle);
  }
}
