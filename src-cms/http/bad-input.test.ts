import { request } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cmsError } from '#shared/contract/cms/errors.ts';
import { cmsRoutes, type CmsRoute, type CmsRouteName } from '#shared/contract/cms/routes.ts';
import { spoilt } from './spoilt.fixture.ts';
import { dumpTables } from '../store/dump-tables.fixture.ts';
import {
  makeCsr,
  publicJwk,
  startTestCms,
  TestStation,
  type TestCms,
  type TlsIdentity,
} from '../test-station.fixture.ts';

let test: TestCms;
let other: TestCms;
let own: TestStation;
let rival: TestStation;
let revoked: TestStation;
let replaced: TestStation;
let stranger: TestStation;
/** Leases of the own station: live, granted, ended; and one of the rival. */
const leases = { live: '', granted: '', ended: '', foreign: '' };
const batches = { live: 'mc-club-0001', granted: 'nb-debit-0001', ended: 'mc-gift-0001', foreign: 'nb-debit-0500' };
const releaseDigest = 'ab'.repeat(32);
let enrolment: unknown;

beforeAll(async () => {
  [test, other] = await Promise.all([startTestCms(), startTestCms()]);
  [own, rival, revoked, replaced, stranger] = await Promise.all([
    TestStation.enrolled(test, 'bi-own'),
    TestStation.enrolled(test, 'bi-rival'),
    TestStation.enrolled(test, 'bi-revoked'),
    TestStation.enrolled(test, 'bi-replaced'),
    TestStation.enrolled(other, 'bi-own'),
  ]);
  leases.live = await own.lease(batches.live);
  leases.granted = await own.lease(batches.granted);
  leases.ended = await own.lease(batches.ended);
  leases.foreign = await rival.lease(batches.foreign);
  await own.call('POST', `/v1/leases/${leases.granted}/grant`, { releaseDigest });
  await own.call('DELETE', `/v1/leases/${leases.ended}`);
  await own.call('POST', '/v1/events', { entries: [own.entry('station.started'), own.entry('station.stopped')] });
  await test.cms.stations.revoke('bi-revoked');
  const { code } = await test.cms.stations.issueCode('bi-replaced', 'replace');
  await new TestStation(test, 'bi-replaced').enrol(code);
  const fresh = await test.cms.stations.issueCode('bi-new', 'first');
  enrolment = {
    code: fresh.code,
    station: 'bi-new',
    csr: (await makeCsr()).csr,
    recordKey: publicJwk(own.recordKey.publicKey),
    signingKey: publicJwk(own.signingKey.publicKey),
  };
});
afterAll(async () => {
  await Promise.all([test.close(), other.close()]);
});

interface Sent {
  readonly method: string;
  /** Goes on the wire as it stands. */
  readonly path: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Without a length: in chunks. */
  readonly chunked?: 'yes';
}

/** One request as written, nothing made right by a client. Gives the code of the answer, `done` for 200. */
function send(identity: TlsIdentity | null, { method, path, body, headers, chunked }: Sent): Promise<string> {
  const { port } = new URL(test.serving.url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, ca: test.cms.authority.certificatePem, agent: false, ...identity },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', reject);
        incoming.on('end', () => {
          outgoing.destroy();
          if (incoming.statusCode === 200) return resolve('done');
          const parsed = cmsError.safeParse(JSON.parse(Buffer.concat(parts).toString('utf8')));
          resolve(
            parsed.success && parsed.data.next.length > 10 ? parsed.data.code : `no contract: ${incoming.statusCode}`,
          );
        });
      },
    );
    // The server may answer a body that is too long before it has read it.
    outgoing.on('error', (fault: NodeJS.ErrnoException) => {
      if (fault.code !== 'EPIPE' && fault.code !== 'ECONNRESET') reject(fault);
    });
    for (const [name, value] of Object.entries(
      headers ?? (body === undefined ? {} : { 'content-type': 'application/json' }),
    )) {
      outgoing.setHeader(name, value);
    }
    if (body !== undefined && chunked === undefined) outgoing.setHeader('content-length', Buffer.byteLength(body));
    if (body !== undefined) outgoing.write(body);
    outgoing.end();
  });
}

const routes = Object.entries(cmsRoutes) as [CmsRouteName, CmsRoute][];
const withBody = routes.filter(([, route]) => route.body !== undefined);
const withQuery = routes.filter(([, route]) => route.query !== undefined);
const forStations = routes.filter(([, route]) => route.caller === 'station');

