import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BatchFlow } from './flows/batch-flow.ts';
import { batchAtCms, inStep } from './flows/made-batch.ts';
import { runProgram, stationCommand } from './stations/command-line.ts';
import type { CommandEnd } from './stations/command-line.ts';
import { copyOfFolder, ownFolder } from './stations/own-folder.ts';
import { programs } from './stations/programs.ts';
import { startProgram } from './stations/started-program.ts';
import { startStation, writeConfiguration } from './stations/training-station.ts';
import type { RunningStation } from './stations/training-station.ts';
import type { WindowClient } from './stations/window-client.ts';

// One network printer without an encoder: no reader is needed, so nothing waits for pcscd here.
const stack = new AsyncDisposableStack();
/** A stopped station, in step with its CMS: batch A made, batch B released after the backup. */
let data = '';
let backup = '';
let batchA = '';
let batchB = '';
/** The same station later: batch B made, and the CMS heard nothing of it. */
let later = '';

async function startPrinter(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const serial = 'E2E-0001';
  const words = { listen: '127.0.0.1:0', serial, cards: '500', ribbon: 'ymcko:1000', speed: 'fast' };
  const program = await startProgram(programs.printer, [
    ...Object.entries({ ...words, pictures: path.join(folder, 'pictures'), state: path.join(folder, 'state') }).flatMap(
      ([name, value]) => [`--${name}`, value],
    ),
    '--until-stdin-ends',
  ]);
  stack.defer(() => program.end());
  const [host, port] = String(program.ready['listen']).split(':');
  return {
    line: 'line-1',
    title: 'Line 1',
    printer: {
      driver: 'evolis',
      serial,
      model: 'Virtual card printer',
      environment: 'test',
      link: { kind: 'tcp', host, port: Number(port) },
    },
    reader: null,
  };
}

async function withWindow<T>(
  folder: string,
  person: string,
  act: (station: RunningStation, window: WindowClient) => Promise<T>,
  end: 'end' | 'kill' = 'end',
): Promise<T> {
  const station = await startStation(folder);
  try {
    using window = await station.window();
    await window.logIn(person);
    return await act(station, window);
  } finally {
    await (end === 'end' ? station.end() : station.kill());
  }
}

beforeAll(async () => {
  const folder = stack.use(ownFolder('backup')).path;
  const line = await startPrinter(folder);
  data = path.join(folder, 'station');
  later = path.join(folder, 'later');
  writeConfiguration(data, { machines: { kind: 'configured', lines: [line] } });
  await withWindow(data, 'olivia', async (station, window) => {
    await loadGiftBlanks(window);
    const first = new BatchFlow(window, await batchAtCms(station, 'gift-print@1', 3));
    batchA = first.batch;
    await first.pull();
    await first.until('ready');
    await first.release();
    await inStep(window);
    const made = await stationCommand(data, 'amira', ['backup', '--json']);
    expect(made.code, made.out + made.errors).toBe(0);
    backup = path.join(data, 'backups', String(made.json()['file']));
    await first.start();
    await first.made();
    const second = new BatchFlow(window, await batchAtCms(station, 'gift-print@1', 2));
    batchB = second.batch;
    await second.pull();
    await second.until('ready');
    await second.release();
    await inStep(window);
  });
  cpSync(data, later, { recursive: true, filter: (from) => !from.endsWith('.sock') });
  await withWindow(
    later,
    'olivia',
    async (station, window) => {
      await inStep(window);
      await station.toCms({ answer: { kind: 'error-500', times: 1_000_000 } });
      const flow = new BatchFlow(window, batchB);
      await flow.start();
      await flow.made();
    },
    'kill',
  );
}, 240_000);

afterAll(async () => {
  await stack.disposeAsync();
});

async function loadGiftBlanks(window: WindowClient): Promise<void> {
  const { lots } = await window.call<{ lots: readonly { lot: string; blankType: string }[] }>('stock.lots', {});
  const lot = lots.find(({ blankType }) => blankType.includes('pvc') || !blankType.includes('emv'))?.lot;
  if (lot !== undefined) await window.call('stock.load', { lot, line: 'line-1' });
}

const machines = ['token', 'keys', 'cms'];

/** An empty folder beside HSM and CMS of a station: what a new machine has. */
function emptyMachine(from: string, to: string): string {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of machines)
    if (existsSync(path.join(from, name))) cpSync(path.join(from, name), path.join(to, name), { recursive: true });
  return to;
}

const signed = (approver: string) => ['--approver', approver, '--yes', '--json'];

function code(end: CommandEnd): unknown {
  return (end.json()['error'] as { code?: unknown } | undefined)?.code ?? `code ${end.code}`;
}

