import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireMachineLock, startOf } from './machine-lock.ts';

/** The slots of Debian's vpcd: a virtual card connects to the port, the reader of that name then shows it. */
export interface VirtualReader {
  readonly name: string;
  readonly port: number;
}

export interface HeldPcscd {
  readonly readers: readonly VirtualReader[];
  /** `ours` was started by a holder of this lock and ends with `release`; `found` was started by someone else and is left alone. */
  readonly origin: 'ours' | 'found';
  /** Ends pcscd, and starts it again when the returned call is made; null where it is not ours to end. */
  readonly interrupt: (() => Promise<() => Promise<void>>) | null;
  readonly release: () => Promise<void>;
}

const READERS: readonly VirtualReader[] = [
  { name: 'Virtual PCD 00 00', port: 35963 },
  { name: 'Virtual PCD 00 01', port: 35964 },
];
/** Debian's driver; a copy under another name keeps a state of its own, and so gives two more readers. */
const DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
/** Of copies: below the ports that the system gives to outgoing connections. */
const COPY_PORT = 28_673;
const FOLDER = '/run/pcscd';
const SOCKET = `${FOLDER}/pcscd.comm`;
/** Names the pcscd that a holder started, so that the next holder ends it when that one was killed. */
const MARK = path.join(tmpdir(), 'cardwright-pcscd.started');
const START_MS = 15_000;
/** The ports of the slots lie among those that the system gives to outgoing connections: where one has it, pcscd comes up without a reader. */
const STARTS = 4;

/** Whether this machine has what `acquirePcscd` needs; a wire test skips itself where it is false. */
export function pcscdInstalled(): boolean {
  return pcscdProgram() !== undefined && existsSync('/etc/reader.conf.d/vpcd');
}

/** What a pcscd of ours is started with: its readers, and a folder of configuration where it is not the installed one. */
interface Served {
  readonly readers: readonly VirtualReader[];
  readonly folder: string | null;
}

/** Two readers by the installed configuration, or two more for each further pair, by copies of the driver. */
function serve(pairs: number): Served {
  if (pairs === 1) return { readers: READERS, folder: null };
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-readers-'));
  mkdirSync(path.join(folder, 'conf'));
  const readers = Array.from({ length: pairs }, (_, pair) => {
    // Those of copies bear a serial, as readers with one do.
    const name = pair === 0 ? 'Virtual PCD' : `Virtual PCD (V${pair})`;
    const port = pair === 0 ? 35_963 : COPY_PORT + 2 * pair;
    const driver = path.join(folder, `libifdvpcd-${pair}.so`);
    copyFileSync(DRIVER, driver);
    const channel = `0x${port.toString(16).toUpperCase()}`;
    const entry = {
      FRIENDLYNAME: `"${name}"`,
      DEVICENAME: `/dev/null:${channel}`,
      LIBPATH: driver,
      CHANNELID: channel,
    };
    const lines = Object.entries(entry).map((words) => words.join(' '));
    writeFileSync(path.join(folder, 'conf', `reader-${pair}`), `${lines.join('\n')}\n`);
    return [0, 1].map((slot) => ({ name: `${name} 00 0${slot}`, port: port + slot }));
  });
  return { readers: readers.flat(), folder };
}

/**
 * Takes the machine-wide lock on the virtual readers and makes sure that a pcscd serves both of them, or `pairs` times two; with a pcscd that
 * somebody else has started there are two.
 * Waits up to `waitMs` (20 minutes) for another holder; throws an Error when pcscd does not come up or the signal aborts.
 * Every holder must `release`; the card programs started in between must have ended before.
 */
export async function acquirePcscd(
  options: { signal?: AbortSignal; waitMs?: number; pairs?: number } = {},
): Promise<HeldPcscd> {
  const lock = await acquireMachineLock('cardwright-pcscd', options);
  try {
    const client = runningPcscd() === undefined ? await wakeBySocket() : undefined;
    let found = runningPcscd();
    const ours = found === undefined || startedByAHolder(found);
    const served = serve(ours ? (options.pairs ?? 1) : 1);
    const { readers } = served;
    if (found !== undefined && served.folder !== null) {
      await endPcscd(found);
      found = undefined;
    }
    let pid = found ?? startPcscd(served);
    const end = ours ? (): Promise<void> => endPcscd(pid) : (): Promise<void> => Promise.resolve();
    const interrupt = async (): Promise<() => Promise<void>> => {
      await end();
      return async () => {
        pid = startPcscd(served);
        await untilServing(pid, readers, options.signal);
      };
    };
    for (let starts = 1; ; starts += 1) {
      try {
        await untilServing(pid, readers, options.signal);
        break;
      } catch (cause) {
        await end();
        if (!ours || starts >= STARTS || options.signal?.aborted === true) throw cause;
        pid = startPcscd(served);
      }
    }
    const endWithUs = (): void => {
      if (ours) process.kill(pid, 'SIGTERM');
    };
    process.once('exit', endWithUs);
    const release = async (): Promise<void> => {
      process.off('exit', endWithUs);
      client?.destroy();
      await end();
      if (served.folder !== null) rmSync(served.folder, { recursive: true, force: true });
      await lock.release();
    };
    return { readers, origin: ours ? 'ours' : 'found', interrupt: ours ? interrupt : null, release };
  } catch (cause) {
    await lock.release();
    throw cause;
  }
}

