import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { fromHex, utf8 } from '#shared/bytes/bytes.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { ChunkCipher } from './chunk-cipher.ts';
import { chunkLength, fileMark, isSafeName, type BackupHeader, type BackupManifest } from './container-format.ts';

/** Writes a backup's file, 0600, piece by piece; works synchronously, in a process of its own. */
export class ContainerWriter {
  readonly #handle: number;
  readonly #digest = createHash('sha256');
  readonly #cipher: ChunkCipher;
  readonly #pending = Buffer.alloc(chunkLength);
  #filled = 0;
  #size = 0;
  readonly #files: BackupManifest['files'][number][] = [];
  /** SHA-256 of the header's bytes. */
  readonly headerDigest: string;

  /** The file must not exist. */
  constructor(file: string, header: BackupHeader, databaseKey: Uint8Array) {
    this.#handle = openSync(file, 'wx', 0o600);
    const text = utf8(canonicalJson(header));
    this.headerDigest = createHash('sha256').update(text).digest('hex');
    this.#cipher = new ChunkCipher(databaseKey, fromHex(header.salt), text);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    this.#write(fileMark, length, text);
  }

  #write(...parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      this.#digest.update(part);
      this.#size += part.length;
      for (let at = 0; at < part.length;) at += writeSync(this.#handle, part, at);
    }
  }

  #chunk(end: 'more' | 'last'): void {
    const sealed = this.#cipher.seal(this.#pending.subarray(0, this.#filled), end);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sealed.length);
    this.#write(length, sealed);
    this.#filled = 0;
  }

  #put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#filled === chunkLength) this.#chunk('more');
      const taken = Math.min(bytes.length - at, chunkLength - this.#filled);
      this.#pending.set(bytes.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
    }
  }

  /** Adds a file as it is now. */
  add(name: string, path: string): void {
    if (!isSafeName(name)) throw new RangeError('a name that no backup holds');
    const handle = openSync(path, 'r');
    try {
      const { size } = fstatSync(handle);
      const begin = Buffer.alloc(10);
      begin.writeUInt16BE(utf8(name).length, 0);
      begin.writeBigUInt64BE(BigInt(size), 2);
      this.#put(begin.subarray(0, 2));
      this.#put(utf8(name));
      this.#put(begin.subarray(2));
      const digest = createHash('sha256');
      const piece = Buffer.alloc(chunkLength);
      for (let left = size; left > 0;) {
        const read = readSync(handle, piece, 0, Math.min(piece.length, left), null);
        if (read === 0) throw new Error('a file became shorter while it was read');
        digest.update(piece.subarray(0, read));
        this.#put(piece.subarray(0, read));
        left -= read;
      }
      this.#files.push({ name, size, sha256: digest.digest('hex') });
    } finally {
      closeSync(handle);
    }
  }

  /** What was added so far. */
  get files(): BackupManifest['files'] {
    return this.#files;
  }

  /** Writes manifest and signature (64 bytes), and waits until all is on the disk. */
  finish(manifest: string, signature: Uint8Array): { readonly digest: string; readonly size: number } {
    const text = utf8(manifest);
    const begin = Buffer.alloc(6);
    begin.writeUInt32BE(text.length, 2);
    this.#put(begin);
    this.#put(text);
    this.#put(signature);
    this.#chunk('last');
    fsyncSync(this.#handle);
    return { digest: this.#digest.digest('hex'), size: this.#size };
  }

  close(): void {
    this.#cipher.wipe();
    this.#pending.fill(0);
    closeSync(this.#handle);
  }
}
