import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CutRecord } from './cut-log.ts';
import type { Seeded } from './seeded.ts';

/**
 * What becomes of writes that no sync had confirmed when the power went.
 *
 * `kept`: all are on the disk, as after a SIGKILL. `lost`: none is. `torn`: each is there, is not there, or is there in some of its
 * 512-byte sectors, whatever the order they were written in.
 */
export type Unsynced =
  { readonly kind: 'kept' } | { readonly kind: 'lost' } | { readonly kind: 'torn'; readonly by: Seeded };

type Change = Extract<CutRecord, { kind: 'written' | 'truncated' }>;

interface FileOnDisk {
  /** As the last sync of the file left it. */
  durable: Buffer;
  readonly pending: Change[];
  /** Whether the folder's entry for it is certain to be there, certain not to be, or neither. */
  entry: 'there' | 'absent' | 'made-unsynced' | 'removed-unsynced';
}

const sector = 512;

function applied(content: Buffer, change: Change, part: (bytes: Uint8Array, at: number) => boolean): Buffer {
  if (change.kind === 'truncated') {
    const cut = Buffer.alloc(change.length);
    content.copy(cut, 0, 0, Math.min(change.length, content.length));
    return cut;
  }
  let grown = content;
  for (let at = 0; at < change.bytes.length;) {
    // Sectors of the disk, not of the write.
    const inSector = sector - ((change.offset + at) % sector);
    const bytes = change.bytes.subarray(at, at + inSector);
    const offset = change.offset + at;
    if (part(bytes, offset)) {
      if (grown.length < offset + bytes.length) {
        grown = Buffer.concat([grown, Buffer.alloc(offset + bytes.length - grown.length)]);
      }
      grown.set(bytes, offset);
    }
    at += bytes.length;
  }
  return grown;
}

/**
 * The disk of a station, folded from what the shim saw: the model is strict. A write is safe once its own file was synced after it; a new
 * name, a removal or a new name in place of an old one is safe once the folder itself was synced after it. Of anything else nothing is promised.
 */
export class DiskImage {
  readonly #folder: string;
  readonly #files = new Map<string, FileOnDisk>();

  /** `folder` is the one inside the watched folder whose files the image holds; what lies there now is safe. */
  constructor(watched: string, folder: string) {
    this.#folder = folder;
    const whole = path.join(watched, folder);
    for (const name of readdirSync(whole)) {
      if (name.endsWith('-shm')) continue;
      const durable = readFileSync(path.join(whole, name));
      this.#files.set(`${folder}/${name}`, { durable, pending: [], entry: 'there' });
    }
  }

  /** Takes in the next record; others than those of this folder change nothing. The index beside the write-ahead log is memory, not disk. */
  apply(record: CutRecord): void {
    if (!('file' in record) || record.file.endsWith('-shm')) return;
    if (record.kind === 'synced' && record.file === this.#folder) return this.#syncFolder();
    if (path.dirname(record.file) !== this.#folder) return;
    switch (record.kind) {
      case 'made':
        return this.#make(record.file, record.emptied);
      case 'written':
      case 'truncated':
        this.#file(record.file).pending.push(record);
        return;
      case 'synced':
        return this.#sync(this.#file(record.file));
      case 'removed': {
        const file = this.#file(record.file);
        file.entry = file.entry === 'made-unsynced' || file.entry === 'absent' ? 'absent' : 'removed-unsynced';
        return;
      }
      case 'renamed':
        throw new Error(`the model knows no renaming: ${record.file}`);
    }
  }

  #file(name: string): FileOnDisk {
    const file = this.#files.get(name) ?? { durable: Buffer.alloc(0), pending: [], entry: 'made-unsynced' as const };
    this.#files.set(name, file);
    return file;
  }

  #make(name: string, emptied: 'yes' | 'no'): void {
    const known = this.#files.get(name);
    if (known === undefined || known.entry === 'absent' || known.entry === 'removed-unsynced') {
      this.#files.set(name, { durable: Buffer.alloc(0), pending: [], entry: 'made-unsynced' });
    } else if (emptied === 'yes') {
      known.pending.push({ kind: 'truncated', file: name, length: 0 });
    }
  }

  #sync(file: FileOnDisk): void {
    for (const change of file.pending.splice(0)) file.durable = applied(file.durable, change, () => true);
  }

  #syncFolder(): void {
    for (const file of this.#files.values()) {
      if (file.entry === 'made-unsynced') file.entry = 'there';
      if (file.entry === 'removed-unsynced') file.entry = 'absent';
    }
  }

  /** Bytes that no sync has confirmed. */
  get unsynced(): number {
    let bytes = 0;
    for (const { pending } of this.#files.values())
      for (const change of pending) bytes += change.kind === 'written' ? change.bytes.length : 0;
    return bytes;
  }

  /** The files as they are found when the power comes back, by name. */
  after(unsynced: Unsynced): ReadonlyMap<string, Buffer> {
    const found = new Map<string, Buffer>();
    for (const [name, file] of this.#files) {
      if (!isThere(file.entry, unsynced)) continue;
      found.set(path.basename(name), contentAfter(file, unsynced));
    }
    return found;
  }

  /** Puts these files, and no others, into a folder. */
  static write(files: ReadonlyMap<string, Buffer>, folder: string): void {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of files) writeFileSync(path.join(folder, name), content);
  }
}

function isThere(entry: FileOnDisk['entry'], unsynced: Unsynced): boolean {
  switch (entry) {
    case 'there':
      return true;
    case 'absent':
      return false;
    case 'made-unsynced':
      return unsynced.kind === 'kept' || (unsynced.kind === 'torn' && unsynced.by.below(2) === 0);
    case 'removed-unsynced':
      return unsynced.kind === 'lost' || (unsynced.kind === 'torn' && unsynced.by.below(2) === 0);
  }
}

function contentAfter(file: FileOnDisk, unsynced: Unsynced): Buffer<ArrayBufferLike> {
  let content: Buffer<ArrayBufferLike> = Buffer.from(file.durable);
  if (unsynced.kind === 'lost') return content;
  for (const change of file.pending) {
    const fate = unsynced.kind === 'kept' ? 0 : unsynced.by.below(3);
    if (fate === 1 || (fate === 2 && change.kind === 'truncated')) continue;
    content = applied(content, change, () => fate === 0 || (unsynced.kind === 'torn' && unsynced.by.below(2) === 0));
  }
  return content;
}
