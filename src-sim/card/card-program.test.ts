import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { splitAddress } from '../control/json-lines-client.ts';
import { HandWrittenHost } from './hand-written-host.ts';
import { startCard } from './started-card.ts';
import type { StartedCard } from './started-card.ts';
import { personalise, trainingCard } from './training-card.ts';

/** The reader's end of vpcd's framing. Answers are hexadecimal, '' where the connection ended. */
class Reader {
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    this.#chunks = socket.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  static async connect(address: string): Promise<Reader> {
    const socket = connect(splitAddress(address));
    await once(socket, 'connect');
    return new Reader(socket);
  }

  send(hex: string): void {
    const message = Buffer.from(hex, 'hex');
    this.#socket.write(Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]));
  }

  async ask(hex: string): Promise<string> {
    this.send(hex);
    return this.answer();
  }

  async answer(): Promise<string> {
    while (this.#pending.length < 2 || this.#pending.length < 2 + this.#pending.readUInt16BE(0)) {
      const next = await this.#chunks.next().catch(() => ({ done: true as const, value: undefined }));
      if (next.done === true) return '';
      this.#pending = Buffer.concat([this.#pending, next.value]);
    }
    const length = this.#pending.readUInt16BE(0);
    const answer = this.#pending
      .subarray(2, 2 + length)
      .toString('hex')
      .toUpperCase();
    this.#pending = this.#pending.subarray(2 + length);
    return answer;
  }

  close(): void {
    this.#socket.destroy();
  }
}

const select = '00A4040008A00000015100000000';
const selected = '6F108408A000000151000000A5049F6501FF9000';
const application = `00A4040009${trainingCard.aid}00`;
let folder: string;
let card: StartedCard;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'card-'));
  card = await startCard('--framing', 'tcp-listen', '127.0.0.1:0', '--state', folder);
});

afterEach(async () => {
  await card.end();
  rmSync(folder, { recursive: true });
});

async function inserted(id = 'EV1-000001'): Promise<Reader> {
  expect(await card.contacts({ contacts: 'closed', card: id })).toEqual({ ok: true });
  return Reader.connect(card.vpcd);
}

test('an empty slot closes the connection; a card gives its ATR, answers, and leaves', async () => {
  expect(await (await Reader.connect(card.vpcd)).ask('04')).toBe('');
  const reader = await inserted();
  reader.send('01');
  expect([await reader.ask('04'), await reader.ask(select), await reader.ask('04')]).toEqual([
    '3BE000008131FE45EB',
    selected,
    '3BE000008131FE45EB',
  ]);
  expect(await card.contacts({ contacts: 'open' })).toEqual({ ok: true });
  expect(await reader.answer()).toBe('');
});

test('power and reset lose the session, the chip stays personalised through a restart of the program', async () => {
  let reader = await inserted();
  const host = new HandWrittenHost((command) => reader.ask(command));
  await reader.ask(application);
  await host.open(0x33);
  reader.send('02');
  expect(await host.send('80E20000', '010100')).toBe('6982');
  await reader.ask(application);
  await host.open(0x33);
  expect(await personalise(host)).toEqual(['9000', '9000', '9000']);
  reader.close();
  const before = await card.control({ inspect: true });
  await card.end();
  expect(readdirSync(folder)).toEqual(['EV1-000001.json']);
  card = await startCard('--framing', 'tcp-listen', '127.0.0.1:0', '--state', folder);
  expect((await card.control({ inspect: true }))['cards']).toEqual(before['cards']);
  expect(before['cards']).toMatchObject({
    'EV1-000001': { applicationLifeCycle: 0x0f, personalisations: 1, authentications: 2, failedAuthentications: 0 },
  });
  reader = await inserted();
  await reader.ask(application);
  expect(await reader.ask('00B2010C00')).toBe(`${trainingCard.records['0101']}9000`);
  reader.close();
});

test('each fault strikes the next card once, counted from its insertion', async () => {
  const arm = async (fault: Record<string, unknown>): Promise<Reader> => {
    expect(await card.control(fault)).toEqual({ ok: true });
    return inserted();
  };
  const mute = await arm({ fault: 'mute' });
  expect(await mute.ask('04')).toBe('');

  const status = await arm({ fault: 'status-at-apdu', n: 2, sw: '6F00' });
  expect([await status.ask(select), await status.ask(select), await status.ask(select)]).toEqual([
    selected,
    '6F00',
    selected,
  ]);

  const pulled = await arm({ fault: 'pull-at-apdu', n: 2 });
  expect([await pulled.ask(select), await pulled.ask(select)]).toEqual([selected, '']);
  expect(await (await Reader.connect(card.vpcd)).ask('04')).toBe('');

  const silent = await arm({ fault: 'never-answers', n: 1 });
  silent.send(select);
  expect(await Promise.race([silent.answer(), delay(300, 'silence')])).toBe('silence');

  const garbage = await arm({ fault: 'garbage-at-apdu', n: 1 });
  expect(await garbage.ask(select)).not.toBe(selected);

  const slow = await arm({ fault: 'slow', ms: 200 });
  const start = performance.now();
  expect(await slow.ask(select)).toBe(selected);
  expect(performance.now() - start).toBeGreaterThan(195);

  const altered = await arm({ fault: 'wrong-read', tag: '9F65' });
  expect(await altered.ask(select)).toBe('6F108408A000000151000000A5049F6501FE9000');

  const wrongKeys = await arm({ fault: 'wrong-keys' });
  await expect(new HandWrittenHost((command) => wrongKeys.ask(command)).open(1)).rejects.toThrow('wrong card');
  const right = await inserted();
  expect(await new HandWrittenHost((command) => right.ask(command)).open(1)).toBe('9000');
  right.close();
});

