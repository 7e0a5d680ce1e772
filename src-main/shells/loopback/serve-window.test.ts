import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { serveWindows } from './serve-window.ts';
import type { ServedWindows } from './serve-window.ts';

let folder: string;
let windows: ServedWindows;
let port: number;
const served: string[] = [];
const gone: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cw-window-'));
  const pages = path.join(folder, 'pages');
  await mkdir(path.join(pages, 'assets'), { recursive: true });
  await writeFile(
    path.join(pages, 'index.html'),
    '<meta property="csp-nonce" nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__"></style>',
  );
  await writeFile(path.join(pages, 'assets', 'main.js'), 'const mark = "__CSP_NONCE__";');
  await writeFile(path.join(pages, 'favicon.svg'), '<svg/>');
  await writeFile(path.join(folder, 'secret.json'), '{"secret":true}');
  served.length = 0;
  gone.length = 0;
  windows = await serveWindows({
    pageFolder: pages,
    startFolder: path.join(folder, 'start'),
    serve: (socket, client) => {
      served.push(client.id);
      socket.on('message', (data) => socket.send(`${client.id} ${(data as Buffer).toString()}`));
    },
    onClientGone: ({ id }) => gone.push(id),
    logger: { info: () => undefined, warn: () => undefined },
    awayMs: 150,
  });
  port = Number(new URL(windows.url).port);
});
afterEach(async () => {
  await windows.close();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(method: string, target: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path: target, headers }, (answer) => {
      let text = '';
      answer.on('data', (piece) => (text += String(piece)));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

async function token(): Promise<string> {
  const page = await readFile(await windows.makeStartPage(), 'utf8');
  return /name="token" value="([0-9a-f]{64})"/.exec(page)?.[1] ?? '';
}

const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'null' };
const start = async (headers: Record<string, string> = form) =>
  ask('POST', '/start', headers, `token=${await token()}`);

async function admitted(): Promise<string> {
  const { headers } = await start();
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

function socket(headers: Record<string, string>, target = '/rpc'): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const opened = new WebSocket(`ws://127.0.0.1:${port}${target}`, { headers });
    opened.once('open', () => resolve(opened));
    opened.once('unexpected-response', (_request, answer) => {
      resolve(answer.statusCode ?? 0);
      opened.terminate();
    });
    opened.on('error', () => undefined);
  });
}

async function live(cookie: string): Promise<WebSocket> {
  const opened = await socket({ cookie, origin: windows.url });
  if (typeof opened === 'number') throw new Error(`refused with ${opened}`);
  return opened;
}

const closing = (opened: WebSocket) => new Promise<number>((resolve) => opened.once('close', resolve));
const echo = (opened: WebSocket) =>
  new Promise<string>((resolve) => {
    opened.once('message', (data) => resolve((data as Buffer).toString()));
    opened.send('hello');
  });

