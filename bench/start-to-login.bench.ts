// From `npm start` to a login screen that can be typed into: the first start on a new data folder, and the second. Set-up checks, CMS,
// virtual machines, HSM and browser are all in it; what npm itself takes is not.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { acquirePcscd, pcscdInstalled } from '../e2e/stations/pcscd.ts';
import { programEnvironment, root } from '../e2e/stations/programs.ts';
import { loginForm, openBrowser } from './open-browser.ts';
import { reportFigure, rounded } from './report-figure.ts';

const startMs = 120_000;

/** The start page that the starting program names; an Error with its words when it ends or takes too long. */
function startPageOf(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const limit = setTimeout(() => reject(new Error(`no start page in time: ${said}`)), startMs);
    const listen = (piece: Buffer): void => {
      said += piece.toString();
      const page = /file:\/\/(\S+\.html)/.exec(said)?.[1];
      if (page === undefined) return;
      clearTimeout(limit);
      resolve(page);
    };
    program.stdout?.on('data', listen);
    program.stderr?.on('data', listen);
    program.once('exit', () => {
      clearTimeout(limit);
      reject(new Error(`the start ended: ${said}`));
    });
  });
}

/** Milliseconds until the station took calls, and until its login screen could be typed into. */
async function start(data: string): Promise<{ readonly station: number; readonly login: number }> {
  const began = performance.now();
  const words = [join(root, 'scripts', 'start.mjs'), '--data', data, '--no-window'];
  const program = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], env: programEnvironment() });
  const exited = once(program, 'exit');
  try {
    const page = await startPageOf(program);
    const station = performance.now() - began;
    await using browser = await openBrowser();
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(page).href);
    await tab.locator(loginForm).waitFor({ state: 'visible', timeout: startMs });
    return { station, login: performance.now() - began };
  } finally {
    program.kill('SIGTERM');
    const forced = setTimeout(() => program.kill('SIGKILL'), 30_000);
    await exited;
    clearTimeout(forced);
  }
}

await using stack = new AsyncDisposableStack();
const held = pcscdInstalled() ? await acquirePcscd() : null;
stack.defer(async () => held?.release());
const folder = mkdtempSync(join(tmpdir(), 'cardwright-bench-start-'));
stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
const data = join(folder, 'station');
const first = await start(data);
const second = await start(data);
reportFigure({
  name: 'start-to-login',
  value: rounded(second.login),
  unit: 'ms',
  baseline: { name: 'the first start on a new data folder', value: rounded(first.login) },
  about: { stationMs: rounded(second.station), firstStationMs: rounded(first.station) },
});
