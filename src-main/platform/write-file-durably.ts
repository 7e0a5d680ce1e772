import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Waits until the names in a folder (a rename) are on the disk. */
export function syncFolder(folder: string): void {
  // Windows opens no folders as files; its rename is journalled by the file system.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Writes a file of mode 0600 so that a crash leaves either the old or the new one, and the new one survives a power cut. */
export function writeFileDurably(path: string, content: string | Uint8Array): void {
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  const handle = openSync(fresh, 'wx', 0o600);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, path);
  syncFolder(dirname(path));
}