/** The path of a route for a batch and a lease, with a right query where it wants one. */
function pathOf(name: CmsRouteName, ids: { readonly batch?: string; readonly lease?: string } = {}): string {
  const { batch = batches.live, lease = leases.live } = ids;
  const path = cmsRoutes[name].path.replace(':batch', batch).replace(':lease', lease);
  const query = {
    manifest: `?lease=${lease}`,
    records: `?lease=${lease}&from=0&count=5`,
    eventsEntries: '?from=1&count=5',
  };
  return `${path}${name in query ? query[name as keyof typeof query] : ''}`;
}

/** What a route with a body takes. */
function bodyOf(name: CmsRouteName): unknown {
  if (name === 'enrol') return enrolment;
  if (name === 'grant') return { releaseDigest };
  if (name === 'certifyIssuerKey') return { issuer: 'northbank', request: 'ab'.repeat(300) };
  if (name === 'sendEvents') return { entries: [new TestStation(test, 'bi-own').entry('station.started')] };
  return {};
}

async function unchanged(act: () => Promise<void>, besides: readonly string[] = []): Promise<void> {
  const before = dumpTables(test.data, besides);
  await act();
  expect(dumpTables(test.data, besides)).toEqual(before);
  expect(test.notes).toEqual([]);
  expect(await send(own.identity, { method: 'GET', path: '/v1/health' })).toBe('done');
}

/** Enrolment takes thirty tries a minute: the next minute comes. */
async function paced(name: CmsRouteName, sent: Sent): Promise<string> {
  if (name === 'enrol') test.clock.advance(2_100);
  return send(name === 'enrol' ? null : own.identity, sent);
}

describe.each(withBody)('the body of %s', (name, route) => {
  const to = () => ({ method: route.method, path: pathOf(name) });

  it('is refused in every form that is not the contract', { timeout: 60_000 }, async () => {
    await unchanged(async () => {
      const outcomes: string[] = [];
      for (const wrong of spoilt(bodyOf(name))) {
        const body = JSON.stringify(wrong);
        const outcome = await paced(name, { ...to(), body });
        outcomes.push(
          outcome === 'BODY-INVALID' || outcome === 'BODY-TOO-LONG' ? 'refused' : `${outcome}: ${body.slice(0, 300)}`,
        );
      }
      // An entry whose form is right and whose hashes are not is refused by its chain, and is a finding.
      const allowed = name === 'sendEvents' ? /^(?:CHAIN-BROKEN|EVENT-CHANGED|done)/ : /^KEY-INVALID/;
      expect(outcomes.filter((outcome) => outcome !== 'refused' && !allowed.test(outcome))).toEqual([]);
      expect(outcomes.filter((outcome) => outcome === 'refused').length).toBeGreaterThan(5);
    }, ['event_finding']);
  });

  it('is refused when it is no JSON, of another type, too long, or without end', async () => {
    await unchanged(async () => {
      const good = JSON.stringify(bodyOf(name));
      const long = Buffer.alloc(route.bodyLimit + 10, ' ');
      const typed = (type: string | string[]) => ({ ...to(), body: good, headers: { 'content-type': type } });
      const sent: readonly (readonly [string, Sent, string])[] = [
        ['cut', { ...to(), body: `${good.slice(0, -1)}` }, 'BODY-INVALID'],
        ['nothing', { ...to(), body: '' }, 'BODY-INVALID'],
        ['bytes', { ...to(), body: Buffer.from('ff00fe', 'hex') }, 'BODY-INVALID'],
        ['poison', { ...to(), body: `{"__proto__":{"a":1},${good.slice(1)}` }, 'BODY-INVALID'],
        ['constructor', { ...to(), body: `{"constructor":{"prototype":{"a":1}}}` }, 'BODY-INVALID'],
        ['nesting', { ...to(), body: '['.repeat(800) }, 'BODY-INVALID'],
        ['text', typed('text/plain'), 'CONTENT-TYPE-WRONG'],
        ['form', typed('application/x-www-form-urlencoded'), 'CONTENT-TYPE-WRONG'],
        ['files', typed('multipart/form-data; boundary=x'), 'CONTENT-TYPE-WRONG'],
        ['XML', typed('application/xml'), 'CONTENT-TYPE-WRONG'],
        ['no type', { ...to(), body: good, headers: {} }, 'CONTENT-TYPE-WRONG'],
        ['too long', { ...to(), body: long }, 'BODY-TOO-LONG'],
        ['too long in chunks', { ...to(), body: long, chunked: 'yes' }, 'BODY-TOO-LONG'],
      ];
      const outcomes: (readonly [string, string])[] = [];
      for (const [what, request] of sent) outcomes.push([what, await paced(name, request)]);
      expect(outcomes).toEqual(sent.map(([what, , code]) => [what, code]));
    });
  });
});

