import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import path from 'node:path';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ShellLogger } from '../shell-logger.ts';
import { FramedPort } from './framed-port.ts';
import { isRequestFrame } from './rpc-frame.ts';
import { readFrame, windowRequest } from './window-request.ts';

const PROBE_MS = 1_000;

export interface LocalServing {
  /** Takes a client: the caller attaches oRPC's handler and then starts the port. The id is new for each connection. */
  readonly serve: (port: FramedPort, client: { readonly id: string }) => void;
  /** Called once when that connection is over. */
  readonly onClientGone?: (client: { readonly id: string }) => void;
  /** Makes a start page for another window; null where this station has no windows (Electron opens its own). */
  readonly makeStartPage: (() => Promise<string>) | null;
  readonly logger: ShellLogger;
}

export interface LocalListener {
  readonly path: string;
  close(): Promise<void>;
}

function isPipe(address: string): boolean {
  return address.startsWith('\\\\');
}

/** Whether a living process answers under an address. */
function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const settle = (alive: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(alive);
    };
    const timer = setTimeout(() => settle(true), PROBE_MS);
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/** Takes away the socket that a killed station left. STATION-ADDRESS-TAKEN when somebody answers there, or when it is no socket. */
async function clearWay(address: string): Promise<void> {
  const folder = path.dirname(address);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const owner = await lstat(folder);
  const uid = process.getuid?.();
  if (!owner.isDirectory() || (uid !== undefined && owner.uid !== uid))
    throw new StationFault('STATION-ADDRESS-TAKEN', { address });
  const found = await lstat(address).catch(() => null);
  if (found === null) return;
  if (!found.isSocket() || (await answers(address))) throw new StationFault('STATION-ADDRESS-TAKEN', { address });
  await unlink(address);
}

function greet(socket: Socket, serving: LocalServing, live: Set<FramedPort>): void {
  const client = { id: `local-${randomUUID()}` };
  let first = true;
  const port: FramedPort = new FramedPort(socket, (frame) => {
    const asked = first && readFrame(windowRequest, frame) !== null;
    first = false;
    if (!asked) return isRequestFrame(frame) ? 'pass' : 'refused';
    void answerWindow(port, serving);
    return 'taken';
  });
  live.add(port);
  port.addEventListener('close', ({ fault }) => {
    live.delete(port);
    if (fault !== null) serving.logger.warn({ client: client.id, code: fault.code }, 'local client ended');
    serving.onClientGone?.(client);
  });
  serving.serve(port, client);
}

async function answerWindow(port: FramedPort, serving: LocalServing): Promise<void> {
  try {
    if (serving.makeStartPage === null) port.postMessage(JSON.stringify({ refused: 'own-windows' }));
    else port.postMessage(JSON.stringify({ startPage: await serving.makeStartPage() }));
  } catch (cause) {
    serving.logger.warn({ cause: cause instanceof Error ? cause.name : 'unknown' }, 'no start page');
    port.postMessage(JSON.stringify({ refused: 'no-start-page' }));
  }
}

function listening(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new StationFault('STATION-ADDRESS-TAKEN', { address }, cause)));
    // Bound within this call: nobody else may connect, not even for the moment before chmod.
    const mask = isPipe(address) ? null : process.umask(0o177);
    server.listen(address, resolve);
    if (mask !== null) process.umask(mask);
  });
}

/**
 * Takes the command line and the launcher as clients, on a socket of mode 0600. The caller holds the lock on the data folder, so a
 * socket where nobody answers is a killed station's and is replaced. STATION-ADDRESS-TAKEN otherwise.
 */
export async function listenLocally(address: string, serving: LocalServing): Promise<LocalListener> {
  if (!isPipe(address)) await clearWay(address);
  const live = new Set<FramedPort>();
  const server = createServer({ allowHalfOpen: true }, (socket) => greet(socket, serving, live));
  await listening(server, address);
  server.on('error', (cause) => serving.logger.warn({ cause: cause.name }, 'local socket'));
  if (!isPipe(address)) await chmod(address, 0o600);
  return {
    path: address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const port of live) port.close();
      }),
  };
}
