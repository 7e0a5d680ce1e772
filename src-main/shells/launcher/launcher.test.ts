import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listenLocally } from '../local-socket/listen-locally.ts';
import { localSocketPath } from '../local-socket/local-socket-path.ts';
import { chooseShell } from './choose-shell.ts';
import { defaultDataFolder } from './data-folder.ts';
import { endOnSignals } from './ending.ts';
import { launchStation } from './launch-station.ts';
import { readLaunchWords } from './launch-words.ts';
import { StationProgram, StationRefusal } from './station-program.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cw-launch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the words of a start', () => {
  const launch = { kind: 'launch', data: '/default', window: 'wanted', afterwards: 'wait' };
  test.each<[string[], unknown]>([
    [[], launch],
    [['--'], launch],
    [['--data', '/d/../e', '--no-window'], { ...launch, data: '/e', window: 'not-wanted' }],
    [['--demo'], { ...launch, afterwards: 'demo' }],
    [['--help'], { kind: 'help' }],
    [['--data', ''], { kind: 'wrong', text: '--data needs a folder.' }],
    [['--data'], { kind: 'wrong', text: "Option '--data <value>' argument missing" }],
    [['--dmeo'], { kind: 'wrong', text: "Unknown option '--dmeo'" }],
    [['demo'], { kind: 'wrong', text: "Unexpected argument 'demo'. This command does not take positional arguments" }],
  ])('%j', (words, wish) => expect(readLaunchWords(words, '/default')).toEqual(wish));
});

test('the data folder is where each system keeps such things', () => {
  expect([
    defaultDataFolder({}, 'linux', '/home/o'),
    defaultDataFolder({ XDG_DATA_HOME: '/x' }, 'linux', '/home/o'),
    defaultDataFolder({ XDG_DATA_HOME: 'relative' }, 'linux', '/home/o'),
    defaultDataFolder({ CARDWRIGHT_DATA: '/mine', XDG_DATA_HOME: '/x' }, 'linux', '/home/o'),
    defaultDataFolder({}, 'darwin', '/Users/o'),
    defaultDataFolder({ LOCALAPPDATA: 'C:\\L' }, 'win32', 'C:\\Users\\o'),
  ]).toEqual([
    '/home/o/.local/share/cardwright/training',
    '/x/cardwright/training',
    '/home/o/.local/share/cardwright/training',
    '/mine',
    '/Users/o/Library/Application Support/cardwright/training',
    'C:\\L\\cardwright\\training',
  ]);
});

test('Electron goes before a browser, and nothing is opened unseen or unwanted', () => {
  const found = { window: 'wanted', display: 'there', electron: 'electron' } as const;
  expect([
    chooseShell(found),
    chooseShell({ ...found, electron: 'none' }),
    chooseShell({ ...found, display: 'missing' }),
    chooseShell({ ...found, window: 'not-wanted' }),
  ]).toEqual([
    { kind: 'electron' },
    { kind: 'browser' },
    { kind: 'none', reason: 'no-display' },
    { kind: 'none', reason: 'not-wanted' },
  ]);
});

test('the first Ctrl-C asks, a second within five seconds ends at once, a later one asks again', () => {
  const signals = new EventEmitter() as unknown as NodeJS.Process & EventEmitter;
  const acts: string[] = [];
  let time = 0;
  const release = endOnSignals(
    signals,
    { end: () => acts.push('end'), kill: () => acts.push('kill') },
    () => undefined,
    () => time,
  );
  for (time of [0, 6_000, 9_000]) signals.emit('SIGINT');
  signals.emit('SIGTERM');
  release();
  expect([acts, signals.listenerCount('SIGINT')]).toEqual([['end', 'end', 'kill', 'end'], 0]);
});

describe('the process of a station', () => {
  /** A program that speaks as the station's process does. */
  async function program(body: string, readyMs = 10_000) {
    const file = path.join(folder, 'process.mjs');
    await writeFile(file, body);
    const progress: string[] = [];
    const station = new StationProgram({
      data: folder,
      environment: process.env,
      progress: (text) => progress.push(text),
      file,
      readyMs,
    });
    return { station, progress };
  }

  test('tells its progress, gets ready with the folder it was given, and ends when asked', async () => {
    const { station, progress } = await program(`
      process.send({ kind: 'progress', text: 'one' });
      process.send({ kind: 'ready', startPage: null, url: null, socket: process.argv.at(-1) });
      process.on('message', (message) => { if (message.kind === 'end') process.exit(0); });`);
    expect([await station.ready, progress]).toEqual([
      { kind: 'ready', startPage: null, url: null, socket: folder },
      ['one'],
    ]);
    station.end();
    expect(await station.exited).toBe(0);
  });

  test('gives its own reason when it refuses', async () => {
    const { station } = await program(`
      process.send({ kind: 'failed', code: 'JOURNAL-BROKEN', text: 'Broken.', next: 'Call.' }, () => process.exit(1));`);
    await expect(station.ready).rejects.toEqual(
      new StationRefusal({ code: 'JOURNAL-BROKEN', text: 'Broken.', next: 'Call.' }),
    );
    expect(await station.exited).toBe(1);
  });

  test('that dies or stays silent is a fault in plain words', async () => {
    const dying = await program(`throw new Error('no such thing');`);
    await expect(dying.station.ready).rejects.toMatchObject({
      code: 'STATION-START-FAILED',
      details: { reason: expect.stringContaining('no such thing') as unknown },
    });
    const silent = await program(`setInterval(() => {}, 1000);`, 300);
    await expect(silent.station.ready).rejects.toMatchObject({ code: 'STATION-START-SLOW' });
    expect(await silent.station.exited).toBe(1);
  });
});

test('a start on a folder whose station runs asks that one for a window and starts nothing', async () => {
  let pages = 0;
  const listener = await listenLocally(localSocketPath(folder), {
    serve: (port) => port.start(),
    makeStartPage: () => Promise.resolve(`/start-${(pages += 1)}.html`),
    logger: { info: () => undefined, warn: () => undefined },
  });
  const said: string[] = [];
  const around = {
    environment: {},
    uid: 1000,
    platform: 'linux' as const,
    say: (text: string) => void said.push(text),
  };
  const wish = { kind: 'launch', data: folder, afterwards: 'wait' } as const;
  // No display: the page is named instead.
  const codes = [await launchStation({ ...wish, window: 'wanted' }, around)];
  codes.push(await launchStation({ ...wish, window: 'not-wanted' }, around));
  await listener.close();
  expect([codes, said[0], said[1]?.includes('file:///start-1.html'), said.length]).toEqual([
    [0, 0],
    `A station already runs on ${folder}.`,
    true,
    3,
  ]);
});