/** Runs `use` while holding the virtual readers (see `acquirePcscd`). */
export async function withPcscd<Result>(
  use: (held: HeldPcscd) => Promise<Result>,
  options: { signal?: AbortSignal; waitMs?: number } = {},
): Promise<Result> {
  const held = await acquirePcscd(options);
  try {
    return await use(held);
  } finally {
    await held.release();
  }
}

function pcscdProgram(): string | undefined {
  return ['/usr/sbin/pcscd', '/usr/bin/pcscd', '/usr/local/sbin/pcscd'].find((program) => existsSync(program));
}

/** The process id of a pcscd that runs already, ours or not. */
function runningPcscd(): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandName(name) === 'pcscd')
    .map(Number)
    .find((pid) => startOf(pid) !== undefined);
}

function commandName(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Where systemd listens in pcscd's place, a client starts it; the connection is kept so that it does not end for want of clients. */
async function wakeBySocket(): Promise<Socket | undefined> {
  if (!existsSync(SOCKET)) return undefined;
  const socket = connect(SOCKET);
  const connected = await new Promise<boolean>((done) => {
    socket.once('connect', () => done(true)).on('error', () => done(false));
  });
  if (!connected) return undefined;
  for (let waited = 0; runningPcscd() === undefined && waited < 5_000; waited += 50) await sleep(50);
  return socket.unref();
}

function startedByAHolder(pid: number): boolean {
  try {
    return readFileSync(MARK, 'utf8') === markOf(pid);
  } catch {
    return false;
  }
}

const markOf = (pid: number): string => `${pid} ${startOf(pid) ?? ''}`;

function startPcscd({ folder }: Served): number {
  const program = pcscdProgram();
  if (program === undefined) throw new Error('pcscd is not installed: apt-get install pcscd vsmartcard-vpcd');
  mkdirSync(FOLDER, { recursive: true });
  removeTraces();
  const configuration = folder === null ? [] : ['--config', path.join(folder, 'conf')];
  const child = spawn(program, ['--foreground', ...configuration], { stdio: 'ignore' });
  child.unref();
  if (child.pid === undefined) throw new Error(`${program} could not be started`);
  writeFileSync(MARK, markOf(child.pid));
  return child.pid;
}

async function endPcscd(pid: number): Promise<void> {
  const started = startOf(pid);
  const ended = (): boolean => started === undefined || startOf(pid) !== started;
  for (const [signal, patience] of [
    ['SIGTERM', 5_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (ended()) break;
    process.kill(pid, signal);
    for (let waited = 0; !ended() && waited < patience; waited += 25) await sleep(25);
  }
  removeTraces();
  rmSync(MARK, { force: true });
}

/** Left over from a pcscd that was killed hard: with them in place a new one believes that it is the second. */
function removeTraces(): void {
  rmSync(SOCKET, { force: true });
  rmSync(`${FOLDER}/pcscd.pid`, { force: true });
}

/** Until clients find the socket and every slot listens for a card. */
async function untilServing(pid: number, readers: readonly VirtualReader[], signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    signal?.throwIfAborted();
    if (startOf(pid) === undefined) throw new Error('pcscd ended before its readers were there');
    const listening = existsSync(SOCKET) && readers.every((reader) => listensOn(reader.port));
    if (listening) return;
    if (Date.now() > deadline) throw new Error('pcscd runs, but the virtual readers (vsmartcard-vpcd) did not come up');
    await sleep(50, undefined, signal === undefined ? {} : { signal });
  }
}

/** Looked up in the kernel's table: a connection would itself be a card. */
function listensOn(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/tcp', '/proc/net/tcp6'].some((table) => {
    if (!existsSync(table)) return false;
    return readFileSync(table, 'utf8')
      .split('\n')
      .some((line) => {
        const [, local, , state] = line.trim().split(/\s+/);
        return local?.endsWith(`:${hex}`) === true && state === '0A';
      });
  });
}
