import { describe, expect, test } from 'vitest';
import { electronCommand, stationArguments } from './electron-command.ts';
import { electronPlaces } from './electron-places.ts';
import { isOwnPage, navigationAllowed, PAGE_ADDRESS, permissionAllowed } from './page-address.ts';
import { pageFile } from './page-file.ts';
import { contentSecurityPolicy, withNonce } from './page-policy.ts';
import { windowOptions } from './window-options.ts';

describe('addresses', () => {
  test.each([
    ['app://cardwright/', true],
    [PAGE_ADDRESS, true],
    ['app://cardwright/index.html#/batches', true],
    ['app://cardwright.evil/', false],
    ['app://evil/', false],
    ['app://user@cardwright/', false],
    ['app://cardwright:99/', false],
    ['https://cardwright/', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['about:blank', false],
    ['', false],
  ])('%s is the own page: %s', (address, own) => {
    expect([isOwnPage(address), navigationAllowed(address)]).toEqual([own, own]);
  });

  test.each(['media', 'clipboard-read', 'notifications', 'usb', 'serial', 'hid', 'openExternal', 'fullscreen'])(
    'permission %s is denied',
    (permission) => expect(permissionAllowed(permission)).toBe(false),
  );
});

describe('page files', () => {
  const folder = '/opt/cardwright/out/renderer';
  test.each([
    ['app://cardwright/', `${folder}/index.html`],
    ['app://cardwright/assets/main-1a.js', `${folder}/assets/main-1a.js`],
    ['app://cardwright/assets/inter%20v.woff2', `${folder}/assets/inter v.woff2`],
    ['app://cardwright/../../etc/passwd.html', `${folder}/etc/passwd.html`],
    ['app://cardwright/%2e%2e/%2e%2e/secret.json', `${folder}/secret.json`],
    ['app://cardwright/..%2f..%2fsecret.json', undefined],
    ['app://cardwright/..%5c..%5csecret.json', undefined],
    ['app://cardwright/a%00.html', undefined],
    ['app://cardwright/%zz.html', undefined],
    ['app://cardwright/secret.db', undefined],
    ['app://other/index.html', undefined],
  ])('%s -> %s', (address, file) => {
    expect(pageFile(folder, address)?.file).toBe(file);
  });
});

test('the policy carries the nonce and allows no inline script, and the nonce is put everywhere in the page', () => {
  const policy = contentSecurityPolicy('abc');
  expect(policy).toContain("style-src 'self' 'nonce-abc'");
  expect(policy).not.toMatch(/unsafe|script-src[^;]*nonce|\*/);
  expect(withNonce('<meta nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__">', 'abc')).toBe(
    '<meta nonce="abc"><style nonce="abc">',
  );
});

test('a window is sandboxed and isolated', () => {
  expect(windowOptions('/p/preload.cjs').webPreferences).toMatchObject({
    preload: '/p/preload.cjs',
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
  });
});

test('places are found below the folder that holds package.json', () => {
  const places = electronPlaces(
    '/opt/app.asar/out/electron/src-main/shells/electron',
    (file) => file === '/opt/app.asar/package.json',
  );
  expect(places).toEqual({
    root: '/opt/app.asar',
    pages: '/opt/app.asar/out/renderer',
    preload: '/opt/app.asar/out/electron/src-main/shells/electron/preload.cjs',
    station: '/opt/app.asar/out/electron/src-main/station/process.js',
  });
  expect(() => electronPlaces('/nowhere', () => false)).toThrow(/no package.json/);
});

describe('the command', () => {
  const found = { CARDWRIGHT_ELECTRON: '/e/electron', CARDWRIGHT_ELECTRON_MAIN: '/r/main.js' };
  test('is none where the start script found no Electron', () => {
    expect(electronCommand({}, 1000, [])).toEqual({ kind: 'none' });
  });
  test('gives up the sandbox for uid 0 only', () => {
    expect([electronCommand(found, 1000, ['--demo']), electronCommand(found, 0, ['--demo'])]).toEqual([
      { kind: 'electron', program: '/e/electron', args: ['/r/main.js', '--demo'] },
      { kind: 'electron', program: '/e/electron', args: ['--no-sandbox', '/r/main.js', '--demo'] },
    ]);
  });
  test('and its words reach the station', () => {
    expect([
      stationArguments(['/e/electron', '--no-sandbox', '/r/main.js', '--demo'], 'checkout'),
      stationArguments(['/e/electron', '/r/main.js', '--data', '/d'], 'checkout'),
      stationArguments(['/opt/cardwright', '--demo'], 'packaged'),
    ]).toEqual([['--demo'], ['--data', '/d'], ['--demo']]);
  });
});