test('a backup restored into an empty folder goes on where the CMS last heard of it, and both batches end', async () => {
  using folder = ownFolder('restored');
  const machine = emptyMachine(data, path.join(folder.path, 'station'));
  const done = await stationCommand(machine, 'amira', ['restore', backup, ...signed('sofia')]);
  expect(done.code, done.out + done.errors).toBe(0);
  expect(done.json()).toMatchObject({ station: 'ST-TRAINING', lost: 0, ordersHeld: 2, withoutPassword: [] });
  expect(Number(done.json()['takenBack'])).toBeGreaterThan(20);
  expect(readdirSync(machine)).not.toContain('restoring');
  await withWindow(machine, 'olivia', async (_, window) => {
    const first = new BatchFlow(window, batchA);
    expect(await first.view()).toMatchObject({ state: 'made', counts: { made: 3 } });
    await first.look();
    await first.close();
    const second = new BatchFlow(window, batchB);
    expect(await second.view()).toMatchObject({ state: 'released', counts: { held: 2, made: 0 } });
    await second.close();
    await inStep(window);
    const search = (kind: string) =>
      window.call<{ entries: readonly { sequence: number; payload: string }[] }>('journal.search', { kind });
    const [restored] = (await search('station.restored')).entries;
    const [used] = (await search('approval.used')).entries;
    expect(restored?.payload).toContain('"approval"');
    expect(used).toBeDefined();
  });
  const verified = await stationCommand(machine, 'sofia', ['journal', 'verify', '--json']);
  expect(verified.json()).toMatchObject({ result: 'whole' });
  const again = await stationCommand(machine, 'amira', ['restore', backup, ...signed('sofia')]);
  expect(code(again)).toBe('BACKUP-TARGET-NOT-EMPTY');
});

test('a restore is refused to the wrong people, for the wrong place, and from an altered backup, and changes nothing', async () => {
  using folder = ownFolder('refused');
  const machine = emptyMachine(data, path.join(folder.path, 'station'));
  const before = readdirSync(machine).toSorted();
  const refusal = async (person: string, approver: string, file = backup) =>
    code(await stationCommand(machine, person, ['restore', file, ...signed(approver)]));
  expect(await refusal('olivia', 'sofia')).toBe('ACCESS-NO-RIGHT');
  expect(await refusal('amira', 'amira')).toBe('APPROVAL-OWN-REQUEST');
  const altered = path.join(folder.path, 'altered');
  const bytes = readFileSync(backup);
  bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
  writeFileSync(altered, bytes);
  expect(await refusal('amira', 'sofia', altered)).toBe('BACKUP-DAMAGED');
  const wrongPassword = await runProgram(
    programs.commandLine,
    ['restore', backup, '--data', machine, '--as', 'amira', ...signed('sofia')],
    { CARDWRIGHT_PASSWORD: 'training-amira', CARDWRIGHT_APPROVER_PASSWORD: 'wrong' },
  );
  expect(code(wrongPassword)).toBe('ACCESS-REFUSED');
  // The tries themselves are on record.
  expect(readFileSync(path.join(machine, 'boot.log'), 'utf8')).toContain(
    '"kind":"password-refused","details":{"task":"restore","person":"sofia","reason":"password"}',
  );
  expect(
    readdirSync(machine)
      .filter((name) => !['log', 'restoring', 'boot.log'].includes(name))
      .toSorted(),
  ).toEqual(before);
  await expect(startStation(machine)).rejects.toMatchObject({ code: 'BACKUP-UNFINISHED' });
  rmSync(path.join(machine, 'restoring'), { recursive: true });

  const own = path.join(machine, 'station.json');
  const configuration = JSON.parse(readFileSync(path.join(data, 'station.json'), 'utf8')) as object;
  writeFileSync(own, JSON.stringify({ ...configuration, station: 'ST-OTHER' }));
  expect(await refusal('amira', 'sofia')).toBe('BACKUP-OTHER-STATION');
  rmSync(own);
  for (const name of ['token', 'keys']) rmSync(path.join(machine, name), { recursive: true, force: true });
  expect(await refusal('amira', 'sofia')).toBe('BACKUP-NO-HSM');
});

test('a journal set back behind the HSM is resolved by two people: what nobody holds is lost, and what may exist is held', async () => {
  using copy = copyOfFolder(later, 'resolved');
  for (const ending of ['', '-wal', '-shm']) {
    rmSync(path.join(copy.path, `station.db${ending}`), { force: true });
    const from = path.join(data, `station.db${ending}`);
    if (existsSync(from)) cpSync(from, path.join(copy.path, `station.db${ending}`));
  }
  await expect(startStation(copy.path)).rejects.toMatchObject({
    code: 'JOURNAL-SET-BACK',
    next: expect.stringContaining('station resolve') as string,
  });
  const guesses = ['resolve', '--data', copy.path, '--as', 'amira', ...signed('sofia')];
  const guess = await runProgram(programs.commandLine, guesses, { CARDWRIGHT_PASSWORD: 'guessed' });
  expect(code(guess)).toBe('ACCESS-REFUSED');
  const done = await stationCommand(copy.path, 'amira', ['resolve', ...signed('sofia')]);
  expect(done.code, done.out + done.errors).toBe(0);
  expect(done.json()).toMatchObject({ ordersHeld: 2 });
  expect(Number(done.json()['lost'])).toBeGreaterThan(10);
  await withWindow(copy.path, 'olivia', async (station, window) => {
    const { notices } = await window.call<{ notices: readonly { code: string }[] }>('session.hello', {});
    expect(notices.map((notice) => notice.code)).toContain('PASSWORDS-REFUSED');
    const flow = new BatchFlow(window, batchB);
    expect(await flow.view()).toMatchObject({ counts: { held: 2, ready: 0, made: 0 } });
    await flow.close();
    await inStep(window);
    const { findings } = (await station.toCms({ findings: {} })) as { findings: readonly { code: string }[] };
    expect(findings.map((finding) => finding.code)).toContain('ENTRIES-LOST');
    const running = await stationCommand(copy.path, 'amira', ['resolve', ...signed('sofia')]);
    expect(code(running)).toBe('STATION-RUNNING');
  });
  const nothing = await stationCommand(copy.path, 'amira', ['resolve', ...signed('sofia')]);
  expect(code(nothing)).toBe('BACKUP-NOTHING-TO-RESOLVE');
});
