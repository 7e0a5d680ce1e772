// One training station with its two lines makes a batch of 25 debit cards: what a card costs the station outside device exchanges, and
// how late the station's event loop runs. The station is composed in this process; CMS, printers, cards and the operator's window are
// processes of their own, as always.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BatchFlow } from '../e2e/flows/batch-flow.ts';
import { askControl } from '../e2e/stations/control-line.ts';
import { acquirePcscd, pcscdInstalled } from '../e2e/stations/pcscd.ts';
import { openWindow } from '../e2e/stations/window-client.ts';
import { startStation, type Station } from '../src-main/station.ts';
import { serveStation } from '../src-main/station/serve-station.ts';
import { reportFigure, rounded } from './report-figure.ts';
import { DeviceTime } from './two-lines/device-time.ts';

const cards = 25;
const idleMs = 3_000;
/** The monitor's own step: each of its readings holds one. */
const resolution = 1;
const here = fileURLToPath(import.meta.url);

/** The operator's window: says where the batch is and goes on when it is told to. */
async function operate(startPage: string, batch: string): Promise<void> {
  using window = await openWindow(startPage);
  await window.logIn('olivia');
  const flow = new BatchFlow(window, batch);
  await flow.pull();
  await flow.until('ready');
  await flow.release();
  process.send?.('released');
  await once(process, 'message');
  await flow.start();
  await flow.made();
  process.send?.('made');
  process.disconnect();
}

/** What the loop was late by at the 99th percentile, and at worst, in milliseconds. */
function lateness(histogram: { percentile(share: number): number; readonly max: number }): {
  p99: number;
  max: number;
} {
  const late = (nanoseconds: number) => rounded(Math.max(0, nanoseconds / 1e6 - resolution), 2);
  return { p99: late(histogram.percentile(99)), max: late(histogram.max) };
}

interface LineAccount {
  cards: number;
  ended: number;
  devices: number;
}

async function measure(station: Station, devices: DeviceTime, startPage: string): Promise<void> {
  const control = readFileSync(join(station.places.cms, 'control-address'), 'utf8').trim();
  const made = await askControl(control, { make: { product: 'emv-debit@1', count: cards, priority: 'urgent' } });
  const operator = fork(here, ['operate', startPage, String(made['batch'])], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const left = once(operator, 'exit').then(() =>
    Promise.reject(new Error('the operator left before the batch was made')),
  );
  left.catch(() => undefined);
  await Promise.race([once(operator, 'message'), left]);

  const idle = monitorEventLoopDelay({ resolution });
  idle.enable();
  await sleep(idleMs);
  idle.disable();

  const lines = new Map<string, LineAccount>();
  const { journal } = station.services;
  const before = new Map(station.services.production.lines.map(({ runner }) => [runner.line, devices.of(runner.line)]));
  const stop = journal.subscribe((entries) => {
    for (const { header } of entries) {
      const { line } = header.subjects;
      if (header.kind !== 'attempt.ended' || line === undefined) continue;
      const account = lines.get(line) ?? { cards: 0, ended: 0, devices: 0 };
      lines.set(line, { cards: account.cards + 1, ended: performance.now(), devices: devices.of(line) });
    }
  });
  const busy = monitorEventLoopDelay({ resolution });
  const processor = process.cpuUsage();
  const done = once(operator, 'message');
  busy.enable();
  const began = performance.now();
  operator.send('start');
  await Promise.race([done, left]);
  const seconds = (performance.now() - began) / 1_000;
  busy.disable();
  stop();
  const { user, system } = process.cpuUsage(processor);

  const accounts = [...lines].map(([line, { cards: count, ended, devices: waited }]) => {
    const device = waited - (before.get(line as never) ?? 0);
    return { count, device, host: ended - began - device };
  });
  const sum = (what: 'count' | 'device' | 'host') => accounts.reduce((total, account) => total + account[what], 0);
  const readers = station.services.station.notices.some(({ code }) => code === 'READER-VIRTUAL') ? 'socket' : 'pcsc';
  const about = { cards: sum('count'), lines: accounts.length, readers };
  reportFigure({
    name: 'host-time-per-card',
    value: rounded(sum('host') / sum('count')),
    unit: 'ms',
    baseline: { name: 'device exchanges of a card', value: rounded(sum('device') / sum('count')) },
    about: {
      ...about,
      processorMsPerCard: rounded((user + system) / 1_000 / sum('count')),
      cardsPerHour: rounded((sum('count') / seconds) * 3_600),
    },
  });
  const loop = lateness(busy);
  const quiet = lateness(idle);
  reportFigure({
    name: 'event-loop-lag-p99-two-lines',
    value: loop.p99,
    unit: 'ms',
    baseline: { name: 'the same station idle', value: quiet.p99 },
    about: { ...about, max: loop.max, idleMax: quiet.max },
  });
}

async function run(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const held = pcscdInstalled() ? await acquirePcscd() : null;
  stack.defer(async () => held?.release());
  const data = mkdtempSync(join(tmpdir(), 'cardwright-bench-lines-'));
  stack.defer(() => rmSync(data, { recursive: true, force: true, maxRetries: 3 }));
  const devices = new DeviceTime();
  const station = await startStation({
    data,
    shell: 'loopback',
    progress: () => undefined,
    fatal: (fault) => {
      throw fault;
    },
    signal: new AbortController().signal,
  });
  stack.defer(() => station.close());
  const served = await serveStation(station, 'loopback');
  stack.defer(() => served.close());
  await measure(station, devices, served.startPage ?? '');
}

const [mode, ...input] = process.argv.slice(2);
if (mode === 'operate') await operate(input[0] ?? '', input[1] ?? '');
else await run();
