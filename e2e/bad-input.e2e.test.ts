import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BatchFlow } from './flows/batch-flow.ts';
import { provePairings } from './flows/prove-pairings.ts';
import { inStep, releasedBatch } from './flows/made-batch.ts';
import { runProgram, stationCommand } from './stations/command-line.ts';
import { eventually } from './stations/eventually.ts';
import { lockPatience } from './stations/lock-patience.ts';
import { ownFolder } from './stations/own-folder.ts';
import { acquirePcscd, pcscdInstalled } from './stations/pcscd.ts';
import { programs } from './stations/programs.ts';
import { configureMachines, startStation, StationRefused, writeConfiguration } from './stations/training-station.ts';
import type { RunningStation } from './stations/training-station.ts';
import { startMachines } from './stations/virtual-machines.ts';
import type { VirtualMachines } from './stations/virtual-machines.ts';
import type { WindowClient } from './stations/window-client.ts';

const possible = pcscdInstalled();
const stack = new AsyncDisposableStack();
let station: RunningStation;
let machines: VirtualMachines;
let window: WindowClient;

beforeAll(async () => {
  if (!possible) return;
  const held = await acquirePcscd();
  stack.defer(() => held.release());
  const folder = stack.use(ownFolder('bad-input'));
  machines = stack.use(await startMachines(held.readers, folder.path));
  const data = path.join(folder.path, 'station');
  configureMachines(data, machines);
  station = stack.use(await startStation(data));
  window = stack.use(await station.window());
  await window.logIn('olivia');
  await provePairings(window);
}, lockPatience);

afterAll(async () => {
  await stack.disposeAsync();
});

/** How the CMS can spoil a batch on its way, and the code that refuses it. */
const hostile = {
  unsigned: 'INTAKE-MANIFEST-UNSIGNED',
  'foreign-signature': 'INTAKE-SIGNATURE',
  'altered-manifest': 'INTAKE-SIGNATURE',
  'header-not-allowed': 'INTAKE-MANIFEST-HEADER',
  'truncated-manifest': 'INTAKE-MANIFEST-CUT-OFF',
  'truncated-records': 'INTAKE-RECORDS-MISSING',
  'reordered-records': 'INTAKE-RECORD-ORDER',
  'over-many-records': 'INTAKE-RECORDS-TOO-MANY',
  'over-long-record': 'INTAKE-RECORD-TOO-LONG',
  'wrong-content-key': 'INTAKE-CONTENT-KEY',
  'wrong-encryption': 'INTAKE-RECORD-ENCRYPTION',
  'record-header-not-allowed': 'INTAKE-RECORD-HEADER',
  'wrong-audience': 'INTAKE-AUDIENCE',
  'future-version': 'INTAKE-MANIFEST-VERSION',
  'wrong-product-version': 'INTAKE-PRODUCT-VERSION',
  'live-environment': 'INTAKE-LIVE-IN-TRAINING',
  'digest-differs': 'INTAKE-RECORD-DIGEST',
  'garbage-manifest': 'INTAKE-MANIFEST-FORM',
  'wrong-count': 'INTAKE-MANIFEST-COUNT',
  'another-batch': 'INTAKE-OTHER-BATCH',
} as const;

describe('a spoilt batch', () => {
  test.skipIf(!possible).each(Object.entries(hostile))('%s is refused in plain words', async (kind, code) => {
    const { batch } = await station.toCms({ make: { product: 'emv-debit@1', count: 3, hostile: kind } });
    const end = await stationCommand(station.data, 'oscar', ['pull', String(batch), '--json']);
    const { error } = end.json() as { error: { code: string; text: string; next: string } };
    expect({ exit: end.code, code: error.code }).toEqual({ exit: 1, code });
    // A sentence for a person, and a next step.
    expect(error.text).toMatch(/^[A-Z].*[.!?]$/s);
    expect(error.next).toMatch(/[.!?]$/);
    expect(await new BatchFlow(window, String(batch)).view()).toMatchObject({ state: 'refused' });
  });

  test.skipIf(!possible)('a batch that was taken in already is not taken in again', async () => {
    const flow = new BatchFlow(window, 'mc-club-0001');
    await flow.pull();
    await station.toCms({ offerAgain: { batch: flow.batch } });
    await expect(flow.pull()).rejects.toMatchObject({ data: { code: 'INTAKE-BATCH-KNOWN' } });
    expect(await flow.view()).toMatchObject({ state: 'ready', counts: { ready: 25 } });
  });

  test.skipIf(!possible)('bad records are held one by one with what was found, and the rest go on', async () => {
    const flow = new BatchFlow(window, 'nb-debit-bad');
    const { counts } = await flow.pull();
    expect(counts).toMatchObject({ held: expect.any(Number) as number });
    expect(counts.held).toBeGreaterThan(20);
    expect(counts.ready).toBeGreaterThan(0);
    const { records } = await window.call<{
      records: readonly { state: string; findings: readonly { code: string; text: string }[] }[];
    }>('batches.records', { batch: flow.batch, filter: { state: 'with-findings', text: '' }, limit: 500 });
    const codes = new Set(records.flatMap(({ findings }) => findings.map(({ code }) => code)));
    expect(codes.size).toBeGreaterThan(15);
    expect(records.every(({ findings }) => findings.every(({ text }) => /^[A-Z].*\.$/s.test(text)))).toBe(true);
  });
});

