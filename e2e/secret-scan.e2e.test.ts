import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BatchPage } from './pages/batch-page.ts';
import { ChromiumWindow, chromiumInstalled } from './pages/chromium-window.ts';
import { Frame } from './pages/frame.ts';
import { LoginPage } from './pages/login-page.ts';
import { secretsOfBatch, type SecretsOfBatch } from './secret-scan/closed-batch.ts';
import { openedStation } from './secret-scan/opened-station.ts';
import { commandOf, processTree, scanFile, scanFolder, scanMemory, scanStart } from './secret-scan/places.ts';
import { Scanner, type Finding } from './secret-scan/scanner.ts';
import { stationCommand } from './stations/command-line.ts';
import { lockPatience } from './stations/lock-patience.ts';
import { ownFolder } from './stations/own-folder.ts';
import { acquirePcscd, pcscdInstalled } from './stations/pcscd.ts';
import { startStation, type RunningStation } from './stations/training-station.ts';

const possible = process.platform === 'linux' && pcscdInstalled() && chromiumInstalled();
if (!possible) process.stdout.write('skipped: the secret scan (missing: Linux, pcscd with vpcd, or Chromium)\n');
const batch = 'nb-debit-0001';

/** The published test key is `@ABC...O` in ASCII, which lies in the memory of every program that knows the alphabet. */
const asAsciiTable = /^test card key: (bytes|base64)/;

/** The key process brings the published key into the token: it stands in its program. */
function isPublished(what: string): boolean {
  return what.startsWith('test card key');
}

/** What docs/security.md says of memory: card numbers as JavaScript strings, in the station alone, until it is started again. */
function allowed(role: string, { what, where }: Finding): boolean {
  if (role === 'hsm-worker') return isPublished(what);
  return role === 'station' && /^PAN \d+: digits$/.test(what) && where === 'anonymous';
}

/** The station and its own children; the virtual machines and the training CMS are other machines. */
function ownProcesses(station: number): readonly number[] {
  return processTree(station).filter((pid) => !/src-(cms|sim)|socat|pcscd/.test(commandOf(pid)));
}

function roleOf(pid: number): string {
  return /(hsm-worker|reader-process)/.exec(commandOf(pid))?.[1] ?? 'station';
}

const stack = new AsyncDisposableStack();