describe('the start page', () => {
  test('is a file of mode 0600 in a folder of mode 0700, with the token in no address', async () => {
    const file = await windows.makeStartPage();
    expect([(await stat(file)).mode & 0o777, (await stat(path.dirname(file))).mode & 0o777]).toEqual([0o600, 0o700]);
    const page = await readFile(file, 'utf8');
    expect(page).toContain(`<form method="post" action="${windows.url}/start">`);
    expect(page).not.toMatch(/[?&]token=/);
  });

  test('admits one window once, by 200 and Refresh with a strict HttpOnly cookie, and is removed', async () => {
    const value = await token();
    const first = await ask('POST', '/start', form, `token=${value}`);
    expect([first.status, first.headers['refresh']]).toEqual([200, '0; url=/']);
    expect(first.headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^cardwright-${port}=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    expect((await ask('POST', '/start', form, `token=${value}`)).status).toBe(403);
    await expect.poll(() => readdir(path.join(folder, 'start'))).toEqual([]);
  });

  test.each<[string, Record<string, string>, string | undefined]>([
    ['another origin', { ...form, origin: 'http://evil.example' }, undefined],
    ['no origin', { 'content-type': form['content-type'] }, undefined],
    ['another form', { origin: 'null', 'content-type': 'application/json' }, undefined],
    ['a wrong token', form, `token=${'0'.repeat(64)}`],
    ['two tokens', form, `token=${'0'.repeat(64)}&token=${'1'.repeat(64)}`],
    ['a body that is too long', form, `token=${'0'.repeat(5_000)}`],
    ['nothing', form, ''],
  ])('refuses %s', async (_title, headers, body) => {
    const answer = await ask('POST', '/start', headers, body ?? `token=${await token()}`);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });
});

describe('requests', () => {
  test.each(['evil.example', `localhost:${0}`, '127.0.0.1', '127.0.0.1:1'])('host %s is not served', async (host) => {
    const cookie = await admitted();
    expect([(await ask('GET', '/', { host, cookie })).status, (await start({ ...form, host })).status]).toEqual([
      421, 421,
    ]);
  });

  test('without a cookie, with another or with two: 401', async () => {
    const cookie = await admitted();
    const name = `cardwright-${port}`;
    const answers = [
      await ask('GET', '/'),
      await ask('GET', '/', { cookie: `${name}=${'0'.repeat(64)}` }),
      await ask('GET', '/', { cookie: `${cookie}; ${cookie}` }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  test('of another origin, and by another method, are refused', async () => {
    const cookie = await admitted();
    expect([
      (await ask('GET', '/', { cookie, origin: 'http://evil.example' })).status,
      (await ask('GET', '/', { cookie, origin: 'null' })).status,
      (await ask('GET', '/', { cookie, origin: windows.url })).status,
      (await ask('PUT', '/', { cookie })).status,
      (await ask('POST', '/other', { cookie, origin: windows.url })).status,
    ]).toEqual([403, 403, 200, 405, 405]);
  });

  test('each answer has its own nonce, in policy and page alike; scripts are left as they are', async () => {
    const cookie = await admitted();
    const answers = [await ask('GET', '/', { cookie }), await ask('GET', '/index.html', { cookie })];
    const nonces = answers.map(
      ({ headers }) => /style-src 'self' 'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1],
    );
    expect(new Set(nonces).size).toBe(2);
    expect(answers.map(({ body }) => body)).toEqual(
      nonces.map((nonce) => `<meta property="csp-nonce" nonce="${nonce}"><style nonce="${nonce}"></style>`),
    );
    expect(answers[0]?.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    });
    expect((await ask('GET', '/assets/main.js', { cookie })).body).toContain('__CSP_NONCE__');
    expect((await ask('GET', '/favicon.ico', { cookie })).headers['content-type']).toBe('image/svg+xml');
    expect(await ask('HEAD', '/', { cookie })).toMatchObject({ status: 200, body: '' });
  });

  test.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/assets/..%5c..%5csecret.json',
    '/assets/main.js%00.html',
    '//etc/passwd',
    '/%zz.html',
    '/missing.js',
    '/assets',
    'http://evil.example/',
  ])('%s leads nowhere', async (target) => {
    const cookie = await admitted();
    const answer = await new Promise<string>((resolve) => {
      const raw = connect(port, '127.0.0.1', () =>
        raw.write(
          `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
        ),
      );
      let text = '';
      raw.on('data', (piece) => (text += String(piece)));
      raw.on('end', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain('secret":true');
  });
});

describe('the WebSocket', () => {
  test('needs host, own origin, cookie and path', async () => {
    const cookie = await admitted();
    const origin = windows.url;
    expect([
      await socket({ cookie, origin, host: 'evil.example' }),
      await socket({ cookie }),
      await socket({ cookie, origin: 'null' }),
      await socket({ cookie, origin: 'http://evil.example' }),
      await socket({ origin }),
      await socket({ cookie, origin }, '/other'),
    ]).toEqual([421, 403, 403, 403, 401, 404]);
    expect(served).toEqual([]);
  });

  test('keeps its client over a reload; two start pages are two clients', async () => {
    const [one, other] = [await admitted(), await admitted()];
    const first = await live(one);
    first.close();
    await closing(first);
    const again = await live(one);
    const second = await live(other);
    expect([served[0] === served[1], served[0] === served[2], await echo(again)]).toEqual([
      true,
      false,
      `${served[0]} hello`,
    ]);
    second.close();
    again.close();
  });

  test('the newest connection of a window takes over, and nobody is gone by that', async () => {
    const cookie = await admitted();
    const first = await live(cookie);
    const over = closing(first);
    const second = await live(cookie);
    expect([await over, await echo(second)]).toEqual([4001, `${served[0]} hello`]);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(gone).toEqual([]);
    second.close();
    await expect.poll(() => gone).toEqual([served[0]]);
  });

  test('a message over 4 MiB ends that connection', async () => {
    const opened = await live(await admitted());
    const over = closing(opened);
    opened.send('x'.repeat(4 * 1024 * 1024 + 1));
    expect(await over).toBe(1009);
  });

  test('closes with the station, which then takes nothing any more', async () => {
    const opened = await live(await admitted());
    const over = closing(opened);
    await windows.makeStartPage();
    await windows.close();
    expect(await over).toBe(1001);
    await expect(ask('GET', '/')).rejects.toThrow(/ECONNREFUSED/);
    await expect.poll(() => readdir(path.join(folder, 'start'))).toEqual([]);
  });
});

test('pages that are not built are a fault, not a blank window', async () => {
  const missing = serveWindows({
    pageFolder: path.join(folder, 'nowhere'),
    startFolder: path.join(folder, 'start'),
    serve: () => undefined,
    logger: { info: () => undefined, warn: () => undefined },
  });
  await expect(missing).rejects.toMatchObject({ code: 'STATION-NO-PAGES' });
});
