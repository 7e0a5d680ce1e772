import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepPort, keptPort } from './kept-port.ts';

test('a port is kept while nobody else has it; nonsense is no port', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-port-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'printer.port');
  expect(await keptPort(file)).toBe(0);
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  keepPort(file, `127.0.0.1:${port}`);
  expect(await keptPort(file)).toBe(0);
  server.close();
  await once(server, 'close');
  expect(await keptPort(file)).toBe(port);
  writeFileSync(file, 'x');
  expect(await keptPort(file)).toBe(0);
});
