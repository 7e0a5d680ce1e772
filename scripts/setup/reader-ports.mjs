import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const reservedFile = '/proc/sys/net/ipv4/ip_local_reserved_ports';
/** The slots of Debian's vpcd listen here, in the middle of what the system hands out to other sockets by itself. */
const slots = [35_963, 35_964];

/** The kernel's list with the slots in it: `8080,9000-9010` (Linux, networking/ip-sysctl, ip_local_reserved_ports). */
export function withReaderPorts(list) {
  const ranges = list.trim().split(',').filter(Boolean);
  const covers = (port) =>
    ranges.some((range) => {
      const [first, last = first] = range.split('-').map(Number);
      return first <= port && port <= last;
    });
  return [...ranges, ...slots.filter((port) => !covers(port)).map(String)].join(',');
}

/**
 * Keeps the system from giving a virtual reader's port to another program: pcscd would then come up without that reader. Needs root and
 * holds until the machine is started anew; a program may still ask for such a port by number. Without root nothing is changed.
 */
export function reserveReaderPorts(file = reservedFile) {
  if (process.platform !== 'linux' || !existsSync(file)) return;
  try {
    const now = readFileSync(file, 'utf8').trim();
    const wanted = withReaderPorts(now);
    if (wanted !== now) writeFileSync(file, wanted);
  } catch {
    // Not root, or a container that may not set it: the readers are then found missing by those who need them, and said.
  }
}
