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

/** Usages of the issuer's keys that a release statement names. */
function keysNamed(statement: string): readonly string[] {
  return [...statement.matchAll(/Key ([a-z0-9-]+)\/northbank\/\d/g)].map(([, usage = '']) => usage).toSorted();
}

test.skipIf(!possible)('the keys lie in the token and not in a file', () => {
  expect(['token', 'keys'].map((folder) => existsSync(path.join(station.data, folder)))).toEqual([true, false]);
});

/** Products whose blanks are not those that a training station begins with. */
const blanks: Readonly<Record<string, string>> = {
  'debit-scp02-dda@1': 'northbank-emv-scp02',
  'debit-dual-cda@1': 'northbank-emv-dual',
  'debit-loaded-dda@1': 'northbank-emv-factory',
};

async function loadBlanks(kind: string): Promise<void> {
  for (const line of [1, 2]) await window.call('stock.load', { lot: `LOT-${kind}-${line}`, line: `line-${line}` });
}

const issuerKeys = ['cvk', 'imk-ac', 'imk-smc', 'imk-smi', 'issuer-rsa'];

test.skipIf(!possible).each([
  ['emv-debit@1', ['dgi-transport'], 4],
  ['debit-online-sda@1', issuerKeys, 2],
  ['debit-online-dda@1', issuerKeys, 4],
  ['debit-loyalty-dual@1', issuerKeys, 4],
  ['debit-offline-cda@1', ['cvk', 'dgi-transport', 'imk-ac', 'imk-smc', 'imk-smi', 'issuer-rsa'], 4],
  ['debit-scp02-dda@1', issuerKeys, 2],
  ['debit-loaded-dda@1', ['cvk', 'imk-ac', 'imk-smc', 'imk-smi', 'issuer-rsa', 'kmc-scp03'], 2],
  ['debit-dual-cda@1', ['cvk', 'dgi-transport', 'imk-ac', 'imk-smc', 'imk-smi', 'issuer-rsa'], 2],
] as const)(
  'a batch of %s goes from the CMS to its close, by the keys that its release names',
  async (product, keys, count) => {
    await loadBlanks(blanks[product] ?? 'northbank-emv-contact');
    const flow = new BatchFlow(window, await batchAtCms(station, product, count));
    await flow.pull();
    expect((await flow.until('ready')).counts).toMatchObject({ total: count, ready: count, held: 0 });
    expect(keysNamed(await flow.release())).toEqual(keys);
    await flow.start();
    await flow.made();
    await flow.look();
    const attempts = await flow.attempts();
    expect(attempts.map(({ disposition }) => disposition)).toEqual(Array(count).fill('good'));
    expect(await flow.balance()).toMatchObject({ fed: count, good: count, difference: 0 });
    await flow.close();
  },
);
