// The journal as a running line writes it, one commit an event, against bare durable inserts of the same bytes into a database of the
// same kind; and the verification of what was written, against reading the same rows and hashing their bytes alone.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#shared/bytes/secret.ts';
import { firstStart } from '../src-main/journal/first-start.fixture.ts';
import { BatchHistory } from '../src-main/journal/history.fixture.ts';
import { Journal } from '../src-main/journal/journal.ts';
import { openDatabase } from '../src-main/journal/open-database.ts';
import type { NewEvent } from '../src-main/journal/port.ts';
import { verifyJournal } from '../src-main/journal/verify.ts';
import { systemClock } from '../src-main/platform/clock.ts';
import { systemRandomness } from '../src-main/platform/randomness.ts';
import { reportFigure, rounded } from './report-figure.ts';

const cards = 400;
/** Events and bare inserts take turns in blocks, so that a slow moment of the disk meets both. */
const block = 50;
/** Entries that the verification reads; those beyond the cards are written in large commits, unmeasured. */
const entriesToVerify = 50_000;

const fail = (thrown: unknown): never => {
  throw thrown;
};

function openJournal(folder: string): Journal {
  return Journal.open({
    file: join(folder, 'journal.db'),
    key: new Secret(new Uint8Array(32).fill(7)),
    whenMissing: 'create',
    station: 'bench-01',
    headRegister: null,
    clock: systemClock,
    randomness: systemRandomness,
    onFatal: fail,
    onSubscriberFault: fail,
  });
}

/** Seconds for the events, each in a commit of its own, and for the same bytes as bare rows. */
function writeInTurns(
  journal: Journal,
  folder: string,
  events: readonly NewEvent[],
): { journal: number; bare: number } {
  const key = new Secret(new Uint8Array(32).fill(8));
  const bare = openDatabase({ file: join(folder, 'bare.db'), key, whenMissing: 'create' });
  bare.exec('CREATE TABLE bare (number INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT');
  const insert = bare.prepare('INSERT INTO bare (entry) VALUES (?)');
  const seconds = { journal: 0, bare: 0 };
  for (let from = 0; from < events.length; from += block) {
    const texts: string[] = [];
    let began = performance.now();
    for (const event of events.slice(from, from + block)) texts.push(JSON.stringify(journal.append(event)[0]));
    seconds.journal += (performance.now() - began) / 1_000;
    began = performance.now();
    for (const text of texts) insert.run(text);
    seconds.bare += (performance.now() - began) / 1_000;
  }
  bare.close();
  return seconds;
}

/** Seconds to read every entry's row and hash its bytes, nothing checked. */
function readAndHash(journal: Journal): number {
  const began = performance.now();
  const rows = journal.database.prepare('SELECT * FROM entries ORDER BY sequence').raw();
  for (const row of rows.iterate() as Iterable<readonly unknown[]>) {
    const hash = createHash('sha256');
    for (const cell of row) if (typeof cell === 'string' || cell instanceof Uint8Array) hash.update(cell);
    hash.digest();
  }
  return (performance.now() - began) / 1_000;
}

const folder = mkdtempSync(join(tmpdir(), 'cardwright-bench-journal-'));
try {
  const journal = openJournal(folder);
  const batch = new BatchHistory('bench', 'northbank', Math.ceil(entriesToVerify / 11) + 100);
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  journal.append(...firstStart({ x, y }), {
    kind: 'lot.received',
    actor: { kind: 'station' },
    issuer: null,
    subjects: { lot: 'lot-1' },
    payload: { blankType: 'emv', count: batch.count, environment: 'test' },
  });
  for (const event of [...batch.received(), ...batch.accepted(), ...batch.released()]) journal.append(event);
  const measured = Array.from({ length: cards }, (_, index) => batch.goodCard(index, 1)).flat();
  const seconds = writeInTurns(journal, folder, measured);
  reportFigure({
    name: 'journal-durable-events',
    value: rounded(measured.length / seconds.journal),
    unit: 'events/s',
    baseline: { name: 'bare durable single-row inserts', value: rounded(measured.length / seconds.bare) },
    about: { events: measured.length },
  });

  for (let index = cards; journal.head().sequence < entriesToVerify; index += 50) {
    journal.append(...Array.from({ length: 50 }, (_, at) => batch.goodCard(index + at, 1)).flat());
  }
  const { signal } = new AbortController();
  const began = performance.now();
  const verified = await verifyJournal(journal, { headRegister: null, maxFindings: 10, signal });
  const verifying = (performance.now() - began) / 1_000;
  if (verified.result !== 'whole') throw new Error('the journal does not verify');
  reportFigure({
    name: 'journal-verify',
    value: rounded(verified.entries / verifying),
    unit: 'entries/s',
    baseline: { name: 'read and SHA-256 alone', value: rounded(verified.entries / readAndHash(journal)) },
    about: { entries: verified.entries },
  });
  journal.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
