import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { requestFrame, type RawWire } from './raw-wire.fixture.ts';
import { StationOnWires } from './station-on-wires.fixture.ts';

const secret = 'Quince-Harbour-4471';
let world: StationOnWires;
let rejections = 0;
const count = () => (rejections += 1);

beforeAll(async () => {
  world = await StationOnWires.start();
  process.on('unhandledRejection', count);
}, 180_000);

afterAll(async () => {
  process.off('unhandledRejection', count);
  await world?.close();
}, 60_000);

/** The station goes on, for others too, and nothing was left lying. */
afterEach(async () => {
  const other = await world.local();
  expect((await other.ask('session.hello', { json: {} })).code).toBe('answered');
  other.close();
  expect(rejections).toBe(0);
});

const open: Readonly<Record<string, () => Promise<RawWire>>> = {
  'a window': () => world.window(),
  'the local socket': () => world.local(),
};
/** How each wire ends what it does not understand: WebSocket 1008, the socket closed. */
const endings: Readonly<Record<string, number>> = { 'a window': 1008, 'the local socket': 0 };

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const noRequests: readonly (readonly [string, string])[] = [
  ['no JSON', `log in with ${secret}`],
  [
    'half of a request',
    requestFrame('1', 'session.logIn', { json: { person: 'sofia', password: secret } }).slice(0, -4),
  ],
  ['nothing', ''],
  ['null', 'null'],
  ['a number', '7'],
  ['a list', '[]'],
  ['no id', '{"p":{"u":"/session/hello"}}'],
  ['a number for its id', '{"i":1,"p":{"u":"/session/hello"}}'],
  ['an endless id', `{"i":"${'9'.repeat(65)}","p":{"u":"/session/hello"}}`],
  ['no address', '{"i":"1","p":{}}'],
  ['a full address', '{"i":"1","p":{"u":"http://other.example/session/hello"}}'],
  ['an endless address', `{"i":"1","p":{"u":"/${'x'.repeat(400)}"}}`],
  ['an unknown kind', '{"i":"1","t":9,"p":{}}'],
  ['an answer', '{"i":"1","t":2,"p":{}}'],
  ['an item of a stream without content', '{"i":"1","t":3}'],
  ['a header that is a number', '{"i":"1","p":{"u":"/session/hello","h":{"content-type":7}}}'],
  ['a form in place of JSON', '{"i":"1","p":{"u":"/session/hello","h":{"content-type":"multipart/form-data"}}}'],
  [
    'a file in place of JSON',
    '{"i":"1","p":{"u":"/session/hello","h":{"content-disposition":"inline; filename=\\"%\\""}}}',
  ],
  ['a stream for its input', '{"i":"1","p":{"u":"/session/hello","h":{"content-type":"text/event-stream"}}}'],
  ['another method', '{"i":"1","p":{"u":"/session/logOut?data=%7B%22json%22%3A%7B%7D%7D","m":"GET"}}'],
];

describe.each(Object.keys(open))('%s', (wire) => {
  const opened = () => (open[wire] as () => Promise<RawWire>)();

  test.each(noRequests)('is ended by %s', async (_what, frame) => {
    const one = await opened();
    one.post(frame);
    expect(await one.ended).toBe(endings[wire]);
  });

  test.each([
    ['a body that is no object', 7],
    ['a body that is text', 'json'],
    ['no body', undefined],
    ['a list of types that is none', { json: {}, meta: 'x' }],
    ['a type at a place that is not there', { json: {}, meta: [[1, 'no', 'such']] }],
    ['a type at a prototype', { json: {}, meta: [[1, '__proto__', 'polluted']] }],
    ['a number of ten thousand digits', { json: { person: '9'.repeat(10_000), password: 'x' }, meta: [[0, 'person']] }],
    ['a file that did not come', { json: {}, maps: [['person']], meta: [] }],
  ])('answers BAD_REQUEST to %s', async (_what, body) => {
    const one = await opened();
    one.post(JSON.stringify({ i: 'b', p: { u: '/session/logIn', b: body } }));
    expect(await one.answerTo('b')).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    one.close();
  });

  test('answers BAD_REQUEST to an input a hundred thousand deep, and to one of almost four megabytes', async () => {
    const one = await opened();
    one.post(`{"i":"d","p":{"u":"/session/logIn","b":{"json":${nested(100_000)},"meta":[]}}}`);
    expect(await one.answerTo('d')).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    const large = { json: { person: 'sofia', password: secret.padEnd(4 * 1024 * 1024 - 300, 'x') } };
    const answer = await one.ask('session.logIn', large);
    expect(answer).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(answer.text).not.toContain(secret);
    one.close();
  });

  test.each([
    '/batches',
    '/batches/',
    '/',
    '/batches/nothing',
    '/__proto__',
    '/constructor/constructor',
    '/session/hello/__proto__',
    '/session/../batches/nothing',
    '/session/hello%00',
    '//other.example/session/hello',
    '/%zz',
    '/batches/get?data=1#x'.replace('/get', '/gets'),
  ])('knows no call at %s', async (u) => {
    const one = await opened();
    one.post(JSON.stringify({ i: 'p', p: { u, b: { json: {}, meta: [] } } }));
    expect((await one.answerTo('p')).status).toBe(404);
    one.close();
  });

  test('answers one request under an id at a time', async () => {
    const one = await opened();
    const frame = requestFrame('same', 'session.logIn', { json: { person: 'oscar', password: 'training-oscar' } });
    const kinds = await world.kindsDuring(async () => {
      for (let times = 0; times < 5; times += 1) one.post(frame);
      expect((await one.answerTo('same')).code).toBe('answered');
    });
    expect(kinds.filter((kind) => kind === 'session.opened')).toHaveLength(1);
    expect((await one.ask('session.logOut', { json: {} })).code).toBe('answered');
    one.close();
  });

  test('takes what belongs to no call under way in its stride', async () => {
    const one = await opened();
    for (const stray of ['{"i":"x","t":4}', '{"i":"x","t":3,"p":{"e":"message","d":1}}', '{"i":"x","t":3,"p":[]}'])
      one.post(stray);
    expect((await one.ask('session.hello', { json: {} })).code).toBe('answered');
    one.close();
  });
});

describe('a frame', () => {
  test('of bytes, or over four megabytes, ends a window', async () => {
    const [bytes, long] = [await world.window(), await world.window()];
    bytes.post(new TextEncoder().encode(requestFrame('1', 'session.hello', { json: {} })));
    long.post('x'.repeat(4 * 1024 * 1024 + 1));
    expect([await bytes.ended, await long.ended]).toEqual([1008, 1009]);
  });

  test('longer than four megabytes by its length, or not UTF-8, ends a local connection', async () => {
    const [long, torn, odd] = [await world.local(), await world.local(), await world.local()];
    long.post(new Uint8Array([0xff, 0xff, 0xff, 0xff]));
    odd.post(new Uint8Array([0, 0, 0, 2, 0xc3, 0x28]));
    torn.post(new Uint8Array([0, 0, 0, 9, 0x7b]));
    torn.close();
    expect([await long.ended, await odd.ended, await torn.ended]).toEqual([0, 0, 0]);
  });
});