describe.each(withQuery)('the query of %s', (name, route) => {
  it('is refused when something is missing, wrong, doubled or too much', async () => {
    const [path = '', right = ''] = pathOf(name).split('?');
    const names = right === '' ? ['acknowledged', 'news'] : right.split('&').map((part) => part.split('=')[0] ?? '');
    const wrong = names.flatMap((one) => {
      const rest = right.split('&').filter((part) => part !== '' && !part.startsWith(`${one}=`));
      const values = one === 'lease' ? ['x'.repeat(65)] : ['-1', '1.5', 'x', '', '1e9', '99999999999999999999', '%00'];
      const doubled = [...rest, `${one}=1`, `${one}=1`].join('&');
      return [
        ...values.map((value) => [...rest, `${one}=${value}`].join('&')),
        doubled,
        ...(right === '' ? [] : [rest.join('&')]),
      ];
    });
    await unchanged(async () => {
      const outcomes: string[] = [];
      for (const query of [...wrong, `${right}&more=1`]) {
        const outcome = await send(own.identity, { method: route.method, path: `${path}?${query}` });
        outcomes.push(outcome === 'QUERY-INVALID' ? 'refused' : `${outcome}: ${query}`);
      }
      expect(new Set(outcomes)).toEqual(new Set(['refused']));
    });
  });
});

describe.each(forStations)('who calls %s', (name, route) => {
  it('is refused without a certificate, with one of another CMS, replaced or revoked', async () => {
    const body = route.body === undefined ? {} : { body: JSON.stringify(bodyOf(name)) };
    const sent = { method: route.method, path: pathOf(name), ...body };
    await unchanged(async () => {
      const outcomes: string[] = [];
      for (const identity of [null, stranger.identity, replaced.identity, revoked.identity])
        outcomes.push(await send(identity, sent));
      expect(outcomes).toEqual([
        'CERTIFICATE-MISSING',
        'CERTIFICATE-UNKNOWN',
        'CERTIFICATE-UNKNOWN',
        'STATION-REVOKED',
      ]);
    });
  });
});

const leaseRoutes = ['heartbeat', 'releaseLease', 'grant', 'manifest', 'records'] as const;

describe.each(leaseRoutes)('a lease at %s', (name) => {
  it('of another station, unknown, of another batch, ended or granted is refused by name', async () => {
    const ask = (batch: string, lease: string) => {
      const body = cmsRoutes[name].method === 'POST' ? { body: JSON.stringify(bodyOf(name)) } : {};
      return send(own.identity, { method: cmsRoutes[name].method, path: pathOf(name, { batch, lease }), ...body });
    };
    await unchanged(async () => {
      expect([
        await ask(batches.foreign, leases.foreign),
        await ask(batches.live, 'l-none'),
        await ask(batches.ended, leases.ended),
      ]).toEqual(['LEASE-UNKNOWN', 'LEASE-UNKNOWN', 'LEASE-EXPIRED']);
      if (name === 'manifest' || name === 'records') {
        expect([await ask(batches.granted, leases.live), await ask('none', leases.live)]).toEqual([
          'LEASE-UNKNOWN',
          'BATCH-UNKNOWN',
        ]);
      }
      if (name === 'releaseLease') expect(await ask(batches.granted, leases.granted)).toBe('LEASE-GRANTED');
    });
  });
});

