// A day's journal drained to the CMS: the station's real sending (its enciphered journal, HTTPS with mutual TLS) to the real CMS program,
// against bare POSTs of the same bodies to a server that only reads them, and against bare durable inserts of the same entries.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Secret } from '#shared/bytes/secret.ts';
import { makeTlsPair } from './drain/tls-pair.ts';
import { IntakeStation, never } from '../src-main/intake/intake-station.fixture.ts';
import { BatchHistory } from '../src-main/journal/history.fixture.ts';
import { openDatabase } from '../src-main/journal/open-database.ts';
import { CmsProcess } from '../src-main/sync/cms-process.fixture.ts';
import { readGroup } from '../src-main/sync/entry-group.ts';
import { reportFigure, rounded } from './report-figure.ts';

const entriesToDrain = 100_000;
const entriesOfCard = 11;
const cards = Math.ceil(entriesToDrain / entriesOfCard);

/** A batch of the CMS, leased by the station, with its cards made while the CMS is away. */
async function fill(cms: CmsProcess, station: IntakeStation): Promise<string> {
  const batch = await cms.make('emv-debit@1', cards);
  const { lease } = await station.sync.takeLease(batch, never);
  const orders = Array.from({ length: cards }, (_, at) => `nb-${String(firstSerial + at).padStart(9, '0')}`);
  const history = new BatchHistory(batch, 'northbank', cards, [], orders);
  await cms.stop();
  const { journal } = station;
  const lot = { blankType: 'emv', count: cards, environment: 'test' } as const;
  journal.append({
    kind: 'lot.received',
    actor: { kind: 'station' },
    issuer: null,
    subjects: { lot: 'lot-1' },
    payload: lot,
  });
  for (const event of [...history.received(), ...history.accepted(), ...history.released()]) journal.append(event);
  for (let index = 0; index < cards; index += 50) {
    const few = Array.from({ length: Math.min(50, cards - index) }, (_, at) => history.goodCard(index + at, 1));
    journal.append(...few.flat());
    if (index % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return lease === '' ? '' : batch;
}
/** Training makes its first batch from this number on. */
const firstSerial = 10_000_000;

/** The bodies that the station sends, and the single entries. */
async function bodiesOf(station: IntakeStation): Promise<{ bodies: string[]; entries: string[] }> {
  const bodies: string[] = [];
  const entries: string[] = [];
  for (let next = 1; ;) {
    const group = await readGroup(station.journal, next, () => 'whole', never);
    if (group === null) return { bodies, entries };
    bodies.push(`{"entries":[${group.texts.join(',')}]}`);
    entries.push(...group.texts);
    next = group.last + 1;
  }
}

/** Seconds for the bodies, one after the other, to a server that reads and forgets them. */
async function postBare(bodies: readonly string[]): Promise<number> {
  const { key, certificate } = await makeTlsPair();
  const server = createServer({ key, cert: certificate }, (incoming, answer) => {
    incoming.resume().on('end', () => answer.setHeader('content-type', 'application/json').end('{}'));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, ca: certificate });
  const began = performance.now();
  for (const body of bodies) {
    await new Promise<void>((resolve, reject) => {
      request({ host: '127.0.0.1', port, method: 'POST', agent }, (answer) => answer.resume().on('end', resolve))
        .on('error', reject)
        .end(body);
    });
  }
  const seconds = (performance.now() - began) / 1_000;
  agent.destroy();
  await new Promise((resolve) => void server.close(resolve));
  return seconds;
}

/** Seconds for the entries as bare rows in an enciphered database, a commit for as many as travel in one request. */
function insertBare(folder: string, entries: readonly string[], perCommit: number): number {
  const bare = openDatabase({
    file: join(folder, 'bare.db'),
    key: new Secret(new Uint8Array(32).fill(8)),
    whenMissing: 'create',
  });
  bare.exec('CREATE TABLE bare (number INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT');
  const insert = bare.prepare('INSERT INTO bare (entry) VALUES (?)');
  const commit = bare.transaction((few: readonly string[]) => {
    for (const text of few) insert.run(text);
  });
  const began = performance.now();
  for (let at = 0; at < entries.length; at += perCommit) commit(entries.slice(at, at + perCommit));
  const seconds = (performance.now() - began) / 1_000;
  bare.close();
  return seconds;
}

const folder = mkdtempSync(join(tmpdir(), 'cardwright-bench-drain-'));
const cms = await CmsProcess.start();
try {
  const station = await IntakeStation.enrolled(cms, { station: 'bench-01' });
  await station.sync.flush(never);
  const batch = await fill(cms, station);
  await cms.restart();
  const waiting = station.sync.state().queued;
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const memory = process.memoryUsage().rss;
  const began = performance.now();
  await station.sync.flush(never);
  const seconds = (performance.now() - began) / 1_000;
  lag.disable();
  const grown = process.memoryUsage().rss - memory;
  const state = (await cms.control({ state: { batch } })) as { orders: { produced: number } };
  if (state.orders.produced !== cards) throw new Error(`the CMS knows ${JSON.stringify(state.orders)}`);
  const { bodies, entries } = await bodiesOf(station);
  const bare = await postBare(bodies);
  const inserted = insertBare(folder, entries, Math.ceil(entries.length / bodies.length));
  const about = { entries: waiting, requests: bodies.length };
  const rate = rounded(waiting / seconds);
  reportFigure({
    name: 'drain-queued-events',
    value: rate,
    unit: 'events/s',
    baseline: {
      name: 'bare POSTs of the same bodies to a server that forgets them',
      value: rounded(entries.length / bare),
    },
    about: {
      ...about,
      'lag-p99-ms': rounded(lag.percentile(99) / 1e6, 1),
      'lag-max-ms': rounded(lag.max / 1e6, 1),
      'memory-grown-mb': rounded(grown / 1e6),
    },
  });
  reportFigure({
    name: 'drain-queued-events-against-inserts',
    value: rate,
    unit: 'events/s',
    baseline: {
      name: 'bare durable inserts of the same entries, a commit a request',
      value: rounded(entries.length / inserted),
    },
    about,
  });
  await station.end();
} finally {
  await cms.end();
  rmSync(folder, { recursive: true, force: true });
}
