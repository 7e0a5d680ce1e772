import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { startStation, type Station } from '../station.ts';
import { serveStation, type ServedStation } from './serve-station.ts';

/** The port to Electron's main process, where the station runs as its utility process. */
interface ParentPort {
  on(kind: 'message', listener: (event: { readonly data: unknown; readonly ports: readonly unknown[] }) => void): void;
  postMessage(message: unknown): void;
}
const parentPort = (process as unknown as { readonly parentPort?: ParentPort }).parentPort;

type Message =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'ready'; readonly startPage: string | null; readonly url: string | null; readonly socket: string }
  | { readonly kind: 'failed'; readonly code: string; readonly text: string; readonly next: string };

/** A station whose parent is gone would be an orphan: it ends as if asked. */
let station: Station | null = null;
let served: ServedStation | null = null;
let ending: Promise<void> | null = null;
const starting = new AbortController();

function say(message: Message): void {
  if (parentPort !== undefined) parentPort.postMessage(message);
  else if (process.send !== undefined && process.connected)
    process.send(message, undefined, undefined, () => undefined);
  else process.stdout.write(`${JSON.stringify(message)}\n`);
}

function failure(thrown: unknown): Extract<Message, { kind: 'failed' }> {
  const fault =
    thrown instanceof StationFault ? thrown : new StationFault('STATION-START-FAILED', { reason: String(thrown) });
  return { kind: 'failed', code: fault.code, ...describeFault(fault) };
}

/** Ends once: no further card is begun, the cards in the machines are finished, everything is closed. */
function end(code: number, manner: 'finish-cards' | 'at-once'): void {
  ending ??= (async () => {
    starting.abort();
    if (manner === 'finish-cards') await station?.finishCards();
    await served?.close();
    await station?.close();
    process.exit(code);
  })();
}

function fatal(thrown: unknown): void {
  say(failure(thrown));
  end(5, 'at-once');
}

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const dataFolder = values.data;
if (dataFolder === undefined) {
  process.stderr.write('The station needs --data FOLDER.\n');
  process.exit(2);
}

process.on('SIGINT', () => end(0, 'finish-cards'));
process.on('SIGTERM', () => end(0, 'finish-cards'));
process.on('SIGHUP', () => end(0, 'finish-cards'));
process.on('message', (message: unknown) => {
  if ((message as { kind?: unknown } | null)?.kind === 'end') end(0, 'finish-cards');
});
process.on('disconnect', () => end(0, 'finish-cards'));
parentPort?.on('message', ({ data, ports }) => {
  const kind = (data as { kind?: unknown } | null)?.kind;
  if (kind === 'end') end(0, 'finish-cards');
  if (kind === 'window') served?.takeWindow(ports[0]);
});

try {
  station = await startStation({
    data: resolve(dataFolder),
    shell: parentPort === undefined ? 'loopback' : 'electron',
    progress: (text) => say({ kind: 'progress', text }),
    fatal,
    signal: starting.signal,
  });
  served = await serveStation(station, parentPort === undefined ? 'loopback' : 'electron');
  say({ kind: 'ready', startPage: served.startPage, url: served.url, socket: served.socket });
} catch (thrown) {
  if (!starting.signal.aborted) say(failure(thrown));
  await station?.close();
  process.exitCode = 1;
  // Programs that did not become ready may hold the process.
  setTimeout(() => process.exit(1), 500).unref();
}
