import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contract } from '#shared/contract/contract.ts';
import { askForWindow } from './ask-for-window.ts';
import { dialLocally } from './dial-locally.ts';
import { encodeFrame, FrameReader, LONGEST_FRAME } from './frame-reader.ts';
import type { FramedPort } from './framed-port.ts';
import { listenLocally } from './listen-locally.ts';
import type { LocalListener, LocalServing } from './listen-locally.ts';
import { localSocketPath } from './local-socket-path.ts';
import { isAnswerFrame, isRequestFrame } from './rpc-frame.ts';
import { stationClient } from './station-client.ts';

let folder: string;
let listener: LocalListener | null = null;
const warnings: string[] = [];
const logger = { info: () => undefined, warn: (_fields: object, text: string) => void warnings.push(text) };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cw-socket-'));
  warnings.length = 0;
});
afterEach(async () => {
  await listener?.close();
  listener = null;
  await rm(folder, { recursive: true, force: true });
});

const fault = (code: string) => expect.objectContaining({ code }) as unknown;

/** A station's end that answers `session.hello` and streams `session.watch` until it is left; `sync.now` never answers. */
const api = implement(contract).$context<{ readonly client: string }>();
const left: string[] = [];
const handler = new RPCHandler({
  session: {
    hello: api.session.hello.handler(({ context }) => ({
      station: context.client,
      mode: 'training' as const,
      version: '1',
      trainingPeople: [],
      notices: [],
      session: null,
    })),
    watch: api.session.watch.handler(async function* ({ signal }) {
      try {
        for (let revision = 1; ; revision += 1) {
          yield { revision, topics: ['batches'] as const satisfies string[] };
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (signal?.aborted === true) return;
        }
      } finally {
        left.push('watch');
      }
    }),
  },
  sync: { now: api.sync.now.handler(() => new Promise<never>(() => {})) },
});

async function serve(extra: Partial<LocalServing> = {}): Promise<{ ports: FramedPort[]; gone: string[]; at: string }> {
  const ports: FramedPort[] = [];
  const gone: string[] = [];
  const at = path.join(folder, 'station.sock');
  listener = await listenLocally(at, {
    serve: (port, client) => {
      ports.push(port);
      handler.upgrade(port, { context: { client: client.id } });
      port.start();
    },
    onClientGone: ({ id }) => gone.push(id),
    makeStartPage: () => Promise.resolve('/folder/start-1.html'),
    logger,
    ...extra,
  });
  return { ports, gone, at };
}

