import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** The CMS's own folder: mode 0700, its files 0600. */
export class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  read(name: string): Buffer | null {
    return existsSync(this.file(name)) ? readFileSync(this.file(name)) : null;
  }

  /** Makes sure that a file exists, readable by its owner only, and returns its path: for what another package opens by itself. */
  reserve(name: string): string {
    closeSync(openSync(this.file(name), 'a', 0o600));
    return this.file(name);
  }

  /** Writes a file whole or not at all: beside it first, then renamed over it. */
  write(name: string, content: string | Uint8Array): void {
    const beside = this.file(`${name}.new`);
    writeFileSync(beside, content, { mode: 0o600, flush: true });
    renameSync(beside, this.file(name));
  }
}
