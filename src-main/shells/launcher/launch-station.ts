import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describeFault } from '#shared/faults/catalogue.ts';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import { electronCommand } from '../electron/electron-command.ts';
import { askForWindow } from '../local-socket/ask-for-window.ts';
import { dialLocally } from '../local-socket/dial-locally.ts';
import { localSocketPath } from '../local-socket/local-socket-path.ts';
import { hasDisplay, openAppWindow } from '../loopback/open-app-window.ts';
import { chooseShell } from './choose-shell.ts';
import { endOnSignals } from './ending.ts';
import type { LaunchWish } from './launch-words.ts';
import { runProgram } from './run-program.ts';
import { StationProgram, StationRefusal } from './station-program.ts';

type Launch = Extract<LaunchWish, { kind: 'launch' }>;

const ELECTRON_READY_MS = 180_000;
const ELECTRON_LOOK_MS = 300;
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const commandLine = fileURLToPath(new URL(`../../cli/main.${extension}`, import.meta.url));

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number | undefined;
  readonly platform: NodeJS.Platform;
  readonly say: (text: string) => void;
}

function howToReach(address: string): string {
  return [
    'Open this page once, on this machine, within 15 minutes:',
    `  file://${address}`,
    'Another start of Cardwright gives a new one. Without any window: npm run -s station -- --help',
  ].join('\n');
}

function sayRefusal(cause: unknown, say: (text: string) => void): 1 {
  const { text, next } =
    cause instanceof StationRefusal
      ? cause
      : describeFault(
          cause instanceof StationFault ? cause : new StationFault('STATION-START-FAILED', { reason: String(cause) }),
        );
  say(`${text}\n${next}`);
  return 1;
}

/** The demonstration is a client like any other, in a process of its own at this terminal. */
function demo(wish: Launch, around: Surroundings) {
  return runProgram(process.execPath, [commandLine, 'demo', '--data', wish.data], around.environment);
}

/** Shows a start page in an app window, or says how to open it. */
async function showWindow(startPage: string, wish: Launch, around: Surroundings) {
  const window = await openAppWindow({ ...around, startPage, profileFolder: path.join(wish.data, 'windows') });
  if (window.kind === 'window') around.say(`Window open (${path.basename(window.browser)}).`);
  else {
    if (window.reason === 'no-browser')
      around.say('No Chromium, Chrome or Edge was found (CARDWRIGHT_BROWSER can name one).');
    around.say(howToReach(startPage));
  }
  return window;
}

/** A station runs on this folder already: opens one more window on it. Null when there is none. */
async function joinRunning(wish: Launch, around: Surroundings): Promise<number | null> {
  const address = localSocketPath(wish.data, around.platform);
  const answer = await askForWindow(address).catch((cause: unknown) => {
    if (isFault(cause, 'STATION-NOT-RUNNING')) return null;
    throw cause;
  });
  if (answer === null) return null;
  around.say(`A station already runs on ${wish.data}.`);
  const opened = wish.window === 'wanted' && answer.kind === 'start-page';
  const window = opened ? await showWindow(answer.path, wish, around) : null;
  if (wish.afterwards === 'demo') {
    const code = await demo(wish, around).exited;
    return code;
  }
  if (answer.kind === 'refused') {
    const electron = electronCommand(around.environment, around.uid, ['--data', wish.data]);
    // The running Electron shell opens the window; this second instance only tells it so.
    if (wish.window === 'wanted' && electron.kind === 'electron')
      return runProgram(electron.program, electron.args, around.environment).exited;
    around.say('Its windows are opened by its own program.');
  }
  if (window?.kind === 'window') await window.ended;
  return 0;
}

/** Waits until the station inside Electron takes calls, or Electron has ended. */
async function untilReady(address: string, exited: Promise<number>): Promise<'ready' | 'ended'> {
  const deadline = performance.now() + ELECTRON_READY_MS;
  let state: 'waiting' | 'ended' = 'waiting';
  void exited.then(() => (state = 'ended'));
  while (performance.now() < deadline && state === 'waiting') {
    const port = await dialLocally(address).catch(() => null);
    port?.close();
    if (port !== null) return 'ready';
    await sleep(ELECTRON_LOOK_MS);
  }
  return 'ended';
}

async function launchElectron(wish: Launch, around: Surroundings): Promise<number> {
  const command = electronCommand(around.environment, around.uid, ['--data', wish.data]);
  if (command.kind === 'none') return 1;
  const shell = runProgram(command.program, command.args, around.environment);
  const release = endOnSignals(process, shell, around.say);
  try {
    if (wish.afterwards === 'wait') return await shell.exited;
    const state = await untilReady(localSocketPath(wish.data, around.platform), shell.exited);
    if (state === 'ended') return 1;
    const code = await demo(wish, around).exited;
    around.say('Close the window to end the station.');
    await shell.exited;
    return code;
  } finally {
    release();
  }
}

async function launchProgram(wish: Launch, around: Surroundings, show: 'browser' | 'none'): Promise<number> {
  around.say(`Starting the station on ${wish.data}`);
  const station = new StationProgram({
    ...wish,
    environment: around.environment,
    progress: (text) => around.say(`  ${text}`),
  });
  const release = endOnSignals(process, station, around.say);
  try {
    const ready = await station.ready;
    around.say('The station is ready.');
    const window =
      show === 'browser' && ready.startPage !== null ? await showWindow(ready.startPage, wish, around) : null;
    if (window === null && ready.startPage !== null && wish.afterwards === 'wait')
      around.say(howToReach(ready.startPage));
    let code = 0;
    if (wish.afterwards === 'demo')
      code = await Promise.race([demo(wish, around).exited, station.exited.then(() => 1)]);
    // The demonstration's end is the end, unless somebody looks at it in a window.
    if (window?.kind === 'window') {
      if (wish.afterwards === 'demo') around.say('Close the window to end the station.');
      await Promise.race([window.ended, station.exited]);
      around.say('The station ends after the cards in its machines.');
    } else if (wish.afterwards === 'wait') await station.exited;
    station.end();
    const ended = await station.exited;
    if (ended !== 0) around.say(`The station ended with code ${ended}. ${station.lastWords}`.trimEnd());
    if (window?.kind === 'window') await window.close();
    return wish.afterwards === 'demo' ? code : ended;
  } catch (cause) {
    station.end();
    return sayRefusal(cause, around.say);
  } finally {
    release();
  }
}

/** Starts the station with its windows, or one more window on a station that runs, and settles with the exit code. */
export async function launchStation(wish: Launch, around: Surroundings): Promise<number> {
  try {
    const joined = await joinRunning(wish, around);
    if (joined !== null) return joined;
  } catch (cause) {
    return sayRefusal(cause, around.say);
  }
  const shell = chooseShell({
    window: wish.window,
    display: hasDisplay(around.platform, around.environment) ? 'there' : 'missing',
    electron: electronCommand(around.environment, around.uid, []).kind,
  });
  if (shell.kind === 'electron') return launchElectron(wish, around);
  return launchProgram(wish, around, shell.kind);
}
