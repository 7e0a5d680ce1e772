import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BatchFlow } from './flows/batch-flow.ts';
import { batchAtCms } from './flows/made-batch.ts';
import { stationCommand } from './stations/command-line.ts';
import type { CommandEnd } from './stations/command-line.ts';
import { lockPatience } from './stations/lock-patience.ts';
import { copyOfFolder, ownFolder } from './stations/own-folder.ts';
import type { OwnFolder } from './stations/own-folder.ts';
import { acquirePcscd, pcscdInstalled } from './stations/pcscd.ts';
import { startStation } from './stations/training-station.ts';

const possible = pcscdInstalled();
const stack = new AsyncDisposableStack();
/** Of the stopped station: a batch made and closed, one that was taken in and one that was refused. */
let data = '';
/** The database as it was before the batch was closed. */
let before: OwnFolder;
let batch = '';

const databaseFiles = ['station.db', 'station.db-wal', 'station.db-shm'];

/** Replaces the database of one folder by that of another. */
function putDatabase(from: string, to: string): void {
  for (const name of databaseFiles) {
    rmSync(path.join(to, name), { force: true });
    if (existsSync(path.join(from, name))) copyFileSync(path.join(from, name), path.join(to, name));
  }
}

beforeAll(async () => {
  if (!possible) return;
  const held = await acquirePcscd();
  stack.defer(() => held.release());
  data = path.join(stack.use(ownFolder('journal')).path, 'station');
  before = stack.use(ownFolder('journal-before'));
  const station = await startStation(data);
  try {
    using window = await station.window();
    await window.logIn('olivia');
    const flow = new BatchFlow(window, await batchAtCms(station, 'emv-debit@1', 2));
    batch = flow.batch;
    await flow.pull();
    await new BatchFlow(window, 'nb-debit-bad').pull();
    const { batch: spoilt } = await station.toCms({
      make: { product: 'gift-print@1', count: 3, hostile: 'foreign-signature' },
    });
    await new BatchFlow(window, String(spoilt)).pull().catch(() => undefined);
    await flow.release();
    await flow.start();
    await flow.made();
    await flow.look();
  } finally {
    await station.end();
  }
  putDatabase(data, before.path);
  const close = await stationCommand(data, 'olivia', ['close', batch, '--approver', 'sofia', '--yes', '--json']);
  expect(close.code, close.out + close.errors).toBe(0);
}, lockPatience);

afterAll(async () => {
  await stack.disposeAsync();
});

function verify(folder: string): Promise<CommandEnd> {
  return stationCommand(folder, 'sofia', ['journal', 'verify', '--json']);
}

test.skipIf(!possible)('the journal is whole', async () => {
  const end = await verify(data);
  expect(end.code, end.out).toBe(0);
  expect(end.json()).toMatchObject({ result: 'whole', findings: [] });
});

test.skipIf(!possible)('every state table of a copy is made anew from the entries, row for row the same', async () => {
  using copy = copyOfFolder(data, 'journal-rebuild');
  const end = await stationCommand(copy.path, 'amira', ['journal', 'rebuild', '--json']);
  expect(end.code, end.out).toBe(0);
  const { tables } = end.json() as { tables: readonly { table: string; rows: number; result: string }[] };
  expect(tables.filter(({ result }) => result !== 'same')).toEqual([]);
  const filled = tables.filter(({ rows }) => rows > 0).map(({ table }) => table);
  expect(filled).toEqual(expect.arrayContaining(['batches', 'orders', 'attempts', 'approvals', 'people', 'looks']));
});

test.skipIf(!possible)(
  'one altered byte of the stored journal is found, wherever it lies, and the file is left as it is',
  async () => {
    using copy = copyOfFolder(data, 'journal-altered');
    const file = path.join(copy.path, 'station.db');
    const whole = readFileSync(file);
    for (const share of [0.11, 0.5, 0.93]) {
      const at = Math.floor(whole.length * share);
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] ?? 0) ^ 0x01;
      writeFileSync(file, altered);
      const end = await verify(copy.path);
      expect({ share, code: end.code, fault: end.json()['error'] }).toMatchObject({
        share,
        code: 5,
        fault: { code: 'JOURNAL-DAMAGED', next: expect.stringContaining('supervisor') as string },
      });
      expect(readFileSync(file).equals(altered)).toBe(true);
    }
    writeFileSync(file, whole);
    expect((await verify(copy.path)).code).toBe(0);
  },
);

test.skipIf(!possible)('an older copy of the database does not start with the token of today', async () => {
  using copy = copyOfFolder(data, 'journal-set-back');
  putDatabase(before.path, copy.path);
  const end = await verify(copy.path);
  expect({ code: end.code, fault: end.json()['error'] }).toMatchObject({
    code: 5,
    fault: { code: 'JOURNAL-SET-BACK' },
  });
});

test.skipIf(!possible)(
  'the report that outlives the closed batch is there, and its card pictures are not',
  async () => {
    const station = await startStation(data);
    try {
      using window = await station.window();
      await window.logIn('olivia');
      const flow = new BatchFlow(window, batch);
      const [card] = await flow.attempts();
      await expect(
        window.call('production.picture', { attempt: card?.attempt ?? '', side: 'front' }),
      ).rejects.toMatchObject({ defined: true });
      expect(await window.call('batches.report', { batch })).toMatchObject({ fileName: `${batch}.pdf` });
    } finally {
      await station.end();
    }
  },
);
