import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * How a process is started that handles card data: memory that is given back is overwritten. The arguments do it for V8's heap, the
 * variable for everything that glibc's malloc hands out (buffers, drawings, messages between processes); elsewhere it has no effect.
 */
export const forgetful = {
  execArgv: ['--clear-free-memory', '--zero-unused-memory'],
  // Small pieces that a thread keeps for itself would not be overwritten.
  environment: { GLIBC_TUNABLES: 'glibc.malloc.perturb=90:glibc.malloc.tcache_count=0' },
} as const;

/**
 * Bytes of a message that overwrites all that others have left in the one buffer into which Node reads every stream of a process
 * (64 KiB): several times as long, since a message may come in parts.
 */
export const fillerLength = 512 * 1024;

/** V8's own `gc`, as its flag `--expose-gc` describes it. */
type Collect = (options: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'last-resort';
}) => void;

let collect: Collect | null = null;

/** Gives back now what nothing refers to any more, so that it is overwritten; the process stands still meanwhile, for some 100 ms where it is large. */
export function forgetNow(): void {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
  }
  // Any other kind leaves the old copies of strings that were moved.
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
