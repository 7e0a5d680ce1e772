import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { app, BrowserWindow, dialog, MessageChannelMain, protocol, session, utilityProcess } from 'electron';
import type { UtilityProcess } from 'electron';
import { forgetful } from '../../platform/forgetful-process.ts';
import { stationArguments } from './electron-command.ts';
import { electronPlaces } from './electron-places.ts';
import { isOwnPage, navigationAllowed, PAGE_ADDRESS, PAGE_SCHEME, permissionAllowed } from './page-address.ts';
import { pageFile } from './page-file.ts';
import { pageHeaders, withNonce } from './page-policy.ts';
import { windowOptions } from './window-options.ts';

const STATION_END_MS = 10 * 60_000;
const places = electronPlaces(import.meta.dirname);

protocol.registerSchemesAsPrivileged([
  { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

/** Answers a request of the page from the built files; every answer has its own nonce. */
async function answer(address: string): Promise<Response> {
  const found = pageFile(places.pages, address);
  if (found === undefined) return new Response('', { status: 404 });
  const nonce = randomBytes(16).toString('base64');
  try {
    const content = await readFile(found.file);
    const body =
      path.extname(found.file) === '.html' ? withNonce(content.toString('utf8'), nonce) : new Uint8Array(content);
    return new Response(body, { headers: pageHeaders(found.contentType, nonce) });
  } catch {
    return new Response('', { status: 404 });
  }
}

/** A page that was loaded gets a fresh port to the station; the port of the page before it closes with that page. */
function handPort(window: BrowserWindow, station: UtilityProcess): void {
  if (!isOwnPage(window.webContents.mainFrame.url)) return;
  const { port1, port2 } = new MessageChannelMain();
  station.postMessage({ kind: 'window' }, [port1]);
  window.webContents.postMessage('cardwright-port', null, [port2]);
}

function openWindow(station: UtilityProcess): void {
  const window = new BrowserWindow(windowOptions(places.preload));
  window.once('ready-to-show', () => window.show());
  window.webContents.on('did-finish-load', () => handPort(window, station));
  void window.loadURL(PAGE_ADDRESS);
}

function denyAllElse(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-navigate', (event) => {
      if (!navigationAllowed(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!navigationAllowed(event.url)) event.preventDefault();
    });
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame || !navigationAllowed(event.url)) event.preventDefault();
    });
  });
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide) =>
    decide(permissionAllowed(permission)),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => permissionAllowed(permission));
  session.defaultSession.setDevicePermissionHandler(() => false);
}

/**
 * When the last window is closed the station is asked to end. It finishes the card in the machine first, so the wait is long;
 * a new start meanwhile opens a window on the same station.
 */
function endWithStation(station: UtilityProcess): void {
  let state: 'running' | 'ending' | 'ended' = 'running';
  station.once('exit', (code) => {
    const expected = state === 'ending';
    state = 'ended';
    if (!expected && code !== 0) dialog.showErrorBox('Cardwright', `The station ended with code ${code}.`);
    app.exit(code);
  });
  app.on('window-all-closed', () => {
    if (state !== 'running') return;
    state = 'ending';
    station.postMessage({ kind: 'end' });
    setTimeout(() => station.kill(), STATION_END_MS);
  });
}

function start(): void {
  denyAllElse();
  protocol.handle(PAGE_SCHEME, (request) => answer(request.url));
  const words = stationArguments(process.argv, app.isPackaged ? 'packaged' : 'checkout');
  const station = utilityProcess.fork(places.station, words, {
    serviceName: 'Cardwright station',
    stdio: 'inherit',
    execArgv: [...forgetful.execArgv],
    env: { ...process.env, ...forgetful.environment, UV_THREADPOOL_SIZE: '16' },
  });
  endWithStation(station);
  app.on('second-instance', () => openWindow(station));
  openWindow(station);
}

// Not awaited: Electron gets ready only after this module has been evaluated.
if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();
