import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { issuerId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { faultOf, never } from '../intake/intake-station.fixture.ts';
import { CmsClient, type CmsDeadlines } from './cms-client.ts';
import { HostileCms, json, makeCertificate, raw, type HostileAnswer } from './hostile-cms.fixture.ts';
import { retryDelay } from './retry-delay.ts';

const deadlines: CmsDeadlines = { usual: 2_000, manifest: 2_000, records: 2_000, events: 2_000 };
const station = 'ha-01';
let cms: HostileCms;
let client: CmsClient;
beforeAll(async () => {
  cms = await HostileCms.start();
  client = new CmsClient(cms.url, { authority: cms.authority, station }, deadlines);
});
afterAll(async () => {
  await client.close();
  await cms.end();
});

/** Every call of the client, with what an honest CMS would answer. */
const time = '2026-03-02T08:00:00.000Z';
const hash = 'ab'.repeat(32);
const lease = { lease: 'l-1', batch: 'b-1', station, expiresAt: time, heartbeatSeconds: 60, granted: false };
const batch = {
  id: 'b-1',
  issuer: 'northbank',
  product: 'emv-debit@1',
  count: 5,
  due: '2026-03-09',
  priority: 'normal',
  environment: 'test',
  state: 'available',
  holder: 'nobody',
  createdAt: time,
};
const calls = {
  batches: { honest: { batches: [batch] }, call: () => client.batches(never) },
  takeLease: { honest: lease, call: () => client.takeLease('b-1', never) },
  heartbeat: { honest: lease, call: () => client.heartbeat('l-1', never) },
  releaseLease: {
    honest: { lease: 'l-1', batch: 'b-1', released: 'yes' },
    call: () => client.releaseLease('l-1', never),
  },
  grant: { honest: { grant: 'aa.bb.cc' }, call: () => client.grant('l-1', hash, never) },
  sendEvents: { honest: { kind: 'accepted', upTo: 1 }, call: () => client.sendEvents(['{}'], never) },
  schemeAuthority: {
    honest: {
      rid: 'f043575249',
      index: 241,
      modulus: 'c1'.repeat(248),
      exponent: '03',
      expires: '2040-12',
      checkSum: 'ab'.repeat(20),
      environment: 'test',
    },
    call: () => client.schemeAuthority(never),
  },
  certifyIssuerKey: {
    honest: { rid: 'f043575249', index: 241, certificate: '5a'.repeat(248), remainder: '', exponent: '03' },
    call: () => client.certifyIssuerKey({ issuer: issuerId.parse('northbank'), request: 'ab'.repeat(300) }, never),
  },
  eventsHead: {
    honest: { sequence: 7, entryHash: hash },
    call: () => client.eventsHead({ acknowledged: 0, news: 0 }, never),
  },
} as const;
const names = Object.keys(calls) as readonly (keyof typeof calls)[];

/** Every object, array and scalar of an answer made wrong in turn: another type, missing, one member too many. */
function* spoilt(value: unknown): Generator<unknown> {
  yield* [null, 7, 'text', [], true];
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of spoilt(value[0])) yield [item];
    return;
  }
  yield { ...value, more: 1 };
  for (const [name, member] of Object.entries(value)) {
    yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
    for (const wrong of spoilt(member)) {
      // A text for a text may be as agreed.
      if (typeof wrong === 'string' && typeof member === 'string') continue;
      if (JSON.stringify(wrong) !== JSON.stringify(member) && typeof wrong !== typeof member)
        yield { ...value, [name]: wrong };
    }
    if (typeof member === 'string') yield { ...value, [name]: '\u0000<script>' };
    if (typeof member === 'number') for (const wrong of [-1, 1.5, 1e300]) yield { ...value, [name]: wrong };
  }
}

describe.each(names)('what %s is answered', (name) => {
  it('is taken when it keeps the contract, and refused by name in every other form', async () => {
    const { honest, call } = calls[name];
    cms.answer = json(honest);
    expect(await faultOf(call())).toBe('none');
    const outcomes: string[] = [];
    for (const wrong of spoilt(honest)) {
      cms.answer = json(wrong);
      const code = await faultOf(call());
      outcomes.push(code === 'CMS-ANSWER-FORM' ? 'refused' : `${code}: ${JSON.stringify(wrong)}`);
    }
    expect(outcomes.length).toBeGreaterThan(8);
    expect(new Set(outcomes)).toEqual(new Set(['refused']));
  });
});

