import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** The project's root: the folder that holds package.json, above this file in sources and in a built tree alike. */
function findRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) throw new Error('no package.json above the station');
  }
}

/** Folder above `src-main` in sources, or of the built tree. */
const tree = join(import.meta.dirname, '..', '..');
const ending = extname(import.meta.url);

export const root = findRoot();
/** Files that native code reads must lie outside the packed archive. */
export const assets = join(root.replace(/app\.asar$/, 'app.asar.unpacked'), 'assets');
export const pageFolder = join(root, 'out', 'renderer');
export const programs = {
  cms: join(tree, 'src-cms', `main${ending}`),
  printer: join(tree, 'src-sim', 'printer', `main${ending}`),
  card: join(tree, 'src-sim', 'card', `main${ending}`),
} as const;

/** Where things lie in a station's data folder. */
export function placesIn(data: string) {
  return {
    data,
    database: join(data, 'station.db'),
    seal: join(data, 'seal.json'),
    bootLog: join(data, 'boot.log'),
    log: join(data, 'log', 'station.log'),
    token: join(data, 'token'),
    keyFiles: join(data, 'keys'),
    cms: join(data, 'cms'),
    enrolment: join(data, 'enrolment'),
    devices: join(data, 'devices'),
    reports: join(data, 'reports'),
    configuration: join(data, 'station.json'),
    backups: join(data, 'backups'),
    /** What a restore prepares before it takes its place. */
    restoring: join(data, 'restoring'),
    layout: join(data, 'layout'),
    start: join(data, 'start'),
  } as const;
}
export type Places = ReturnType<typeof placesIn>;