describe('what is asked for', () => {
  it('by ids that are none, are paths, or belong to others is refused', async () => {
    const asked: readonly (readonly [string, string, string])[] = [
      ['POST', `/v1/batches/${batches.foreign}/lease`, 'LEASE-HELD'],
      ['POST', '/v1/batches/none/lease', 'BATCH-UNKNOWN'],
      ['GET', '/v1/batches/none/state', 'BATCH-UNKNOWN'],
      ['GET', `/v1/batches/${"'%20or%201=1--"}/state`, 'BATCH-UNKNOWN'],
      ['GET', '/v1/batches/..%2f..%2fauthority-key.pem/state', 'BATCH-UNKNOWN'],
      ['GET', '/v1/batches/../../authority-key.pem', 'ROUTE-UNKNOWN'],
      ['GET', '/v1/../v1/health', 'ROUTE-UNKNOWN'],
      ['GET', '//v1/health', 'ROUTE-UNKNOWN'],
      ['GET', '/v1/health/', 'ROUTE-UNKNOWN'],
      ['GET', '/V1/HEALTH', 'ROUTE-UNKNOWN'],
      ['GET', '/', 'ROUTE-UNKNOWN'],
      ['GET', '/v1/batches/%00/state', 'BATCH-UNKNOWN'],
      ['GET', '/v1/batches/%ff%fe/state', 'ROUTE-UNKNOWN'],
      ['GET', '/v1/batches/%/state', 'ROUTE-UNKNOWN'],
      ['GET', `/v1/batches/${'x'.repeat(3_000)}/state`, 'ROUTE-UNKNOWN'],
      ['GET', '/v1/events/entries/1', 'ROUTE-UNKNOWN'],
      ['PUT', '/v1/health', 'METHOD-WRONG'],
      ['PATCH', '/v1/events', 'METHOD-WRONG'],
      ['HEAD', '/v1/batches', 'METHOD-WRONG'],
      ['OPTIONS', '/v1/batches', 'METHOD-WRONG'],
      ['TRACE', '/v1/batches', 'METHOD-WRONG'],
      ['GET', '/v1/enrol', 'METHOD-WRONG'],
      ['DELETE', `/v1/leases/${leases.live}/heartbeat`, 'METHOD-WRONG'],
    ];
    await unchanged(async () => {
      const outcomes: string[] = [];
      for (const [method, path] of asked) {
        const body = method === 'POST' ? { body: '{}' } : {};
        // A HEAD has no body to tell its code by.
        const outcome =
          method === 'HEAD' ? await headStatus(path) : await send(own.identity, { method, path, ...body });
        outcomes.push(`${method} ${path} ${outcome}`);
      }
      expect(outcomes).toEqual(asked.map(([method, path, code]) => `${method} ${path} ${code}`));
    });
  });

  it('twice is answered as once', async () => {
    const again = async (sent: Sent) => [await send(own.identity, sent), await send(own.identity, sent)];
    const lease = { method: 'POST', path: `/v1/batches/${batches.live}/lease`, body: '{}' };
    const events = {
      method: 'POST',
      path: '/v1/events',
      body: JSON.stringify({ entries: [replayed('station.started'), replayed('station.stopped')] }),
    };
    // A lease taken again is renewed, and nothing else; entries held come again without a trace.
    await unchanged(async () => {
      expect(await again(lease)).toEqual(['done', 'done']);
    }, ['lease']);
    const journal = await own.call('GET', '/v1/events');
    await unchanged(async () => {
      expect(await again({ method: 'DELETE', path: `/v1/leases/${leases.ended}` })).toEqual([
        'LEASE-EXPIRED',
        'LEASE-EXPIRED',
      ]);
      // Another journal of the same station under the same numbers is no repeat.
      expect(await again(events)).toEqual(['EVENT-CHANGED', 'EVENT-CHANGED']);
    }, ['event_finding']);
    expect((await own.call('GET', '/v1/events')).json()).toEqual(journal.json());
  });
});

const twin = new TestStation(null as never, 'bi-own');
const replayed = (kind: string) => twin.entry(kind, {}, { another: 'history' });

function headStatus(path: string): Promise<string> {
  const { port } = new URL(test.serving.url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method: 'HEAD',
        path,
        ca: test.cms.authority.certificatePem,
        agent: false,
        ...own.identity,
      },
      (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode === 405 ? 'METHOD-WRONG' : String(incoming.statusCode));
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** Bytes on a TLS connection, and the status line with the code that came back. */
function raw(text: string): Promise<string> {
  const { port } = new URL(test.serving.url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port: Number(port),
      ca: test.cms.authority.certificatePem,
      ...own.identity,
    });
    let answer = '';
    socket.on('data', (bytes: Buffer) => (answer += bytes.toString('utf8')));
    socket.on('error', reject);
    socket.on('close', () => resolve(/"code":"([A-Z-]+)"/.exec(answer)?.[1] ?? answer.slice(0, 200)));
    socket.write(text);
  });
}

describe('what is no request', () => {
  const head = 'POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  it.each([
    ['two lengths', `${head}content-length: 2\r\ncontent-length: 5\r\n\r\n{}`],
    ['a length and chunks', `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`],
    ['a negative length', `${head}content-length: -2\r\n\r\n{}`],
    ['two hosts', 'GET /v1/health HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n'],
    ['two types', `${head}content-type: text/plain\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`],
    ['headers without end', `GET /v1/health HTTP/1.1\r\nhost: x\r\nfiller: ${'x'.repeat(40_000)}\r\n\r\n`],
    ['garbage', '\u0016\u0003\u0001\u0000garbage\r\n\r\n'],
    ['another protocol', 'EHLO station\r\n'],
  ])('%s is refused in the same form', async (_what, text) => {
    await unchanged(async () => {
      expect(['REQUEST-INVALID', 'BODY-INVALID']).toContain(await raw(text));
    });
  });
});
