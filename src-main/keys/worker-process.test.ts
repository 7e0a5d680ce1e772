import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import { openKeyPort } from './open-key-port.ts';
import { WorkerProcess } from './worker-process.ts';

const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'cardwright-worker-'));
afterAll(() => rmSync(folder, { recursive: true }));

function started(): { readonly worker: WorkerProcess; readonly process: number } {
  let pid = 0;
  const info = (fields: object): void => {
    pid = Number((fields as { process: number }).process);
  };
  const worker = new WorkerProcess({}, { info, warn: () => {} });
  return { worker, process: pid };
}

const opening = { kind: 'node-crypto', folder, pin: 'a pin that stands nowhere' } as const;

test('a worker that does not answer in time is ended, and everything under way with it', async () => {
  const { worker, process: pid } = started();
  await worker.call({ kind: 'open', opening }, { act: 'open', milliseconds: 20_000, signal });
  process.kill(pid, 'SIGSTOP');
  const list = { kind: 'act', act: 'list', input: [] } as const;
  const other = worker.call(list, { act: 'list', milliseconds: 20_000, signal });
  const lost = expect(other).rejects.toMatchObject({ code: 'KEYS-WORKER-LOST', details: { act: 'list' } });
  await expect(worker.call(list, { act: 'list', milliseconds: 200, signal })).rejects.toMatchObject({
    code: 'KEYS-DEADLINE',
    details: { act: 'list', seconds: 1 },
  });
  await lost;
  expect(worker.alive).toBe(false);
  await worker.close();
});

test('the worker has neither the PIN nor the environment of the station', async () => {
  process.env['CARDWRIGHT_TEST_MARK'] = 'must not be handed on';
  const { worker, process: pid } = started();
  await worker.call({ kind: 'open', opening }, { act: 'open', milliseconds: 20_000, signal });
  const seen = readFileSync(`/proc/${pid}/environ`, 'latin1') + readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  expect(seen).not.toMatch(/CARDWRIGHT_TEST_MARK|NODE_OPTIONS|stands nowhere/);
  await worker.close();
});

test.each(['unknown', 'constructor', 'close'])('an act named %s is refused', async (act) => {
  const { worker } = started();
  await worker.call({ kind: 'open', opening }, { act: 'open', milliseconds: 20_000, signal });
  const request = { kind: 'act', act: act as 'list', input: [] } as const;
  await expect(worker.call(request, { act, milliseconds: 5_000, signal })).rejects.toMatchObject({
    code: 'KEYS-REFUSED',
  });
  await worker.close();
});

test('the key file shows no material, is for this user only, and a wrong PIN or damage opens nothing', async () => {
  const own = join(folder, 'own');
  const options = { kind: 'node-crypto', folder: own, pin: new Secret('right') } as const;
  const logger = { info: () => {}, warn: () => {} };
  const keys = await openKeyPort(options, { logger });
  await keys.prepareStation([], 'test', signal);
  await keys.close();
  const file = join(own, 'keys.json');
  const text = readFileSync(file, 'utf8');
  expect([statSync(file).mode & 0o777, statSync(own).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(Object.keys(JSON.parse(text) as object)).toEqual(['format', 'version', 'salt', 'nonce', 'sealed']);
  const wrong = { ...options, pin: new Secret('wrong') };
  await expect(openKeyPort(wrong, { logger })).rejects.toMatchObject({ code: 'KEYS-PIN' });
  writeFileSync(file, text.slice(0, -30));
  await expect(openKeyPort(options, { logger })).rejects.toMatchObject({ code: 'KEYS-STORE-DAMAGED' });
});
