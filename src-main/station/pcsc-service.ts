import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';

const daemon = '/usr/sbin/pcscd';
const socket = '/run/pcscd/pcscd.comm';
const startDeadline = 10_000;

/** Ports of the two virtual slots of Debian's vpcd. */
export const virtualSlots = [
  { port: 35_963, name: 'Virtual PCD 00 00' },
  { port: 35_964, name: 'Virtual PCD 00 01' },
] as const;

function answers(options: { path: string } | { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(options);
    probe.setTimeout(1000, () => probe.destroy());
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
    probe.once('close', () => resolve(false));
  });
}

/** The PC/SC service as the station found or made it. */
export type PcscService = { readonly kind: 'running'; end(): Promise<void> } | { readonly kind: 'absent' };

const running: PcscService = { kind: 'running', end: () => Promise.resolve() };

/** Finds a running pcscd, or starts one where that is possible; ends only its own. */
export async function usePcsc(): Promise<PcscService> {
  if (process.platform !== 'linux') return { kind: 'absent' };
  if (await answers({ path: socket })) return running;
  if (!existsSync(daemon) || process.getuid?.() !== 0) return { kind: 'absent' };
  mkdirSync('/run/pcscd', { recursive: true });
  rmSync(socket, { force: true });
  const child = spawn(daemon, ['--foreground'], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  for (const until = Date.now() + startDeadline; Date.now() < until;) {
    if (child.exitCode !== null) break;
    if (await answers({ path: socket })) return { kind: 'running', end: () => endDaemon(child) };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await endDaemon(child);
  return { kind: 'absent' };
}

async function endDaemon(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 3000))]);
}

/** Whether the virtual readers are there. */
export async function virtualReadersAnswer(): Promise<'yes' | 'no'> {
  // Only asked where nothing is inserted yet: a connection is a card for vpcd.
  for (const { port } of virtualSlots) if (!(await answers({ host: '127.0.0.1', port }))) return 'no';
  return 'yes';
}
