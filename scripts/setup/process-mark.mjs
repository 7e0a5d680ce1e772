import { readFileSync } from 'node:fs';

/** What tells one process from a later one with the same id: written into locks. */
export function processMark(pid) {
  return { pid, started: startOf(pid) };
}

/** Whether the process of a mark still runs. */
export function stillRuns(mark) {
  const started = startOf(mark.pid);
  if (started !== undefined) return mark.started === undefined || mark.started === started;
  if (process.platform === 'linux') return false;
  try {
    process.kill(mark.pid, 0);
    return true;
  } catch (fault) {
    return fault.code === 'EPERM';
  }
}

/** Start time in ticks since boot, where /proc tells it; a zombie counts as ended. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
