import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds that a process has had on a processor, all its threads, as Linux tells it; NaN elsewhere. Others on the machine do not count into it. */
export function processorTime(process: number): number {
  try {
    const threads = readdirSync(`/proc/${process}/task`);
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${process}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
  } catch {
    return Number.NaN;
  }
}
