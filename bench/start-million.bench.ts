// Start to ready with one million journal entries, against a journal of a thousand: opening, checking and having the state tables at hand.
// The database is made by the journal's own code, in large commits, every entry hashed.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#shared/bytes/secret.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { firstStart } from '../src-main/journal/first-start.fixture.ts';
import { BatchHistory } from '../src-main/journal/history.fixture.ts';
import { Journal } from '../src-main/journal/journal.ts';
import type { NewEvent } from '../src-main/journal/port.ts';
import { verifyJournal } from '../src-main/journal/verify.ts';
import { systemClock } from '../src-main/platform/clock.ts';
import { systemRandomness } from '../src-main/platform/randomness.ts';
import { reportFigure, rounded } from './report-figure.ts';

const wanted = Number(process.env['CARDWRIGHT_BENCH_ENTRIES'] ?? 1_000_000);
const small = 1_000;
const cardsPerBatch = 1_000;
const commit = 5_000;
const starts = 5;

const fail = (thrown: unknown): never => {
  throw thrown;
};

function open(file: string, headRegister: ChainHead | null): Journal {
  return Journal.open({
    file,
    key: new Secret(new Uint8Array(32).fill(7)),
    whenMissing: 'create',
    station: 'bench-01',
    headRegister,
    clock: systemClock,
    randomness: systemRandomness,
    onFatal: fail,
    onSubscriberFault: fail,
  });
}

/** Batches one after the other, each taken in, released, made and closed: what years of a bureau leave behind. */
function* history(): Generator<NewEvent> {
  for (let number = 1; ; number++) {
    const batch = new BatchHistory(`batch-${number}`, number % 2 === 0 ? 'northbank' : 'mercato', cardsPerBatch);
    yield {
      kind: 'session.opened',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: { person: 'olga', client: 'window' },
    };
    yield* batch.received();
    yield* batch.accepted();
    yield* batch.released();
    for (let card = 0; card < cardsPerBatch; card++)
      yield* batch.goodCard(card, 1, card % 2 === 0 ? 'line-1' : 'line-2');
    yield* batch.closed({ fed: cardsPerBatch, good: cardsPerBatch, rejected: 0, spoiled: 0 });
  }
}

/** Fills a journal up to so many entries; gives its head. */
function fill(file: string, entries: number): ChainHead {
  const journal = open(file, null);
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  journal.append(...firstStart({ x, y }), {
    kind: 'lot.received',
    actor: { kind: 'station' },
    issuer: null,
    subjects: { lot: 'lot-1' },
    payload: { blankType: 'emv', count: entries, environment: 'test' },
  });
  const group: NewEvent[] = [];
  for (const event of history()) {
    if (journal.head().sequence + group.length >= entries) break;
    group.push(event);
    if (group.length < commit) continue;
    journal.append(...group.splice(0));
  }
  if (group.length > 0) journal.append(...group);
  const head = journal.head();
  journal.close();
  return head;
}

/** The middle of some starts, in milliseconds: from nothing until the first answer of the state tables. */
function startTime(file: string, head: ChainHead): number {
  const times = Array.from({ length: starts }, () => {
    const began = performance.now();
    const journal = open(file, head);
    journal.projections.batches.list({ issuers: 'all', states: ['ready', 'released', 'running', 'made'] });
    journal.projections.attempts.open();
    journal.outboxWaits();
    const time = performance.now() - began;
    journal.close();
    return time;
  });
  return times.toSorted((one, other) => one - other)[Math.floor(starts / 2)] ?? Number.NaN;
}

const kept = process.env['CARDWRIGHT_BENCH_KEEP'];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'cardwright-bench-million-'));
try {
  mkdirSync(folder, { recursive: true });
  const [large, little] = [join(folder, 'million.db'), join(folder, 'thousand.db')];
  const began = performance.now();
  let head: ChainHead;
  if (existsSync(large)) {
    const journal = open(large, null);
    head = journal.head();
    journal.close();
  } else head = fill(large, wanted);
  const filling = (performance.now() - began) / 1_000;
  const baseline = startTime(little, fill(little, small));
  const value = startTime(large, head);
  reportFigure({
    name: 'journal-start-million',
    value: rounded(value),
    unit: 'ms',
    baseline: { name: `the same with ${small} entries`, value: rounded(baseline) },
    about: {
      entries: head.sequence,
      megabytes: rounded(statSync(large).size / 1_048_576),
      aimMs: 3_000,
      entriesMadePerSecond: rounded(head.sequence / filling),
    },
  });
  const journal = open(large, head);
  const verified = await verifyJournal(journal, {
    headRegister: head,
    maxFindings: 5,
    signal: AbortSignal.timeout(1_800_000),
  });
  reportFigure({
    name: 'journal-verify-million',
    value: verified.entriesPerSecond,
    unit: 'entries/s',
    about: {
      entries: verified.entries,
      result: verified.result,
      memoryMb: rounded(process.memoryUsage().rss / 1_048_576),
    },
  });
  journal.close();
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