test('the same chip under two ids, a fault for one card only, and a fault until cleared', async () => {
  const cplc = async (id: string): Promise<string> => {
    const reader = await inserted(id);
    const answer = await reader.ask('80CA9F7F00');
    reader.close();
    return answer;
  };
  const first = await cplc('A-1');
  await card.control({ fault: 'same-chip' });
  expect([await cplc('A-2'), (await cplc('A-3')) === first]).toEqual([first, false]);

  await card.control({ fault: 'status-at-apdu', n: 1, sw: '6581', card: 'A-5' });
  expect([(await cplc('A-4')) === '6581', await cplc('A-5'), (await cplc('A-5')) === '6581']).toEqual([
    false,
    '6581',
    false,
  ]);

  await card.control({ fault: 'status-at-apdu', n: 1, sw: '6581', once: false });
  expect([await cplc('A-6'), await cplc('A-7')]).toEqual(['6581', '6581']);
  await card.control({ clear: true });
  expect((await cplc('A-6')).slice(-4)).toBe('9000');
});

test('the kind of blanks is chosen on command for cards to come; inspection shows registry, keys and free memory', async () => {
  const shown = async (id: string): Promise<unknown> => {
    const { cards } = (await card.control({ inspect: true, card: id })) as { cards: Record<string, object> };
    return cards[id];
  };
  expect(await card.control({ insert: 'A-1' })).toEqual({ ok: true });
  expect(await card.control({ blank: 'factory' })).toEqual({ ok: true });
  expect(await card.control({ insert: 'A-1' })).toEqual({ ok: true });
  const reader = await inserted('A-2');
  const host = new HandWrittenHost((command) => reader.ask(command));
  expect(await host.open(0x33)).toBe('9000');
  const install = `07A000000151535008A0000001515350410AF0435752495353440001${'03C04000'}02C90000`;
  expect(await host.send('80E60C00', install, '00')).toBe('009000');
  reader.close();
  const isd = { aid: 'a000000151000000', lifeCycle: 15, privileges: '9efe80', domain: 'a000000151000000' };
  const keys = { ids: [1, 2, 3], types: [0x88, 0x88, 0x88], failures: 0 };
  expect([await shown('A-1'), await shown('A-2')]).toMatchObject([
    {
      freeMemory: 0,
      domains: [{ ...isd, keys: [{ ...keys, version: 0x30, sequence: 0 }] }],
      loadFiles: [{ aid: 'f04357524947485400', modules: ['f0435752494748540001', 'f0435752494748540002'] }],
      applications: [
        {
          aid: 'f04357524947485401',
          module: 'f0435752494748540001',
          lifeCycle: 7,
          privileges: '000000',
          groupings: [],
        },
        { aid: 'f0435752494c4f5901', module: 'f0435752494748540002', lifeCycle: 7 },
      ],
    },
    {
      freeMemory: 65_280,
      applicationLifeCycle: null,
      domains: [
        { ...isd, keys: [{ ...keys, version: 0xff, sequence: 1 }] },
        { aid: 'f0435752495353440001', lifeCycle: 7, privileges: 'c04000', domain: 'a000000151000000', keys: [] },
      ],
      loadFiles: [{ aid: 'a0000001515350', modules: ['a000000151535041'] }],
      applications: [],
    },
  ]);
  expect(await card.control({ blank: 'golden' })).toEqual({
    error: expect.stringContaining('"blank" must be one of ready') as string,
  });
});

test('requests that make no sense are answered with an error and change nothing', async () => {
  const before = await card.control({ inspect: true });
  for (const request of [
    {},
    { fault: 'fire' },
    { fault: 'slow' },
    { fault: 'mute', m: 1 },
    { fault: 'wrong-read', tag: '5' },
  ]) {
    expect(await card.control(request)).toEqual({ error: expect.any(String) as string });
  }
  for (const request of [{}, { contacts: 'closed' }, { contacts: 'closed', card: '../x' }, { contacts: 'ajar' }]) {
    expect(await card.contacts(request)).toEqual({ error: expect.any(String) as string });
  }
  expect(await card.control({ inspect: true })).toEqual(before);
});

test('with --orphan exit the program ends with its parent', async () => {
  const own = await startCard('--framing', 'tcp-listen', '127.0.0.1:0', '--orphan', 'exit');
  const ended = once(own.child, 'exit');
  own.child.stdin?.end();
  expect(await ended).toEqual([0, null]);
});

test('as client of vpcd: offers the card again when the reader went and came, and says when there is none', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = (server.address() as { port: number }).port;
  const own = await startCard('--vpcd', `127.0.0.1:${String(port)}`, '--route', 'off');
  try {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    expect(await own.contacts({ contacts: 'closed', card: 'A-1' })).toEqual({ ok: true });
    const reader = new Reader((await accepted)[0]);
    expect([await reader.ask('04'), await reader.ask(select)]).toEqual(['3BE000008131FE45EB', selected]);
    const again = once(server, 'connection') as Promise<[Socket]>;
    reader.close();
    const back = new Reader((await again)[0]);
    expect(await back.ask(select)).toBe(selected);
    server.close();
    expect(await own.contacts({ contacts: 'open' })).toEqual({ ok: true });
    expect(await back.answer()).toBe('');
    expect(await own.contacts({ contacts: 'closed', card: 'A-1' })).toEqual({
      error: `no reader at 127.0.0.1:${String(port)}`,
    });
    expect(await own.contacts({ contacts: 'open' })).toEqual({ ok: true });
  } finally {
    await own.end();
    server.close();
  }
});
