import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import type { StoreUnderTest } from './conformance.ts';
import { describeKeyPort } from './conformance.ts';
import type { KeyPortOptions } from './open-key-port.ts';
import { openKeyPort } from './open-key-port.ts';
import { prepareTokenStore } from './token-store.ts';
import type { KeyLogger } from './worker-process.ts';

const modulePath = '/usr/lib/softhsm/libsofthsm2.so';
const pin = new Secret('0123456789abcdef0123456789abcdef');
const folders: string[] = [];
const { signal } = new AbortController();

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cardwright-keys-'));
  folders.push(folder);
  return folder;
}
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** The log names the process of each worker: a test ends that one and no other. */
function storeOver(options: KeyPortOptions): StoreUnderTest {
  let latest = 0;
  const logger: KeyLogger = {
    info: (fields, text) => {
      if (text === 'key process started') latest = Number((fields as { process?: number }).process);
    },
    warn: () => {},
  };
  return {
    open: () => openKeyPort(options, { logger }),
    crash: () => void process.kill(latest, 'SIGKILL'),
  };
}

describeKeyPort('node:crypto', async () => storeOver({ kind: 'node-crypto', folder: newFolder(), pin }));

if (existsSync(modulePath)) {
  describeKeyPort('SoftHSM2', async () => {
    const logger: KeyLogger = { info: () => {}, warn: () => {} };
    const request = { folder: newFolder(), modulePath, tokenLabel: 'cardwright training', pin };
    const { moduleEnvironment } = await prepareTokenStore(request, { logger, signal });
    const { tokenLabel } = request;
    return storeOver({ kind: 'pkcs11', modulePath, tokenLabel, pin, stationName: 'station-1', moduleEnvironment });
  });
} else {
  test.skip(`SoftHSM2: ${modulePath} is not installed`, () => {});
  process.stderr.write(`key port over SoftHSM2 not tested: ${modulePath} is not installed\n`);
}
