import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface MachineLock {
  readonly file: string;
  readonly release: () => Promise<void>;
}

interface Holder {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot: a reused process id does not pass for the holder. */
  readonly started: string;
  readonly id: string;
}

let taken = 0;

/**
 * A lock of the whole machine by name, for processes that know nothing of each other: a file in the temporary folder that holds
 * its owner. Waits up to `waitMs` (20 minutes); the file of a dead owner is taken over. Two holders in one process exclude each other too.
 */
export async function acquireMachineLock(
  name: string,
  options: { signal?: AbortSignal; waitMs?: number; folder?: string } = {},
): Promise<MachineLock> {
  const file = path.join(options.folder ?? tmpdir(), `${name}.lock`);
  const me: Holder = {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    id: `${process.pid}-${Date.now()}-${(taken += 1)}`,
  };
  const deadline = Date.now() + (options.waitMs ?? 20 * 60_000);
  for (;;) {
    options.signal?.throwIfAborted();
    if (take(file, me)) break;
    removeIfDead(file, me);
    if (Date.now() > deadline) throw new Error(`${file} stays held by process ${readHolder(file)?.pid ?? '?'}`);
    await sleep(50 + Math.random() * 100, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
  const release = (): Promise<void> => {
    process.off('exit', drop);
    drop();
    return Promise.resolve();
  };
  const drop = (): void => {
    if (readHolder(file)?.id === me.id) rmSync(file, { force: true });
  };
  process.once('exit', drop);
  return { file, release };
}

/** Written beside and linked into place: the lock file never exists without its owner's name in it. */
function take(file: string, me: Holder): boolean {
  const draft = `${file}.${me.id}`;
  writeFileSync(draft, JSON.stringify(me), { mode: 0o644 });
  try {
    linkSync(draft, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Only one of several waiters may clear a dead owner's file, and never the file of the one who was quicker. */
function removeIfDead(file: string, me: Holder): void {
  const seen = readHolder(file);
  if (seen === undefined || alive(seen)) return;
  const broom = `${file}.broom`;
  if (!take(broom, me)) {
    if (ageMs(broom) > 10_000) rmSync(broom, { force: true });
    return;
  }
  try {
    if (readHolder(file)?.id === seen.id) rmSync(file, { force: true });
  } finally {
    rmSync(broom, { force: true });
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function alive(holder: Holder): boolean {
  const started = startOf(holder.pid);
  if (started !== undefined) return holder.started === '' || started === holder.started;
  if (process.platform === 'linux') return false;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start time of a process, undefined once it has ended; a zombie has ended. */
export function startOf(pid: number): string | undefined {
  try {
    // Field 22; the name in field 2 may hold blanks, so count from behind its bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function ageMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
