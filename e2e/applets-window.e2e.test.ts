import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChromiumWindow, chromiumInstalled } from './pages/chromium-window.ts';
import { Frame } from './pages/frame.ts';
import { LoginPage } from './pages/login-page.ts';
import { ownFolder } from './stations/own-folder.ts';
import { startStation, writeConfiguration } from './stations/training-station.ts';

const possible = chromiumInstalled();
/** Stays after the test: pictures are for people. */
const pictures = path.join(tmpdir(), 'cardwright-applet-screens');

const stack = new AsyncDisposableStack();
let window: ChromiumWindow;

beforeAll(async () => {
  if (!possible) return;
  const folder = stack.use(ownFolder('applets'));
  const data = path.join(folder.path, 'station');
  const line = {
    line: 'line-1',
    title: 'Line 1',
    printer: {
      driver: 'evolis',
      serial: 'NONE-1',
      model: 'a printer that is switched off',
      environment: 'test',
      link: { kind: 'tcp', host: '127.0.0.1', port: 1 },
    },
    reader: null,
  };
  writeConfiguration(data, { hsm: { kind: 'files' }, machines: { kind: 'configured', lines: [line] } });
  const station = stack.use(await startStation(data));
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true, mode: 0o700 });
  window = stack.use(await ChromiumWindow.open(station.startPage, pictures));
  window.page.setDefaultTimeout(20_000);
  const login = new LoginPage(window.page);
  await login.shown();
  await login.logIn('amira');
}, 240_000);

afterAll(async () => {
  await stack.disposeAsync();
});

test.skipIf(!possible)(
  'the catalogue shows the package that training brought in, its provider and the product that is loaded with it',
  async () => {
    const { page } = window;
    await new Frame(page).goTo('Applets');
    const packages = page.getByRole('table', { name: 'Packages' });
    await packages.getByText('F04357524947485400', { exact: true }).waitFor();
    const text = await packages.innerText();
    for (const shown of ['cardwright-training', 'Can be loaded', '1.0', 'debit-loaded-dda@1', 'F0435752494748540003']) {
      expect(text).toContain(shown);
    }
    expect(await page.getByRole('table', { name: 'Providers' }).innerText()).toContain('Cardwright training applets');
    await new Frame(page).settled();
    expect(await window.inspect('applets')).toEqual([]);
  },
  240_000,
);
