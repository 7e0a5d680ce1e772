import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Where a process is ended: at the n-th sync or write of the journal's files, or the n-th send to a device, before it, in the middle of it, or after it. */
export interface CutPoint {
  readonly what: 'sync' | 'write' | 'device';
  /** From 1. */
  readonly number: number;
  /** A sync has no middle. */
  readonly when: 'before' | 'half' | 'after';
}

/** A disk that fails from the n-th write or sync of the journal's files on, with this `errno`. */
export interface DiskFailure {
  readonly what: 'sync' | 'write';
  readonly number: number;
  readonly errno: number;
}

export const nameOfCut = ({ what, number, when }: CutPoint): string => `${what}:${number}:${when}`;

/** Compiles the shim into a folder; its file. The machine's compiler is `cc`, which the set-up asks for. */
export function buildShim(folder: string): string {
  const file = path.join(folder, 'power-cut-shim.so');
  const source = path.join(import.meta.dirname, 'power-cut-shim.c');
  execFileSync('cc', ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-o', file, source, '-ldl', '-lpthread']);
  return file;
}

/** The environment of a process under the shim. */
export function shimEnvironment(options: {
  readonly shim: string;
  readonly watched: string;
  readonly log: string;
  readonly at: CutPoint | null;
  readonly fails?: DiskFailure;
}): Readonly<Record<string, string>> {
  const { shim, watched, log, at, fails } = options;
  return {
    LD_PRELOAD: shim,
    CUT_FOLDER: watched,
    CUT_LOG: log,
    ...(at === null ? {} : { CUT_AT: nameOfCut(at) }),
    ...(fails === undefined ? {} : { CUT_FAIL: `${fails.what}:${fails.number}:${fails.errno}` }),
    // Writes go by calls that can be seen.
    UV_USE_IO_URING: '0',
  };
}
