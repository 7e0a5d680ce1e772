import { readdirSync, readFileSync } from 'node:fs';

/** What a program holds, in KB, once so many cards were made. */
export interface MemorySample {
  readonly cards: number;
  /** Resident set of the station. */
  readonly resident: number;
  /** Heap in use after a collection. */
  readonly heap: number;
  /** Buffers outside the heap after a collection. */
  readonly outside: number;
  /** Resident set of the process that is watched beside it; 0 where the system does not tell. */
  readonly child: number;
}

/** Resident set of a process in KB, as Linux tells it; 0 elsewhere. */
function residentOf(process: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The child of a process whose command line names the given program; 0 where the system does not tell. */
export function childNamed(parent: number, program: string): number {
  try {
    for (const thread of readdirSync(`/proc/${parent}/task`)) {
      const children = readFileSync(`/proc/${parent}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean);
      const found = children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(program));
      if (found !== undefined) return Number(found);
    }
  } catch {
    return 0;
  }
  return 0;
}

/** What this process holds now; `collect` gives back first what is no longer used. */
export function sampleNow(cards: number, collect: () => void, child: number): MemorySample {
  collect();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const kilobytes = (bytes: number) => Math.round(bytes / 1024);
  return {
    cards,
    resident: kilobytes(rss),
    heap: kilobytes(heapUsed),
    outside: kilobytes(Math.max(external, arrayBuffers)),
    child: residentOf(child),
  };
}

/** KB that a thousand cards add: the slope of the straight line nearest to the samples. */
export function slopeOf(samples: readonly MemorySample[], of: (sample: MemorySample) => number): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ cards }) => cards)), mean(samples.map(of))];
  const above = samples.reduce((sum, sample) => sum + (sample.cards - x) * (of(sample) - y), 0);
  const below = samples.reduce((sum, sample) => sum + (sample.cards - x) ** 2, 0);
  return (above / below) * 1000;
}

/** Means of the first and the last quarter of the samples. */
export function quartersOf(
  samples: readonly MemorySample[],
  of: (sample: MemorySample) => number,
): { readonly first: number; readonly last: number } {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const mean = (few: readonly MemorySample[]) => few.reduce((sum, sample) => sum + of(sample), 0) / few.length;
  return { first: mean(samples.slice(0, quarter)), last: mean(samples.slice(-quarter)) };
}
