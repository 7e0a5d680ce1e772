import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where the Electron part finds its files; the same below a checkout and inside the installed archive. */
export interface ElectronPlaces {
  readonly root: string;
  readonly pages: string;
  readonly preload: string;
  readonly station: string;
}

/** The station's program: run as Electron's utility process, with the windows' ports arriving on `process.parentPort`. */
const STATION_ENTRY = path.join('src-main', 'station', 'process');

/**
 * Places as seen from the folder of the built main script, `<root>/out/electron/src-main/shells/electron`.
 * Throws an Error when there is no package.json above, which means a broken installation.
 */
export function electronPlaces(mainFolder: string, exists: (file: string) => boolean = existsSync): ElectronPlaces {
  let root = mainFolder;
  while (!exists(path.join(root, 'package.json'))) {
    const above = path.dirname(root);
    if (above === root) throw new Error(`no package.json above ${mainFolder}`);
    root = above;
  }
  const built = path.join(root, 'out', 'electron');
  return {
    root,
    pages: path.join(root, 'out', 'renderer'),
    preload: path.join(built, 'src-main', 'shells', 'electron', 'preload.cjs'),
    station: path.join(built, `${STATION_ENTRY}.js`),
  };
}
