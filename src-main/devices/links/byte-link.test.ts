import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ascii, latin1 } from '#shared/bytes/bytes.ts';
import type { ByteLink, Wait } from './byte-link.ts';
import { listSerialPorts } from './list-serial-ports.ts';
import { openSerialLink } from './serial-link.ts';
import { openTcpLink } from './tcp-link.ts';

const form = { terminator: 0, limit: 20, gap: 100 } as const;
const wait = (deadline = 3000): Wait => ({ deadline, signal: AbortSignal.timeout(20_000) });
const trouble = (name: string): object => expect.objectContaining({ trouble: name }) as object;
const socat = spawnSync('socat', ['-V']).status === 0;

/** The device's end of a link. */
interface Device {
  readonly link: ByteLink;
  say(bytes: Uint8Array): void;
  /** Reads on; until then nothing is taken. */
  listen(): Promise<number>;
  go(): void;
  end(): Promise<void>;
}

async function onNetwork(): Promise<Device> {
  const server: Server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const link = await openTcpLink({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }, wait());
  const socket = await accepted;
  socket.on('error', () => undefined);
  return {
    link,
    say: (bytes) => socket.write(bytes),
    listen: async () => countOf(socket),
    go: () => socket.destroy(),
    end: async () => {
      await link.close();
      socket.destroy();
      server.close();
    },
  };
}

async function onLine(): Promise<Device> {
  const folder = await mkdtemp(join(tmpdir(), 'line-'));
  const path = join(folder, 'line');
  const child: ChildProcess = spawn('socat', [`PTY,link=${path},raw,echo=0`, 'STDIO'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  while (!existsSync(path)) await delay(5);
  const link = await openSerialLink({ path, baud: 115_200 }, wait());
  return {
    link,
    say: (bytes) => child.stdin?.write(bytes),
    listen: async () => countOf(child.stdout),
    go: () => child.kill('SIGKILL'),
    end: async () => {
      await link.close();
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Bytes that come until nothing has come for a while. */
async function countOf(stream: NodeJS.ReadableStream | null): Promise<number> {
  let count = 0;
  stream?.on('data', (chunk: Buffer) => (count += chunk.length));
  stream?.resume();
  for (let before = -1; before !== count || count === 0; await delay(300)) before = count;
  return count;
}

describe.each([
  { name: 'the network', open: onNetwork, there: true },
  { name: 'a serial line', open: onLine, there: socat },
])('a link over $name', ({ open, there }) => {
  let device: Device;
  afterEach(() => device.end());

  test.skipIf(!there)('gives answers one by one, whatever their pieces, and what nobody read', async () => {
    device = await open();
    const { link } = device;
    device.say(ascii('one\0tw'));
    expect(latin1(await link.readUntil(form, wait()))).toBe('one');
    setTimeout(() => device.say(ascii('o\0three')), 30);
    expect(latin1(await link.readUntil(form, wait()))).toBe('two');
    device.say(ascii('!'));
    await delay(100);
    expect(latin1(link.takeReceived())).toBe('three!');
    expect(link.takeReceived().length).toBe(0);
  });

  test.skipIf(!there)('tells silence, half an answer and an endless one apart', async () => {
    device = await open();
    const { link } = device;
    await expect(link.readUntil(form, wait(60))).rejects.toEqual(trouble('deadline'));
    device.say(ascii('half'));
    await expect(link.readUntil(form, wait())).rejects.toEqual(trouble('cut'));
    link.takeReceived();
    device.say(new Uint8Array(200).fill(0x41));
    await expect(link.readUntil(form, wait())).rejects.toEqual(trouble('overlong'));
  });

  test.skipIf(!there)('holds a sender back, and the wait ends at its deadline and at its signal', async () => {
    device = await open();
    const { link } = device;
    const part = new Uint8Array(16_384);
    let sent = 0;
    const stuck = (async () => {
      for (;;) {
        await link.write(part, wait(300));
        sent += part.length;
      }
    })();
    await expect(stuck).rejects.toEqual(trouble('deadline'));
    const stop = new AbortController();
    const reason = new Error('stop');
    setTimeout(() => stop.abort(reason), 30);
    await expect(link.write(part, { deadline: 3000, signal: stop.signal })).rejects.toBe(reason);
    // What was under way when the waits ended comes as well: two parts at most.
    const arrived = await device.listen();
    expect(arrived).toBeGreaterThanOrEqual(sent);
    expect(arrived).toBeLessThanOrEqual(sent + 2 * part.length);
  });

  test.skipIf(!there)('ends every wait when the other end goes, and stays ended', async () => {
    device = await open();
    const { link } = device;
    setTimeout(() => device.go(), 50);
    await expect(link.readUntil(form, wait())).rejects.toEqual(trouble('closed'));
    expect(await link.closed).not.toBe('');
    expect(link.state).toBe('closed');
    await expect(link.write(ascii('x'), wait())).rejects.toEqual(trouble('closed'));
    await link.close();
  });

  test.skipIf(!there)('closes while a write waits', async () => {
    device = await open();
    const { link } = device;
    const stuck = (async () => {
      for (;;) await link.write(new Uint8Array(65_536), wait(10_000));
    })();
    const ended = expect(stuck).rejects.toEqual(trouble('closed'));
    await delay(200);
    const began = performance.now();
    await link.close();
    await ended;
    expect(performance.now() - began).toBeLessThan(2500);
  });
});

describe('opening', () => {
  let port = 0;
  beforeAll(async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
  });

  test('an address where nobody listens, and a port that is not there, are closed', async () => {
    await expect(openTcpLink({ host: '127.0.0.1', port }, wait())).rejects.toEqual(trouble('closed'));
    await expect(openSerialLink({ path: '/dev/no-such-port', baud: 9600 }, wait())).rejects.toEqual(trouble('closed'));
  });

  test('the serial ports are listed, or none where the machine cannot tell', async () => {
    expect(Array.isArray(await listSerialPorts())).toBe(true);
  });
});
