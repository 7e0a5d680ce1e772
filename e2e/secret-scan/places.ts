import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Finding, Scanner } from './scanner.ts';

const piece = 16 * 1024 * 1024;
const pageSize = 4096;

/** Scans one file from end to end. */
export function scanFile(scanner: Scanner, file: string): readonly Finding[] {
  return scanner.scan(readFileSync(file), path.basename(file));
}

/** Scans every file of a folder, its names too; sockets and pipes hold nothing. */
export function scanFolder(scanner: Scanner, folder: string): { readonly files: number; readonly findings: Finding[] } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const findings = files.flatMap((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    return [
      ...scanner.scan(Buffer.from(name), 'a file name'),
      ...(statSync(file).size > 0 ? scanner.scan(readFileSync(file), name) : []),
    ];
  });
  return { files: files.length, findings };
}

/** A process and all that it started, as `/proc` names them now. */
export function processTree(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      // `stat`: pid (name) state parent; the name may hold blanks and brackets. proc(5).
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It has ended since.
    }
  }
  const within = (each: number): boolean => each === pid || (parents.has(each) && within(parents.get(each) ?? 0));
  return [...parents.keys()].filter((each) => within(each));
}

export function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
}

/** Scans what a process was started with: arguments and environment. */
export function scanStart(scanner: Scanner, pid: number): readonly Finding[] {
  return ['cmdline', 'environ'].flatMap((name) =>
    scanner.scan(readFileSync(`/proc/${pid}/${name}`), `${name} of ${commandOf(pid).slice(0, 80)}`),
  );
}

/** What a core of a process would hold: every page that is its own, or that it may write to. The process stands still meanwhile. */
export function scanMemory(
  scanner: Scanner,
  pid: number,
): { readonly megabytes: number; readonly findings: readonly Finding[] } {
  process.kill(pid, 'SIGSTOP');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const map = openSync(`/proc/${pid}/pagemap`, 'r');
  const findings: Finding[] = [];
  const buffer = Buffer.alloc(piece);
  let total = 0;
  try {
    for (const { from, upTo, name } of regionsOf(pid).flatMap((region) => presentParts(map, region))) {
      for (let at = from; at < upTo; at += piece - scanner.overlap) {
        const wanted = Math.min(piece, upTo - at);
        const read = readPiece(memory, buffer, wanted, at);
        total += read;
        findings.push(...scanner.scan(buffer.subarray(0, read), name, at));
        if (upTo - at <= piece) break;
      }
    }
  } finally {
    closeSync(memory);
    closeSync(map);
    process.kill(pid, 'SIGCONT');
  }
  return { megabytes: Math.round(total / 1_048_576), findings };
}

/** A region that is only reserved has no page to read. */
function readPiece(memory: number, buffer: Buffer, wanted: number, at: number): number {
  try {
    return readSync(memory, buffer, 0, wanted, at);
  } catch (fault) {
    if (['EIO', 'EFAULT'].includes((fault as NodeJS.ErrnoException).code ?? '')) return 0;
    throw fault;
  }
}

/** The runs of pages of a region that exist; V8 and others reserve a hundred times what they use. `pagemap`: 8 bytes a page, bit 63 present, 62 swapped. */
function presentParts(map: number, { from, upTo, name }: Region): readonly Region[] {
  const entries = Buffer.alloc(((upTo - from) / pageSize) * 8);
  const read = readSync(map, entries, 0, entries.length, (from / pageSize) * 8);
  const parts: Region[] = [];
  let begun: number | null = null;
  for (let at = 0; at <= read; at += 8) {
    const present = at < read && (entries[at + 7] ?? 0) >= 0x40;
    const address = from + (at / 8) * pageSize;
    if (present) begun ??= address;
    else if (begun !== null) {
      parts.push({ from: begun, upTo: address, name });
      begun = null;
    }
  }
  return parts;
}

interface Region {
  readonly from: number;
  readonly upTo: number;
  readonly name: string;
}

/** Readable mappings without those that are a file's unchanged bytes. proc(5), `maps`. */
function regionsOf(pid: number): readonly Region[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line): Region[] => {
      const found = /^([0-9a-f]+)-([0-9a-f]+) (r)(.)..\s+\S+\s+\S+\s+\d+\s*(.*)$/.exec(line);
      if (found === null) return [];
      const [, from = '', upTo = '', , write = '', name = ''] = found;
      const unchanged = write !== 'w' && name.startsWith('/');
      if (unchanged || /^\[(vvar|vdso|vsyscall)/.test(name)) return [];
      return [
        { from: Number.parseInt(from, 16), upTo: Number.parseInt(upTo, 16), name: name === '' ? 'anonymous' : name },
      ];
    });
}
