import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPlaces, findBrowser } from './find-browser.ts';
import { browserArguments, hasDisplay, openAppWindow } from './open-app-window.ts';
import { serveWindows } from './serve-window.ts';

describe('the browser', () => {
  test('is looked for where each system keeps it, a named one first', () => {
    expect(browserPlaces('linux', { PATH: '/a:relative:/usr/bin', CARDWRIGHT_BROWSER: '/mine' }).slice(0, 3)).toEqual([
      '/mine',
      '/a/chromium',
      '/usr/bin/chromium',
    ]);
    expect(browserPlaces('win32', { ProgramFiles: 'C:\\Program Files' })).toEqual([
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
    ]);
    expect(browserPlaces('darwin', {})[0]).toBe('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
    expect(findBrowser('linux', { PATH: '' }, (file) => file === '/usr/bin/microsoft-edge')).toBe(
      '/usr/bin/microsoft-edge',
    );
    expect(findBrowser('linux', { PATH: '' }, () => false)).toBeUndefined();
  });

  test('gives up its sandbox for uid 0 only, and has no token in its arguments', () => {
    const wish = { startPage: '/data dir/start/start-1.html' };
    const [user, root] = [1000, 0].map((uid) => browserArguments({ ...wish, uid }, '/profile'));
    expect(user).toContain('--app=file:///data%20dir/start/start-1.html');
    expect([user?.includes('--no-sandbox'), root?.includes('--no-sandbox'), root?.includes('--test-type')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('is not started where nobody could see it', async () => {
    expect([
      hasDisplay('linux', {}),
      hasDisplay('linux', { DISPLAY: '' }),
      hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' }),
      hasDisplay('darwin', {}),
    ]).toEqual([false, false, true, true]);
    const window = await openAppWindow({
      startPage: '/none',
      profileFolder: '/none',
      environment: {},
      uid: 0,
      platform: 'linux',
    });
    expect(window).toEqual({ kind: 'none', reason: 'no-display' });
  });
});

const missing = ['/usr/bin/Xvfb', '/usr/bin/chromium'].filter((file) => !existsSync(file));
if (missing.length > 0) console.warn(`skipped: an app window in a real Chromium (missing: ${missing.join(', ')})`);

describe.skipIf(missing.length > 0)('an app window in a real Chromium', () => {
  let screen: ChildProcess;
  let display = '';
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'cw-appwindow-'));
    // Xvfb chooses a free display and says which on file descriptor 3.
    screen = spawn('/usr/bin/Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    display = await new Promise((resolve, reject) => {
      screen.stdio[3]?.once('data', (said) => resolve(`:${String(said).trim()}`));
      screen.once('exit', () => reject(new Error('Xvfb ended')));
    });
  });
  afterAll(async () => {
    screen.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test('takes the start page, gets its connection, and its end is noticed', async () => {
    const pages = path.join(folder, 'pages');
    await mkdir(pages, { recursive: true });
    await writeFile(path.join(pages, 'index.html'), '<title>t</title><script src="/main.js"></script>');
    await writeFile(
      path.join(pages, 'main.js'),
      `addEventListener('securitypolicyviolation', (e) => { window.bad = e.violatedDirective; });
       const s = new WebSocket('ws://' + location.host + '/rpc');
       s.onopen = () => s.send(JSON.stringify({ title: document.title, cookie: document.cookie, bad: window.bad ?? '' }));`,
    );
    const said = Promise.withResolvers<unknown>();
    const windows = await serveWindows({
      pageFolder: pages,
      startFolder: path.join(folder, 'start'),
      serve: (socket) => socket.once('message', (data) => said.resolve(JSON.parse((data as Buffer).toString()))),
      logger: { info: () => undefined, warn: () => undefined },
    });
    const window = await openAppWindow({
      startPage: await windows.makeStartPage(),
      profileFolder: path.join(folder, 'profiles'),
      environment: { ...process.env, DISPLAY: display },
      uid: process.getuid?.(),
    });
    try {
      expect(window.kind).toBe('window');
      expect(await said.promise).toEqual({ title: 't', cookie: '', bad: '' });
      expect(await readdir(path.join(folder, 'start'))).toEqual([]);
    } finally {
      if (window.kind === 'window') await window.close();
      await windows.close();
    }
    // The profile of a closed window does not stay.
    expect(await readdir(path.join(folder, 'profiles'))).toEqual([]);
  }, 60_000);
});