/** Answers that are nonsense whatever was asked, and the fault that each is. */
const nonsense: readonly (readonly [string, HostileAnswer, string])[] = [
  ['a page of HTML', raw(200, 'text/html', '<html>Welcome to the hotel network</html>'), 'CMS-ANSWER-FORM'],
  ['HTML under a JSON type', raw(200, 'application/json', '<html></html>'), 'CMS-ANSWER-FORM'],
  ['JSON under another type', raw(200, 'text/plain', '{"kind":"accepted","upTo":1}'), 'CMS-ANSWER-FORM'],
  ['JSON that is cut', raw(200, 'application/json', '{"kind":"accepted","up'), 'CMS-ANSWER-FORM'],
  ['bytes that are no UTF-8', raw(200, 'application/json', Buffer.from('ff00fe80', 'hex')), 'CMS-ANSWER-FORM'],
  ['nothing', raw(200, 'application/json', ''), 'CMS-ANSWER-FORM'],
  ['deep nesting', raw(200, 'application/json', '['.repeat(30_000)), 'CMS-ANSWER-FORM'],
  ['a redirection', raw(302, 'text/html', '', { location: 'https://127.0.0.1:1/' }), 'CMS-ANSWER-FORM'],
  ['no content', (answer) => void answer.writeHead(204).end(), 'CMS-ANSWER-FORM'],
  ['a status of its own', raw(299, 'application/json', '{}'), 'CMS-ANSWER-FORM'],
  ['a failure in HTML', raw(500, 'text/html', '<html></html>'), 'CMS-FAILED'],
  ['a failure with an endless page', (answer) => pour(answer.writeHead(500)), 'CMS-ANSWER-TOO-LONG'],
  ['a gateway that gives up', raw(504, 'text/plain', 'upstream'), 'CMS-FAILED'],
  ['a refusal of no contract', raw(403, 'application/json', '{"error":"forbidden"}'), 'CMS-FAILED'],
  [
    'a refusal with a code of its own',
    raw(409, 'application/json', '{"code":"MADE-UP","text":"x","next":"y"}'),
    'CMS-FAILED',
  ],
  ['a huge body', raw(200, 'application/json', `"${'x'.repeat(9 * 1024 * 1024)}"`), 'CMS-ANSWER-TOO-LONG'],
  [
    'an endless body',
    (answer) => pour(answer.writeHead(200, { 'content-type': 'application/json' })),
    'CMS-ANSWER-TOO-LONG',
  ],
  ['a trickle', (answer) => trickle(answer.writeHead(200, { 'content-type': 'application/json' })), 'CMS-DEADLINE'],
  ['silence', () => undefined, 'CMS-DEADLINE'],
  [
    'a body shorter than announced',
    (answer) => {
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': '4000' }).write('{"kind":');
      setTimeout(() => answer.destroy(), 20);
    },
    'CMS-UNREACHABLE',
  ],
  ['headers without end', raw(200, 'application/json', '{}', { 'x-filler': 'x'.repeat(60_000) }), 'CMS-ANSWER-FORM'],
  ['too many requests', raw(429, 'text/plain', 'slow down', { 'retry-after': '120' }), 'CMS-BUSY'],
];

function pour(answer: NodeJS.WritableStream): void {
  const more = (): void => {
    while ((answer as unknown as { destroyed: boolean }).destroyed === false && answer.write('x'.repeat(65_536)));
  };
  answer.on('drain', more);
  more();
}

function trickle(answer: NodeJS.WritableStream): void {
  const timer = setInterval(() => answer.write(' '), 20);
  answer.on('close', () => clearInterval(timer));
}

describe.each(nonsense)('%s', (_what, answer, code) => {
  it(`is ${code} at every call, with words`, async () => {
    cms.answer = answer;
    const thrownBy = (name: (typeof names)[number]): Promise<unknown> =>
      calls[name].call().then(
        () => null,
        (thrown: unknown) => thrown,
      );
    // Only deadlines are waited for side by side: many large answers at once would outlast theirs on a busy machine.
    const faults: unknown[] = code === 'CMS-DEADLINE' ? await Promise.all(names.map(thrownBy)) : [];
    if (code !== 'CMS-DEADLINE') for (const name of names) faults.push(await thrownBy(name));
    expect(faults.map((fault) => (fault instanceof StationFault ? fault.code : String(fault)))).toEqual(
      names.map(() => code),
    );
    const words = describeFault(faults[0] as StationFault);
    expect([words.text.includes('{'), words.next.length > 10]).toEqual([false, true]);
  });
});

describe('a lease', () => {
  beforeEach(() => {
    cms.answer = json(lease);
  });

  it('of another batch, station or name is refused by name', async () => {
    const told = async (wrong: object, call: () => Promise<unknown>): Promise<unknown> => {
      cms.answer = json({ ...lease, ...wrong });
      return call().then(
        () => 'taken',
        (thrown: unknown) => (thrown as StationFault).details['what'],
      );
    };
    expect([
      await told({ batch: 'b-2' }, calls.takeLease.call),
      await told({ station: 'ha-02' }, calls.takeLease.call),
      await told({ lease: 'l-2' }, calls.heartbeat.call),
      await told({ station: 'ha-02' }, calls.heartbeat.call),
    ]).toEqual([
      'a lease of another batch',
      'a lease of another station',
      'another lease',
      'a lease of another station',
    ]);
  });
});

describe('who answers', () => {
  it.each([
    ['another CMS', {}, 'other'],
    ['a certificate for another host', { host: 'cms.example' }, 'own'],
    ['a certificate that has run out', { notAfter: new Date(Date.now() - 3_600_000) }, 'own'],
  ] as const)('%s is not spoken to', async (_what, more, authority) => {
    const server = await HostileCms.start(await makeCertificate(more));
    const believed = authority === 'own' ? server.authority : cms.authority;
    const stranger = new CmsClient(server.url, { authority: believed }, deadlines);
    onTestFinished(async () => {
      await stranger.close();
      await server.end();
    });
    expect(await faultOf(stranger.sendEvents(['{}'], never))).toBe('CMS-CERTIFICATE');
    expect(server.requests).toBe(0);
  });

  it('something that speaks no TLS is not spoken to', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined).end('HTTP/1.1 200 OK\r\n\r\n'));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const stranger = new CmsClient(url, { authority: cms.authority }, deadlines);
    onTestFinished(async () => {
      await stranger.close();
      server.close();
    });
    expect(['CMS-CERTIFICATE', 'CMS-UNREACHABLE']).toContain(await faultOf(stranger.batches(never)));
  });
});

