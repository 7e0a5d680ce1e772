import { accessSync, constants } from 'node:fs';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const LINUX_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const MAC_APPLICATIONS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_PROGRAMS = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];

/** Every place where a Chromium, Chrome or Edge usually is, the likeliest first; CARDWRIGHT_BROWSER goes before all. */
export function browserPlaces(platform: NodeJS.Platform, environment: Environment): readonly string[] {
  const named = environment['CARDWRIGHT_BROWSER'];
  const first = named === undefined || named === '' ? [] : [named];
  switch (platform) {
    case 'win32': {
      const roots = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) => environment[name]);
      return [
        ...first,
        ...WINDOWS_PROGRAMS.flatMap((program) =>
          roots.flatMap((root) => (root === undefined ? [] : [path.win32.join(root, program)])),
        ),
      ];
    }
    case 'darwin':
      return [...first, ...MAC_APPLICATIONS.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)];
    default: {
      const folders = (environment['PATH'] ?? '').split(':').filter((folder) => path.posix.isAbsolute(folder));
      const all = [...new Set([...folders, '/usr/bin', '/usr/local/bin', '/opt/google/chrome'])];
      return [...first, ...LINUX_NAMES.flatMap((name) => all.map((folder) => path.posix.join(folder, name)))];
    }
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first browser that is there, or undefined. */
export function findBrowser(
  platform: NodeJS.Platform,
  environment: Environment,
  exists: (file: string) => boolean = isProgram,
): string | undefined {
  return browserPlaces(platform, environment).find(exists);
}