describe.skipIf(!possible)('nothing of a closed batch lies about in clear', () => {
  let folder: string;
  let data: string;
  let station: RunningStation;
  let secrets: SecretsOfBatch;
  let scanner: Scanner;
  let profile: string;

  beforeAll(async () => {
    const held = await acquirePcscd();
    stack.defer(() => held.release());
    folder = stack.use(ownFolder('secret-scan')).path;
    data = path.join(folder, 'station');
    station = await startStation(data);
    stack.defer(async () => void (await station.end()));
    const window = await ChromiumWindow.open(station.startPage, folder);
    profile = path.join(folder, 'profile');
    try {
      const { page } = window;
      await new LoginPage(page).shown();
      await new LoginPage(page).logIn('sofia');
      await new Frame(page).goTo('Production');
      const demo = await stationCommand(data, 'olivia', ['demo', '--json']);
      expect(demo.code, demo.out + demo.errors).toBe(0);
      await page.goto(page.url().replace(/#.*$/, `#/batches/${batch}`));
      const shown = new BatchPage(page, batch);
      await shown.shown();
      for (const tab of ['Records', 'Cards', 'Balance and close'] as const) await shown.tab(tab);
    } finally {
      await window[Symbol.asyncDispose]();
    }
    secrets = secretsOfBatch(data);
    scanner = new Scanner(secrets.needles);
  }, lockPatience);
  afterAll(() => stack.disposeAsync());

  test('the cards themselves bear what is looked for', () => {
    expect(secrets.pans).toHaveLength(5);
    const { findings } = scanFolder(scanner, path.join(data, 'devices'));
    expect(new Set(findings.map(({ what }) => what.split(':')[0])).size).toBe(5 + 5 * 4 + 1);
  });

  test('the database: every value through the open key, and every page and log frame in clear', async () => {
    const copy = path.join(folder, 'copy');
    copyDatabase(copy);
    const file = path.join(folder, 'clear');
    const { tables, values } = await openedStation<Record<'tables' | 'values', number>>('values', copy, file);
    expect([tables > 15, values > 1_000]).toEqual([true, true]);
    expect(scanFile(scanner, file)).toEqual([]);
    const { inFile, inLog } = await openedStation<Record<'inFile' | 'inLog', number>>('pages', copy, file);
    // All of it may still be in the log.
    expect([inFile > 0, inLog > 10]).toEqual([true, true]);
    expect(scanFile(scanner, file)).toEqual([]);

    // The control: a number in a table of the copy is found by both.
    await openedStation('plant', copy, secrets.pans[0]);
    await openedStation('values', copy, file);
    expect(scanFile(scanner, file).map(({ what }) => what)).toContain('PAN 1: digits');
    await openedStation('pages', copy, file);
    expect(scanFile(scanner, file).map(({ what }) => what)).toContain('PAN 1: digits');
  });

  test('logs, reports, and what else lies in the data folder', () => {
    const copy = path.join(folder, 'files');
    cpSync(data, copy, {
      recursive: true,
      // The virtual cards and the CMS are other machines.
      filter: (from) => !/\/(devices|cms)$/.test(from) && !from.endsWith('.sock'),
    });
    const { files, findings } = scanFolder(scanner, copy);
    expect(readdirSync(path.join(copy, 'log'))).toContain('station.log');
    expect([files > 8, findings]).toEqual([true, []]);

    appendFileSync(path.join(copy, 'log', 'station.log'), Buffer.from(`..${secrets.pans[1]}`).toString('base64'));
    expect(scanFolder(scanner, copy).findings.map(({ what }) => what)).toEqual(['PAN 2: base64 at 2']);
  });

  test('arguments and environment of every process', async () => {
    const tree = processTree(station.pid);
    expect(tree.map(commandOf).filter((command) => /hsm-worker/.test(command))).toHaveLength(1);
    expect(tree.length).toBeGreaterThan(5);
    expect(tree.flatMap((pid) => scanStart(scanner, pid))).toEqual([]);

    await using control = await ControlProcess.start(secrets.pans[2] ?? '');
    expect(scanStart(scanner, control.pid).map(({ what }) => what)).toEqual(['PAN 3: digits', 'PAN 3: base64 at 0']);
  });

  test('the browser profile of a window that saw the batch', () => {
    const { files, findings } = scanFolder(scanner, profile);
    expect([files > 20, findings]).toEqual([true, []]);

    const copy = path.join(folder, 'profile-copy');
    cpSync(profile, copy, { recursive: true, filter: (from) => !/Singleton/.test(from) });
    mkdirSync(path.join(copy, 'Default', 'Local Storage'), { recursive: true });
    writeFileSync(
      path.join(copy, 'Default', 'Local Storage', 'planted'),
      Buffer.from(secrets.pans[3] ?? '', 'utf16le'),
    );
    expect(scanFolder(scanner, copy).findings.map(({ what }) => what)).toContain('PAN 4: UTF-16LE');
  });

  test('the memory of every process: strings of the station alone, and nothing after a restart', async () => {
    const whole = new Scanner(secrets.needles.filter(({ what }) => !asAsciiTable.test(what)));
    const own = ownProcesses(station.pid);
    expect(own.map(roleOf).toSorted()).toEqual(['hsm-worker', 'reader-process', 'reader-process', 'station']);
    for (const pid of own) {
      const { megabytes, findings } = scanMemory(whole, pid);
      expect(megabytes).toBeGreaterThan(5);
      expect({ process: roleOf(pid), findings: findings.filter((finding) => !allowed(roleOf(pid), finding)) }).toEqual({
        process: roleOf(pid),
        findings: [],
      });
    }

    await using control = await ControlProcess.start(secrets.pans[2] ?? '');
    expect(new Set(scanMemory(whole, control.pid).findings.map(({ what }) => what))).toEqual(
      new Set(['PAN 3: digits', 'PAN 3: BCD', 'PAN 3: base64 at 0']),
    );

    await station.end();
    station = await startStation(data);
    for (const pid of ownProcesses(station.pid)) {
      const { findings } = scanMemory(whole, pid);
      expect(findings.filter(({ what }) => !(roleOf(pid) === 'hsm-worker' && isPublished(what)))).toEqual([]);
    }
  });

  /** Database and log as they are at one moment. */
  function copyDatabase(copy: string): void {
    mkdirSync(copy, { mode: 0o700 });
    process.kill(station.pid, 'SIGSTOP');
    try {
      for (const name of ['station.db', 'station.db-wal', 'seal.json'])
        if (existsSync(path.join(data, name))) copyFileSync(path.join(data, name), path.join(copy, name));
    } finally {
      process.kill(station.pid, 'SIGCONT');
    }
  }
});

/** A process that has a number where none may be: in its arguments, its environment and its memory. */
class ControlProcess implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(pan: string): Promise<ControlProcess> {
    const program = `
      const digits = process.argv[1];
      globalThis.kept = [Buffer.from(digits, 'hex'), digits.split('').join('')];
      process.stdout.write('ready');
      setInterval(() => {}, 1000);`;
    const env = { ...process.env, PLANTED: Buffer.from(pan).toString('base64') };
    const child = spawn(process.execPath, ['-e', program, pan], { stdio: ['ignore', 'pipe', 'inherit'], env });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return new ControlProcess(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}
