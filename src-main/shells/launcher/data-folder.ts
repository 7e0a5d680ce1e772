import os from 'node:os';
import path from 'node:path';

/** Where the training station keeps everything when nobody says otherwise. CARDWRIGHT_DATA goes before the place usual on each system. */
export function defaultDataFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  home: string = os.homedir(),
): string {
  const set = (name: string) => (environment[name] === '' ? undefined : environment[name]);
  const named = set('CARDWRIGHT_DATA');
  if (named !== undefined) return path.resolve(named);
  switch (platform) {
    case 'win32':
      return path.win32.join(
        set('LOCALAPPDATA') ?? path.win32.join(home, 'AppData', 'Local'),
        'cardwright',
        'training',
      );
    case 'darwin':
      return path.posix.join(home, 'Library', 'Application Support', 'cardwright', 'training');
    default: {
      const shared = set('XDG_DATA_HOME');
      // The XDG specification ignores a relative path.
      const base =
        shared !== undefined && path.posix.isAbsolute(shared) ? shared : path.posix.join(home, '.local', 'share');
      return path.posix.join(base, 'cardwright', 'training');
    }
  }
}
