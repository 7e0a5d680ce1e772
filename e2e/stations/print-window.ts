import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ChromiumWindow } from '../pages/chromium-window.ts';
import { ownFolder } from './own-folder.ts';
import { startPrintLines, type PrintLines } from './print-lines.ts';
import { startStation, writeConfiguration, type RunningStation } from './training-station.ts';

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
  const station = stack.use(await startStation(data));
  // Stays after the test: pictures are for people.
  const pictures = path.join(tmpdir(), names.pictures);
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true, mode: 0o700 });
  const window = stack.use(await ChromiumWindow.open(station.startPage, pictures));
  window.page.setDefaultTimeout(20_000);
  return { window, machines, station };
}
