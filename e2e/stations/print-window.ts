import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ChromiumWindow } from '../pages/chromium-window.ts';
import { LoginPage } from '../pages/login-page.ts';
import { ownFolder } from './own-folder.ts';
import { startPrintLines, type PrintLines } from './print-lines.ts';
import { startStation, writeConfiguration, type RunningStation } from './training-station.ts';

/** A line whose printer is switched off, for windows in which nothing is made. */
const switchedOff = {
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
} as const;

/** A station with its keys in a file, on these lines or on one that is switched off, and a window on it in which a person is logged in; all of it ends with the stack. */
export async function openLoggedIn(
  stack: AsyncDisposableStack,
  names: { readonly folder: string; readonly pictures: string; readonly person: string },
  lines: readonly unknown[] = [switchedOff],
): Promise<{ readonly window: ChromiumWindow; readonly station: RunningStation }> {
  const data = path.join(stack.use(ownFolder(names.folder)).path, 'station');
  writeConfiguration(data, { hsm: { kind: 'files' }, machines: { kind: 'configured', lines } });
  const opened = await openOn(stack, data, names.pictures);
  const login = new LoginPage(opened.window.page);
  await login.shown();
  await login.logIn(names.person);
  return opened;
}

/** A station with two print lines and its keys in a file, and a window on it; all of it ends with the stack. */
export async function openPrintWindow(
  stack: AsyncDisposableStack,
  names: { readonly folder: string; readonly pictures: string },
): Promise<{ readonly window: ChromiumWindow; readonly machines: PrintLines; readonly station: RunningStation }> {
  const folder = stack.use(ownFolder(names.folder));
  const machines = stack.use(await startPrintLines(folder.path));
  const data = path.join(folder.path, 'station');
  writeConfiguration(data, {
    hsm: { kind: 'files' },
    machines: { kind: 'configured', lines: machines.lines.map((line) => line.configured) },
  });
  return { ...(await openOn(stack, data, names.pictures)), machines };
}

async function openOn(
  stack: AsyncDisposableStack,
  data: string,
  picturesName: string,
): Promise<{ readonly window: ChromiumWindow; readonly station: RunningStation }> {
  const station = stack.use(await startStation(data));
  // Stays after the test: pictures are for people.
  const pictures = path.join(tmpdir(), picturesName);
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true, mode: 0o700 });
  const window = stack.use(await ChromiumWindow.open(station.startPage, pictures));
  window.page.setDefaultTimeout(20_000);
  return { window, station };
}
