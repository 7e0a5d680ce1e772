import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';

/** The longest path that sockaddr_un carries on every system we run on (104 bytes on macOS, its closing zero included). */
const LONGEST_SOCKET_PATH = 103;

/**
 * Where the station of a data folder listens for the command line: a socket in that folder, a named pipe on Windows. A folder whose
 * path is too long for a socket gets one under a short name in a folder of this user's own (made by the listener, mode 0700).
 */
export function localSocketPath(dataFolder: string, platform: NodeJS.Platform = process.platform): string {
  const folder = path.resolve(dataFolder);
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  if (platform === 'win32') return `\\\\.\\pipe\\cardwright-${name}`;
  const inside = path.join(folder, 'station.sock');
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH) return inside;
  return path.join(os.tmpdir(), `cardwright-${process.getuid?.() ?? 'user'}`, `${name}.sock`);
}
