import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireMachineLock } from './machine-lock.ts';

/** The slots of Debian's vpcd: a virtual card connects to the port, the reader of that name then shows it. */
export interface VirtualReader {
  readonly name: string;
  readonly port: number;
}

export interface HeldPcscd {
  readonly readers: readonly VirtualReader[];
  /** `ours` was started here and ends with `release`; `found` was running before and is left alone. */
  readonly origin: 'ours' | 'found';
  readonly release: () => Promise<void>;
}

const READERS: readonly VirtualReader[] = [
  { name: 'Virtual PCD 00 00', port: 35963 },
  { name: 'Virtual PCD 00 01', port: 35964 },
];
const FOLDER = '/run/pcscd';
const SOCKET = `${FOLDER}/pcscd.comm`;
const START_MS = 15_000;

/** Whether this machine has what `acquirePcscd` needs; a wire test skips itself where it is false. */
export function pcscdInstalled(): boolean {
  return pcscdProgram() !== undefined && existsSync('/etc/reader.conf.d/vpcd');
}

/**
 * Takes the machine-wide lock on the virtual readers and makes sure that a pcscd serves both of them.
 * Waits up to `waitMs` (20 minutes) for another holder; throws an Error when pcscd does not come up or the signal aborts.
 * Every holder must `release`; the card programs started in between must have ended before.
 */
export async function acquirePcscd(options: { signal?: AbortSignal; waitMs?: number } = {}): Promise<HeldPcscd> {
  const lock = await acquireMachineLock('cardwright-pcscd', options);
  try {
    const found = runningPcscd();
    if (found !== undefined) {
      await untilServing(() => processAlive(found), options.signal);
      return { readers: READERS, origin: 'found', release: lock.release };
    }
    const ours = startPcscd();
    try {
      await untilServing(() => ours.exitCode === null && ours.signalCode === null, options.signal);
    } catch (cause) {
      await endPcscd(ours);
      throw cause;
    }
    const endWithUs = (): void => void ours.kill('SIGTERM');
    process.once('exit', endWithUs);
    const release = async (): Promise<void> => {
      process.off('exit', endWithUs);
      await endPcscd(ours);
      await lock.release();
    };
    return { readers: READERS, origin: 'ours', release };
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
    .find((pid) => processAlive(pid));
}

function commandName(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function processAlive(pid: number): boolean {
  try {
    // A zombie still answers to kill(0) but serves nobody.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function startPcscd(): ChildProcess {
  const program = pcscdProgram();
  if (program === undefined) throw new Error('pcscd is not installed: apt-get install pcscd vsmartcard-vpcd');
  mkdirSync(FOLDER, { recursive: true });
  // Left over from one that was killed hard: with it in place a new one believes that it is the second.
  rmSync(SOCKET, { force: true });
  rmSync(`${FOLDER}/pcscd.pid`, { force: true });
  return spawn(program, ['--foreground'], { stdio: 'ignore' });
}

async function endPcscd(child: ChildProcess): Promise<void> {
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  child.kill('SIGTERM');
  for (let waited = 0; !ended() && waited < 5_000; waited += 25) await sleep(25);
  if (!ended()) child.kill('SIGKILL');
  for (let waited = 0; !ended() && waited < 2_000; waited += 25) await sleep(25);
  rmSync(SOCKET, { force: true });
  rmSync(`${FOLDER}/pcscd.pid`, { force: true });
}

/** Until clients find the socket and both slots listen for a card. */
async function untilServing(alive: () => boolean, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    signal?.throwIfAborted();
    if (!alive()) throw new Error('pcscd ended before its readers were there');
    const listening = existsSync(SOCKET) && READERS.every((reader) => listensOn(reader.port));
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
