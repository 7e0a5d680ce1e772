import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

// A checkout of its own with the real scripts; in the place of npm a program that takes its time and brings the Node binary.
const scripts = path.dirname(import.meta.dirname);
let folder: string;
let running: ChildProcess[];

const npm = `
const fs = require('node:fs');
fs.appendFileSync('npm-runs', 'x');
fs.rmSync('node_modules', { recursive: true, force: true });
fs.mkdirSync('node_modules/node/bin', { recursive: true });
fs.mkdirSync('node_modules/smartcard');
fs.mkdirSync('node_modules/pkcs11js');
for (const name of ['smartcard', 'pkcs11js']) fs.writeFileSync('node_modules/' + name + '/package.json', '{}');
setTimeout(() => fs.symlinkSync(process.execPath, 'node_modules/node/bin/node'), 1000);
`;
const program = `
process.on('SIGTERM', () => { console.log('got SIGTERM'); process.exit(7); });
console.log('ran with ' + process.argv.slice(2).join(' ') + ', threads ' + process.env.UV_THREADPOOL_SIZE);
if (process.argv[2] === 'wait') setInterval(() => {}, 1000);
`;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-bootstrap-'));
  running = [];
  cpSync(scripts, path.join(folder, 'scripts'), { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(folder, 'package-lock.json'), '{ "lockfileVersion": 3 }');
  mkdirSync(path.join(folder, 'npm'));
  writeFileSync(path.join(folder, 'npm', 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(path.join(folder, 'npm', 'npm-cli.js'), npm);
  mkdirSync(path.join(folder, 'src-main', 'cli'), { recursive: true });
  writeFileSync(path.join(folder, 'src-main', 'cli', 'main.ts'), program);
});

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number | null>;
}

function start(...args: string[]): Started {
  const child = spawn(process.execPath, [path.join(folder, 'scripts', 'station.mjs'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CARDWRIGHT_NO_APT: '1', npm_execpath: path.join(folder, 'npm', 'npm-cli.js') },
  });
  running.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  return { child, out: () => out, err: () => err, ended: new Promise((done) => child.once('close', done)) };
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 15_000; !condition(); await sleep(20)) {
    if (Date.now() > deadline) throw new Error('waited too long');
  }
}

const npmRuns = (): number => readFileSync(path.join(folder, 'npm-runs'), 'utf8').length;

test('the first start installs, the second starts at once, a changed lock file installs again', async () => {
  const first = start('status', '--json');
  expect([await first.ended, first.out(), npmRuns()]).toEqual([0, 'ran with status --json, threads 16\n', 1]);
  const began = Date.now();
  const second = start('status');
  expect([await second.ended, second.out(), npmRuns()]).toEqual([0, 'ran with status, threads 16\n', 1]);
  expect(second.err()).not.toMatch(/Installing/);
  expect(Date.now() - began).toBeLessThan(3_000);
  writeFileSync(path.join(folder, 'package-lock.json'), '{ "lockfileVersion": 3, "x": 1 }');
  expect([await start('status').ended, npmRuns()]).toEqual([0, 2]);
});

test('two starts at once install once; the second says that it waits', async () => {
  const one = start('one');
  await until(() => existsSync(path.join(folder, 'npm-runs')));
  const two = start('two');
  expect([await one.ended, await two.ended, npmRuns()]).toEqual([0, 0, 1]);
  expect(two.err()).toMatch(/Another start is setting things up \(process \d+\); waiting/);
  expect([one.out(), two.out()]).toEqual(['ran with one, threads 16\n', 'ran with two, threads 16\n']);
});

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  '%s in the middle of an installation: the next start recovers',
  async (signal) => {
    const first = start('status');
    await until(() => existsSync(path.join(folder, 'npm-runs')));
    first.child.kill(signal);
    expect(await first.ended).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: null }[signal]);
    expect(existsSync(path.join(folder, 'node_modules', '.cardwright-stamp.json'))).toBe(false);
    const second = start('status');
    expect([await second.ended, second.out(), npmRuns()]).toEqual([0, 'ran with status, threads 16\n', 2]);
  },
);

test('signals and exit codes pass through', async () => {
  const started = start('wait');
  await until(() => started.out().includes('ran with'));
  started.child.kill('SIGTERM');
  expect([await started.ended, started.out()]).toEqual([7, 'ran with wait, threads 16\ngot SIGTERM\n']);
});

test('a failed installation says why, and the next start tries again', async () => {
  writeFileSync(path.join(folder, 'npm', 'npm-cli.js'), `console.error('registry not reachable'); process.exit(1);`);
  const failed = start('status');
  expect(await failed.ended).toBe(1);
  expect(failed.err()).toMatch(/registry not reachable[\s\S]*npm ci failed; its output is in/);
  writeFileSync(path.join(folder, 'npm', 'npm-cli.js'), npm);
  expect(await start('status').ended).toBe(0);
});
