import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBrowser } from './find-browser.ts';

const END_MS = 5_000;
const PROFILE = /^window-(\d+)-/;

/** An open window, or why there is none. */
export type AppWindow =
  | {
      readonly kind: 'window';
      readonly browser: string;
      /** Settles when the window was closed. */
      readonly ended: Promise<void>;
      close(): Promise<void>;
    }
  | { readonly kind: 'none'; readonly reason: 'no-display' | 'no-browser' | 'did-not-start' };

export interface WindowWish {
  readonly startPage: string;
  /** Where windows keep their browser profiles, one fresh folder each; made with mode 0700. */
  readonly profileFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number | undefined;
  readonly platform?: NodeJS.Platform;
}

/** Whether a window could be seen: elsewhere than on Linux there always is a desktop. */
export function hasDisplay(platform: NodeJS.Platform, environment: WindowWish['environment']): boolean {
  if (platform !== 'linux') return true;
  return [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some((name) => name !== undefined && name !== '');
}

/** The browser's arguments: an app window with a profile of its own that talks to nobody but the page. */
export function browserArguments(wish: Pick<WindowWish, 'startPage' | 'uid'>, profile: string): readonly string[] {
  return [
    `--app=${pathToFileURL(wish.startPage).href}`,
    `--user-data-dir=${profile}`,
    '--window-size=1400,900',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-extensions',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-domain-reliability',
    '--disable-client-side-phishing-detection',
    '--disable-breakpad',
    '--metrics-recording-only',
    '--no-pings',
    '--password-store=basic',
    '--use-mock-keychain',
    '--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication,InterestFeedContentSuggestions',
    // Chromium's sandbox refuses to run as uid 0; the page says so. --test-type hides the browser's own bar about it.
    ...(wish.uid === 0 ? ['--no-sandbox', '--test-type'] : []),
  ];
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}

/** A fresh profile: one that is open elsewhere would hand the window over to that browser. Those of ended launchers are removed. */
async function freshProfile(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    const owner = PROFILE.exec(name)?.[1];
    if (owner !== undefined && !lives(Number(owner)))
      await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
  return mkdtemp(path.join(folder, `window-${process.pid}-`));
}

/** Opens an app window on a start page. The window is not ended by Ctrl-C at this terminal; `close` ends it. */
export async function openAppWindow(wish: WindowWish): Promise<AppWindow> {
  const platform = wish.platform ?? process.platform;
  if (!hasDisplay(platform, wish.environment)) return { kind: 'none', reason: 'no-display' };
  const browser = findBrowser(platform, wish.environment);
  if (browser === undefined) return { kind: 'none', reason: 'no-browser' };
  const profile = await freshProfile(wish.profileFolder);
  const child = spawn(browser, browserArguments(wish, profile), {
    detached: platform !== 'win32',
    stdio: 'ignore',
    env: { ...wish.environment },
  });
  const spawned = await new Promise<'yes' | 'no'>((resolve) => {
    child.once('spawn', () => resolve('yes'));
    child.once('error', () => resolve('no'));
  });
  const sweep = () =>
    rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => undefined);
  if (spawned === 'no') {
    await sweep();
    return { kind: 'none', reason: 'did-not-start' };
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve(sweep())));
  return {
    kind: 'window',
    browser,
    ended,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return ended;
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), END_MS);
      await ended;
      clearTimeout(hard);
    },
  };
}
