// The first rows of a batch of 100,000 records on screen: a window is loaded afresh on the batch's address until rows stand in its list,
// against the same for a batch of 25. On the
// way it says how the whole station, with its CMS, took the batch in. BENCH_RECORDS sets another number.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { BatchFlow } from '../e2e/flows/batch-flow.ts';
import { eventually } from '../e2e/stations/eventually.ts';
import { acquirePcscd, pcscdInstalled } from '../e2e/stations/pcscd.ts';
import { startStation, type RunningStation } from '../e2e/stations/training-station.ts';
import type { WindowClient } from '../e2e/stations/window-client.ts';
import { askForWindow } from '../src-main/shells/local-socket/ask-for-window.ts';
import { localSocketPath } from '../src-main/shells/local-socket/local-socket-path.ts';
import { loginForm, openBrowser } from './open-browser.ts';
import { percentile, reportFigure, rounded } from './report-figure.ts';

const count = Number(process.env['BENCH_RECORDS'] ?? 100_000);
const few = 25;
const loads = 7;
const longMs = 400_000;
/** As the launcher starts the station. */
const environment = { NODE_OPTIONS: '--max-semi-space-size=4' };
const row = '[role="row"][data-rowindex="0"]';

/** Has the CMS make a batch and the station pull it; seconds from the pull until it is ready. */
async function pull(station: RunningStation, window: WindowClient, id: string, records: number): Promise<number> {
  // A large batch takes longer than the control connection waits; the CMS shows it when it is whole.
  await station.toCms({ make: { product: 'emv-debit@1', count: records, id } }).catch(() => undefined);
  await eventually(`${id} at the CMS`, () => station.toCms({ state: { batch: id } }), { withinMs: longMs });
  const flow = new BatchFlow(window, id);
  const began = performance.now();
  await flow.pull();
  await flow.until('ready', longMs);
  return (performance.now() - began) / 1_000;
}

/** Resident memory of the station's process in MB: now, or at its highest. */
function memory(station: RunningStation, which: 'VmRSS' | 'VmHWM'): number {
  const [pid = ''] = readFileSync(join(station.data, 'station.lock'), 'utf8').split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${which}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024);
}

/** Milliseconds from going to the batch's address in an empty tab until its first row is there. */
async function load(tab: Page, origin: string, batch: string): Promise<number> {
  await tab.goto('about:blank');
  const began = performance.now();
  await tab.goto(`${origin}/#/batches/${batch}`, { waitUntil: 'commit' });
  await tab.locator(row).waitFor({ state: 'visible', timeout: 60_000 });
  return performance.now() - began;
}

/** Milliseconds from leaving the home screen of a window that knows nothing yet until the batch's first row is there. */
async function moveOver(tab: Page, origin: string, batch: string): Promise<number> {
  await tab.goto('about:blank');
  await tab.goto(`${origin}/#/home`);
  await tab.locator('nav').first().waitFor();
  const began = performance.now();
  await tab.goto(`${origin}/#/batches/${batch}`);
  await tab.locator(row).waitFor({ state: 'visible', timeout: 60_000 });
  return performance.now() - began;
}

/** The median of some goes, milliseconds. */
async function median(go: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < loads; turn++) times.push(await go());
  return percentile(times, 0.5);
}

/** Milliseconds of one call for records of the batch. */
async function asked(window: WindowClient, batch: string, offset: number, text: string): Promise<number> {
  const began = performance.now();
  await window.call('batches.records', { batch, filter: { state: 'any', text }, offset, limit: 50 });
  return performance.now() - began;
}

await using stack = new AsyncDisposableStack();
const held = pcscdInstalled() ? await acquirePcscd() : null;
stack.defer(async () => held?.release());
const folder = mkdtempSync(join(tmpdir(), 'cardwright-bench-rows-'));
stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
const station = stack.use(await startStation(join(folder, 'station'), environment));
const window = await station.window();
await window.logIn('olivia');
const [small, large] = ['bench-few', 'bench-many'];
await pull(station, window, small, few);
const memoryBefore = memory(station, 'VmRSS');
const seconds = await pull(station, window, large, count);
reportFigure({
  name: 'intake-through-the-station',
  value: rounded(seconds, 2),
  unit: 's',
  about: {
    records: count,
    recordsPerSecond: rounded(count / seconds),
    memoryBeforeMb: memoryBefore,
    peakMemoryMb: memory(station, 'VmHWM'),
  },
});
const calls = {
  callFirstMs: rounded(await median(() => asked(window, large, 0, '')), 1),
  callLastMs: rounded(await median(() => asked(window, large, count - 50, '')), 1),
  callSearchMs: rounded(await median(() => asked(window, large, 0, '00')), 1),
};
await window.call('session.logOut');
window[Symbol.dispose]();

const page = await askForWindow(localSocketPath(station.data));
if (page.kind === 'refused') throw new Error(page.reason);
const browser = stack.use(await openBrowser());
const tab = await browser.newPage();
await tab.goto(pathToFileURL(page.path).href);
await tab.locator(loginForm).fill('olivia');
await tab.locator('input[autocomplete="current-password"]').fill('training-olivia');
await tab.locator('button[type="submit"]').click();
await tab.locator('nav').first().waitFor();
const { origin } = new URL(tab.url());
const fewMs = await median(() => load(tab, origin, small));
const fromHomeMs = rounded(await median(() => moveOver(tab, origin, large)));
reportFigure({
  name: 'first-rows-on-screen',
  value: rounded(await median(() => load(tab, origin, large))),
  unit: 'ms',
  baseline: { name: `a batch of ${few}`, value: rounded(fewMs) },
  about: { records: count, fromHomeMs, ...calls },
});