describe('how long the station waits', () => {
  const times = { first: 1_000, longest: 60_000, hopeless: 300_000 };
  const randomness = (value: number) => ({ bytes: () => new Uint8Array([value, value]), id: () => '' });

  it('doubles its bound up to the longest, over the whole of which chance decides', () => {
    const fault = new StationFault('CMS-FAILED', { status: 500 });
    const least = [1, 2, 7, 5_000].map((failures) => retryDelay(failures, fault, times, randomness(0)));
    const most = [1, 2, 7, 5_000].map((failures) => retryDelay(failures, fault, times, randomness(255)));
    expect([least, most]).toEqual([
      [0, 0, 1, 1],
      [1_000, 2_000, 60_000, 60_000],
    ]);
  });

  it('is never less than the CMS asked for, and never longer than an hour more', async () => {
    const asked = async (header: string): Promise<number> => {
      cms.answer = raw(429, 'application/json', '', { 'retry-after': header });
      const fault = await client.batches(never).catch((thrown: unknown) => thrown);
      return retryDelay(1, fault, times, randomness(0));
    };
    const later = await asked(new Date(Date.now() + 90_000).toUTCString());
    expect(later).toBeGreaterThan(85_000);
    expect([await asked('120'), await asked('999999999'), await asked('soon'), await asked('-5')]).toEqual([
      120_000, 3_600_000, 0, 0,
    ]);
  });
});
