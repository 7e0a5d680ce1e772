import { closeSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StationFault } from '#shared/faults/station-fault.ts';

/** A held lock; release it last of all. */
export interface FolderLock {
  release(): void;
}

function startOf(pid: number): string | null {
  try {
    // Field 22 of /proc/<pid>/stat is the start time: a reused process id has another.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function alive(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return start === null || now === null || now === start;
}

/**
 * Makes this process the only station on a data folder.
 *
 * STATION-RUNNING when another live process holds it; the lock of a process that is gone is taken over.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'station.lock');
  const own = `${path}.${process.pid}`;
  const content = `${process.pid} ${startOf(process.pid) ?? '-'}\n`;
  const handle = openSync(own, 'w', 0o600);
  writeSync(handle, content);
  closeSync(handle);
  try {
    for (let attempt = 0; ; attempt += 1) {
      try {
        linkSync(own, path);
        return { release: () => rmSync(path, { force: true }) };
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST' || attempt >= 3) throw thrown;
      }
      const [pid = '', start = '-'] = readHolder(path);
      if (alive(Number(pid), start === '-' ? null : start))
        throw new StationFault('STATION-RUNNING', { folder, pid: Number(pid) });
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function readHolder(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').trim().split(' ');
  } catch {
    return [];
  }
}
