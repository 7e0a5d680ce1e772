import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { askControl } from './control-line.ts';
import { programEnvironment, programs } from './programs.ts';
import type { VirtualMachines } from './virtual-machines.ts';
import { openWindow } from './window-client.ts';
import type { WindowClient } from './window-client.ts';

const readyMs = 120_000;
const endMs = 60_000;

/** Why a station did not start, in its own words. */
export class StationRefused extends Error {
  readonly code: string;
  readonly next: string;

  constructor(refusal: { readonly code: string; readonly text: string; readonly next: string }) {
    super(refusal.text);
    this.name = 'StationRefused';
    this.code = refusal.code;
    this.next = refusal.next;
  }
}

/** A running station process on a data folder. */
export interface RunningStation extends AsyncDisposable {
  readonly data: string;
  readonly pid: number;
  readonly startPage: string;
  /** Milliseconds from the start of the process until it took calls. */
  readonly startedAfter: number;
  /** A window of its own, by the way that the page takes; the station's first start page is used up by the first one. */
  readonly window: () => Promise<WindowClient>;
  /** What a person does at the training CMS. */
  readonly toCms: (request: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>;
  /** SIGKILL, and wait until the process is gone. */
  readonly kill: () => Promise<void>;
  /** Asks it to end after its cards; its exit code. */
  readonly end: () => Promise<number>;
  readonly exited: Promise<number>;
}

/** Writes `station.json`: a training station on machines that were started apart from it. */
export function configureMachines(data: string, machines: VirtualMachines): void {
  writeConfiguration(data, { machines: { kind: 'configured', lines: machines.lines.map((line) => line.configured) } });
}

/** Writes `station.json` of a training station with the given members in place of the usual ones. */
export function writeConfiguration(data: string, members: Readonly<Record<string, unknown>>): void {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const configuration = {
    version: 1,
    station: 'ST-TRAINING',
    mode: 'training',
    issuers: [
      { id: 'northbank', title: 'Northbank' },
      { id: 'mercato', title: 'Mercato Retail' },
    ],
    cms: { kind: 'training' },
    hsm: { kind: 'automatic' },
    machines: { kind: 'training', speed: 'fast' },
    ...members,
  };
  writeFileSync(path.join(data, 'station.json'), `${JSON.stringify(configuration, null, 2)}\n`);
}

/** Starts the station's process and waits until it takes calls. StationRefused with its own words when it does not start. */
export async function startStation(
  data: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningStation> {
  const began = performance.now();
  const child = fork(programs.station, ['--data', data], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // As the launcher starts it.
    execArgv: ['--max-semi-space-size=4', '--clear-free-memory', '--zero-unused-memory'],
    env: programEnvironment(environment),
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece: Buffer) => {
      said = (said + piece.toString()).slice(-8_000);
    });
  }
  const exited = new Promise<number>((done) => {
    child.once('exit', (code) => done(code ?? -1));
    child.once('error', () => done(-1));
  });
  const ready = await new Promise<{ startPage: string }>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the station is not ready in time: ${said}`));
    }, readyMs);
    child.on('message', (message: { kind: string } & Record<string, string>) => {
      if (message.kind === 'progress') return;
      clearTimeout(timer);
      if (message.kind === 'ready') resolve({ startPage: message['startPage'] ?? '' });
      else if (message.kind === 'failed') {
        const { code = '', text = '', next = '' } = message;
        // It ends by itself; who sees the refusal finds the folder free.
        void exited.then(() => reject(new StationRefused({ code, text, next })));
      }
    });
    void exited.then((code) => {
      clearTimeout(timer);
      // A refusal that is on its way goes first.
      setTimeout(() => reject(new Error(`the station ended with ${code}: ${said}`)), 200);
    });
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const end = async (): Promise<number> => {
    if (child.connected) child.send({ kind: 'end' }, () => undefined);
    const forced = setTimeout(() => child.kill('SIGKILL'), endMs);
    const code = await exited;
    clearTimeout(forced);
    return code;
  };
  return {
    data,
    pid: child.pid ?? 0,
    startPage: ready.startPage,
    startedAfter: performance.now() - began,
    window: () => openWindow(ready.startPage),
    toCms: (request) => askControl(controlOfCms(data), request),
    kill,
    end,
    exited,
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}

function controlOfCms(data: string): string {
  const file = path.join(data, 'cms', 'control-address');
  if (!existsSync(file)) throw new Error('the training CMS has no control connection');
  return readFileSync(file, 'utf8').trim();
}