function raw(at: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(at);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

describe('frames', () => {
  test('come out whole whatever the pieces, empty and multi-byte ones too', () => {
    const texts = ['', 'a', 'ü€𝄞'.repeat(1_000), '{"i":"0"}'];
    const bytes = Buffer.concat(texts.map(encodeFrame));
    for (const size of [1, 2, 3, 5, 4_096, bytes.length]) {
      const reader = new FrameReader();
      const found: string[] = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...reader.take(bytes.subarray(at, at + size)));
      expect(found).toEqual(texts);
    }
  });

  test('over the limit or not UTF-8 are refused, both ways', () => {
    expect(() => encodeFrame('x'.repeat(LONGEST_FRAME + 1))).toThrow(fault('STATION-FRAME-LONG'));
    expect(encodeFrame('x'.repeat(LONGEST_FRAME)).length).toBe(LONGEST_FRAME + 4);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(LONGEST_FRAME + 1);
    expect(() => new FrameReader().take(head)).toThrow(fault('STATION-FRAME-LONG'));
    expect(() => new FrameReader().take(Buffer.from([0, 0, 0, 1, 0xff]))).toThrow(fault('STATION-FRAME-FORM'));
  });

  test.each([
    ['{"i":"0","p":{"u":"/session/hello"}}', true],
    ['{"i":"0","t":4}', true],
    ['{"i":"0","t":3,"p":{"e":"message"}}', true],
    ['{"i":"0","p":{"u":"http://elsewhere/"}}', false],
    ['{"i":"0"}', false],
    ['{"i":"0","p":{"u":"/x","h":{"content-type":7}}}', false],
    ['{"i":"0","p":{"u":"/x","h":{"content-type":"multipart/form-data"}}}', false],
    ['{"i":"0","p":{"u":"/x","m":"GET"}}', false],
    ['{"i":"0","p":{"u":"//other.example/x"}}', true],
    ['{"i":"0","t":3}', false],
    ['{"i":"0","t":9,"p":{}}', false],
    ['{"i":7,"p":{"u":"/x"}}', false],
    ['null', false],
    ['[]', false],
    ['not json', false],
  ])('%s may reach the server adapter: %s', (frame, may) => expect(isRequestFrame(frame)).toBe(may));

  test('answers that cannot be decoded do not reach the client adapter', () => {
    expect(['{"i":"0","p":{}}', '{"i":"0","p":null}', '{"p":{}}', 'x'].map(isAnswerFrame)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('the address', () => {
  test('lies in the data folder, elsewhere when that path is too long, and is a pipe on Windows', () => {
    expect(localSocketPath('/data/training', 'linux')).toBe('/data/training/station.sock');
    const long = localSocketPath(`/${'d'.repeat(120)}`, 'linux');
    expect([Buffer.byteLength(long) < 104, long.startsWith(tmpdir())]).toEqual([true, true]);
    expect(localSocketPath('/data', 'win32')).toMatch(/^\\\\\.\\pipe\\cardwright-[0-9a-f]{32}$/);
    expect(localSocketPath('/data', 'win32')).not.toBe(localSocketPath('/other', 'win32'));
  });

  test('is readable by this user only', async () => {
    const { at } = await serve();
    expect((await stat(at)).mode & 0o777).toBe(0o600);
  });

  test('of a killed station is taken over, a living one and a foreign file are not', async () => {
    const at = path.join(folder, 'station.sock');
    const killed = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen('${at}', () => console.log(1))`,
    ]);
    await new Promise((resolve) => killed.stdout.once('data', resolve));
    killed.kill('SIGKILL');
    await new Promise((resolve) => killed.once('exit', resolve));
    expect((await stat(at)).isSocket()).toBe(true);
    await serve();
    await expect(serve()).rejects.toEqual(fault('STATION-ADDRESS-TAKEN'));
    await listener?.close();
    listener = null;
    await writeFile(at, 'somebody’s file');
    await expect(serve()).rejects.toEqual(fault('STATION-ADDRESS-TAKEN'));
  });
});

describe('the contract over the socket', () => {
  test('answers calls of several clients, each with its own id, and tells when they are gone', async () => {
    const { at, gone } = await serve();
    const clients = [stationClient(await dialLocally(at)), stationClient(await dialLocally(at))];
    const ids = await Promise.all(clients.map(async (client) => (await client.station.session.hello({})).station));
    expect(new Set(ids).size).toBe(2);
    for (const client of clients) client.close();
    await expect.poll(() => gone.toSorted()).toEqual(ids.toSorted());
  });

  test('a stream ends at the station when its reader leaves', async () => {
    const { at } = await serve();
    left.length = 0;
    const client = stationClient(await dialLocally(at));
    let seen = 0;
    for await (const { revision } of await client.station.session.watch({})) {
      seen = revision;
      if (revision === 3) break;
    }
    expect(seen).toBe(3);
    await expect.poll(() => left).toEqual(['watch']);
    client.close();
  });

  test('a dead link rejects what is under way and every later call', async () => {
    const { at, ports } = await serve();
    const client = stationClient(await dialLocally(at));
    await client.station.session.hello({});
    const pending = client.station.sync.now({});
    ports[0]?.close();
    await expect(pending).rejects.toEqual(fault('STATION-LINK-LOST'));
    await expect(client.station.session.hello({})).rejects.toEqual(fault('STATION-LINK-LOST'));
    expect(client.lost.aborted).toBe(true);
  });

  test('the caller’s own abort stays the caller’s', async () => {
    const { at } = await serve();
    const client = stationClient(await dialLocally(at));
    const abort = new AbortController();
    const pending = client.station.sync.now({}, { signal: abort.signal });
    abort.abort(new Error('mine'));
    await expect(pending).rejects.toThrow('mine');
    client.close();
  });

  test.each([
    ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a frame that is no request', encodeFrame('{"i":"0"}')],
    ['a frame over the limit', Buffer.from([0x00, 0x40, 0x00, 0x01])],
  ])('%s ends that connection only', async (_title, bytes) => {
    const { at } = await serve();
    const good = stationClient(await dialLocally(at));
    const bad = await raw(at);
    const over = closed(bad);
    bad.write(bytes);
    bad.resume();
    await over;
    expect((await good.station.session.hello({})).mode).toBe('training');
    expect(warnings).toContain('local client ended');
    good.close();
  });

  test('a client that reads nothing is not read from either', async () => {
    const { at, ports } = await serve();
    const idle = await raw(at);
    idle.pause();
    const frame = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 8; count += 1) ports[0]?.postMessage(frame);
    let taken = 0;
    const request = encodeFrame('{"i":"0","p":{"u":"/session/hello"}}');
    while (taken < 1_000 && idle.write(Buffer.concat(Array.from({ length: 500 }, () => request)))) taken += 1;
    expect(idle.writableLength).toBeGreaterThan(0);
    for (let count = 0; count < 70; count += 1) ports[0]?.postMessage(frame);
    // More than anybody should keep for it: it is let go.
    await expect.poll(() => ports[0]?.closed).toBe(true);
    idle.destroy();
  });
});

describe('dialling and asking for a window', () => {
  test('says plainly that no station runs', async () => {
    await expect(dialLocally(path.join(folder, 'station.sock'))).rejects.toEqual(fault('STATION-NOT-RUNNING'));
  });

  test('gets a start page, or hears that there is none', async () => {
    const { at } = await serve();
    expect(await askForWindow(at)).toEqual({ kind: 'start-page', path: '/folder/start-1.html' });
    await listener?.close();
    const other = await serve({ makeStartPage: null });
    expect(await askForWindow(other.at)).toEqual({ kind: 'refused', reason: 'own-windows' });
  });

  test('a listener that speaks otherwise is a fault, not an endless wait', async () => {
    const at = path.join(folder, 'other.sock');
    const server = createServer((socket) => socket.end(encodeFrame('{"what":1}')));
    await new Promise<void>((resolve) => server.listen(at, resolve));
    await expect(askForWindow(at)).rejects.toEqual(fault('STATION-FRAME-FORM'));
    server.close();
  });
});