describe('garbage', () => {
  test.skipIf(!possible)('from the CMS is trouble that passes', async () => {
    await station.toCms({ answer: { kind: 'garbage', times: 2 } });
    await window.call('batches.available').then(
      () => undefined,
      (fault: unknown) => expect(fault).toMatchObject({ defined: true, data: { next: expect.any(String) as string } }),
    );
    await station.toCms({ answer: { kind: 'normal' } });
    await inStep(window);
    expect(await window.call('batches.available')).toHaveProperty('batches');
  });

  test.skipIf(!possible)('from a printer and from a card costs a blank at most', async () => {
    await machines.lines[0].toPrinter({ fault: 'garbage', on: 'Se' });
    await machines.lines[1].toCard({ fault: 'garbage-at-apdu', n: 11 });
    const flow = await releasedBatch(station, window, 4);
    await flow.start();
    await flow.made();
    const attempts = await flow.attempts();
    const good = attempts.filter(({ disposition }) => disposition === 'good');
    expect(new Set(good.map(({ order }) => order)).size).toBe(4);
    expect(good).toHaveLength(4);
    expect(attempts.filter(({ disposition }) => disposition === 'rejected')).toHaveLength(1);
    expect(await flow.balance()).toMatchObject({ fed: 5, good: 4, rejected: 1, difference: 0 });
    await flow.look();
    await flow.close();
  });

  test.skipIf(!possible)('in a window’s frame does not end the station', async () => {
    await expect(window.call('session.logIn', { person: 7 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(window.call('batches.get', { batch: 7 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(window.call('batches.nothing', {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await window.call('session.hello')).toMatchObject({ mode: 'training' });
  });
});

describe('words that the command line does not know', () => {
  test.each([
    [['pul'], 'pull'],
    [['journal', 'verfy'], 'verify'],
    [['status', '--dta', 'x'], '--data'],
  ])('%j end with 2 and the nearest word', async (words, nearest) => {
    const end = await runProgram(programs.commandLine, words);
    expect(end.code).toBe(2);
    expect(end.errors).toContain(nearest);
  });

  test('of a start are answered before anything is started', async () => {
    const end = await runProgram(programs.launch, ['--demmo']);
    expect({ code: end.code, out: end.out }).toEqual({ code: 2, out: '' });
    expect(end.errors).toContain('--demo');
  });
});

describe('a data folder that is not right', () => {
  /** A folder whose station would touch no machine of this computer. */
  function folderWith(data: string, members: Readonly<Record<string, unknown>> = {}): void {
    const link = { kind: 'tcp', host: '127.0.0.1', port: 9 };
    const printer = { driver: 'evolis', serial: 'NONE-1', model: 'None', environment: 'test', link };
    const lines = [{ line: 'line-1', title: 'Line 1', printer, reader: null }];
    writeConfiguration(data, { hsm: { kind: 'files' }, machines: { kind: 'configured', lines }, ...members });
  }

  async function refusalOf(data: string): Promise<StationRefused> {
    const outcome = await startStation(data).catch((fault: unknown) => fault);
    if (outcome instanceof StationRefused) return outcome;
    if (!(outcome instanceof Error)) await (outcome as RunningStation).end();
    throw new Error('the station was not refused', { cause: outcome });
  }

  test('an unknown key in the configuration is named', async () => {
    using folder = ownFolder('configuration');
    folderWith(folder.path, { colour: 'green' });
    const text = readFileSync(path.join(folder.path, 'station.json'), 'utf8');
    const refusal = await refusalOf(folder.path);
    expect(refusal.code).toBe('STATION-CONFIGURATION');
    expect(refusal.message).toContain('colour');
    expect(readFileSync(path.join(folder.path, 'station.json'), 'utf8')).toBe(text);
  });

  test('a configuration that is no JSON is named', async () => {
    using folder = ownFolder('configuration');
    writeFileSync(path.join(folder.path, 'station.json'), '{ version: 1');
    expect(await refusalOf(folder.path)).toMatchObject({ code: 'STATION-CONFIGURATION' });
  });

  test.each([
    ['some text', Buffer.from('this is no database\n'.repeat(400))],
    ['a database of another program', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_176)])],
    ['random bytes', Buffer.from(Array.from({ length: 8_192 }, (_none, at) => (at * 197 + 31) % 251))],
  ])('%s in the place of the journal is refused and left as it is', async (_name, content) => {
    using folder = ownFolder('foreign');
    mkdirSync(folder.path, { recursive: true });
    folderWith(folder.path);
    const file = path.join(folder.path, 'station.db');
    writeFileSync(file, content);
    const refusal = await refusalOf(folder.path);
    expect(refusal.code).toMatch(/^JOURNAL-(FOREIGN|WRONG-KEY|DAMAGED)$/);
    expect(refusal.next).toContain('left as it is');
    expect(readFileSync(file).equals(content)).toBe(true);
  });
});

test.skipIf(!possible)('after all of this the station works and its journal is whole', async () => {
  await eventually('the lines idle', async () => {
    const { lines } = await window.call<{ lines: readonly { state: string }[] }>('production.lines');
    return lines.every(({ state }) => state === 'idle') ? 'yes' : undefined;
  });
  const verify = await stationCommand(station.data, 'sofia', ['journal', 'verify', '--json']);
  expect({ code: verify.code, ...verify.json() }).toMatchObject({ code: 0, result: 'whole', findings: [] });
});
