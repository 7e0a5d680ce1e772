import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** The port of this machine that a training device had at its last start, if nobody has it now; else 0, for any free one. */
export async function keptPort(file: string): Promise<number> {
  let port: number;
  try {
    port = Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return 0;
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return 0;
  }
  server.close();
  await once(server, 'close');
  return port;
}

/** Remembers where a training device listens: an enrolment names the address, and holds as long as it stays. */
export function keepPort(file: string, address: string): void {
  writeFileSync(file, address.slice(address.lastIndexOf(':') + 1), { mode: 0o600 });
}
