// A station without CMS, people and screens, as a program of its own that a test may end at any point: the real engine, drivers, preparation,
// keys and journal, on the machines that the test started. `make FOLDER` makes its data folder with one released batch, `run FOLDER` runs it,
// `read FOLDER` opens each journal file that it is told, `lock FOLDER` holds the station's journal until its input ends. Says one JSON object a line, takes one a line.
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Secret } from '#shared/bytes/secret.ts';
import { batchId, lineId } from '#shared/domain/identifiers.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { SocketReader } from '../devices/encoder/drivers/socket-reader/socket-reader.ts';
import { openTcpLink } from '../devices/links/tcp-link.ts';
import { EvolisPrinter } from '../devices/printer/drivers/evolis/evolis-printer.ts';
import { PanelPacker } from '../devices/printer/drivers/evolis/panel-packer.ts';
import { readHeadRegister } from '../journal/chain-head-register.ts';
import { Checkpoints } from '../journal/checkpoints.ts';
import { Journal } from '../journal/journal.ts';
import { openDatabase } from '../journal/open-database.ts';
import { RememberedHead } from '../journal/remembered-head.ts';
import { verifyJournal } from '../journal/verify.ts';
import { openKeyPort } from '../keys/open-key-port.ts';
import type { KeyPort } from '../keys/port.ts';
import { blackFront } from '../layout/black-front.fixture.ts';
import { CardPainter } from '../layout/card-painter.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { systemTimers } from '../platform/timers.ts';
import { issuerKeysOf } from '#shared/domain/card-key-reference.ts';
import { Preparation } from '../preparation/prepare-card.ts';
import { prepareTrainingKeys, productDigestOf, sampleOrder, sealBatch } from '../preparation/training-order.fixture.ts';
import { drawBalance } from '../stock/balance.ts';
import { shippedVerification } from '../verification/shipped-rule-packs.fixture.ts';
import { openCardProof } from './print-proof.fixture.ts';
import { JournalOrderBook } from './journal-order-book.ts';
import { LooksService } from './looks-service.ts';
import { ProductionService } from './production-service.ts';
import { readyKeyStore } from './ready-key-store.fixture.ts';
import { releasedBatchEvents } from './released-batch.fixture.ts';
import { releasedWith } from '../release/released-with.ts';
import { noIssuerMeans, noPackages } from '../preparation/issuer-means.fixture.ts';

const reference = 'emv-debit@1';
const person = 'olga';
const operator = { kind: 'person', person } as const;
const stationName = 'station-cut';
const { signal } = new AbortController();
const assets = fileURLToPath(new URL('../../assets/', import.meta.url));
const logger = { info: () => undefined, warn: () => undefined };

/** What a person at the station does. */
const order = z.union([
  z.strictObject({ start: z.literal(true) }),
  z.strictObject({
    answer: z.strictObject({
      line: z.string(),
      choice: z.enum(['retry', 'reject-card', 'stop-batch', 'continue', 'card-removed', 'card-missing']),
    }),
  }),
  z.strictObject({ look: z.string() }),
  z.strictObject({ report: z.literal(true) }),
  z.strictObject({ end: z.literal(true) }),
]);

/** `world.json`: the batch and the machines that the test started. */
const worldSchema = z.strictObject({
  batch: batchId,
  cards: z.number().int().positive(),
  ribbon: z.enum(['ymcko', 'k']),
  lines: z.array(z.strictObject({ line: lineId, printer: z.string(), printerSerial: z.string(), reader: z.string() })),
});

/** Straight to the descriptor: what was said before the process is ended has been said. */
function say(message: Readonly<Record<string, unknown>>): void {
  const text = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let written = 0; written < text.length;) {
    try {
      written += writeSync(1, text, written);
    } catch (fault) {
      // The test has not read for a while: the pipe is full, and the station waits for it as for a slow disk.
      if ((fault as NodeJS.ErrnoException).code !== 'EAGAIN') throw fault;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

const [mode, folder = ''] = process.argv.slice(2);
const world = worldSchema.parse(JSON.parse(readFileSync(join(folder, 'world.json'), 'utf8')));
const data = join(folder, 'data');
const databaseKey = new Secret(new Uint8Array(32).fill(0x42));

function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

function readProduct(): Product {
  const shipped = productSchema.parse(JSON.parse(readFileSync(join(assets, 'profiles', `${reference}.json`), 'utf8')));
  if (world.ribbon === 'ymcko') return shipped;
  return { ...shipped, print: { ...shipped.print, ribbon: 'k', front: 'black-front', back: 'none' } };
}

function layoutsFolder(): string {
  if (world.ribbon === 'ymcko') return join(assets, 'layouts');
  const own = join(folder, 'layouts');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'black-front.svg'), blackFront);
  return own;
}

function openKeys() {
  const keysFolder = join(folder, 'keys');
  mkdirSync(keysFolder, { recursive: true });
  const pin = new Secret('0123456789abcdef0123456789abcdef');
  return openKeyPort({ kind: 'node-crypto', folder: keysFolder, pin }, { logger });
}

/** Every way out of a journal that refuses: what it is and what to do, then the end, as the station's own process does it. */
function refuse(thrown: unknown): never {
  const fault =
    thrown instanceof StationFault ? thrown : new StationFault('STATION-START-FAILED', { reason: String(thrown) });
  say({ kind: 'failed', code: fault.code, ...describeFault(fault) });
  process.exit(5);
}

async function openStationJournal(keys: KeyPort): Promise<Journal> {
  return openFile(join(data, 'journal.db'), await readHeadRegister(keys, signal));
}

function checkpointsOf(journal: Journal, keys: KeyPort, registered: ChainHead | null) {
  const register = new RememberedHead({
    journal,
    keys,
    clock: systemClock,
    timers: systemTimers,
    deadline: 10_000,
    registered,
    onSecondStation: refuse,
    onFault: refuse,
  });
  const station = stationName;
  const options = { journal, keys, station, everyEntries: 200, deadline: 10_000, register, onFault: refuse };
  const checkpoints = new Checkpoints(options);
  return { checkpoints, register };
}

function openFile(file: string, headRegister: ChainHead | null): Journal {
  return Journal.open({
    file,
    key: databaseKey,
    whenMissing: headRegister === null ? 'create' : 'refuse',
    station: stationName,
    headRegister,
    clock: systemClock,
    randomness: systemRandomness,
    onFatal: refuse,
    onSubscriberFault: refuse,
  });
}

async function make(): Promise<void> {
  mkdirSync(data, { recursive: true });
  const product = readProduct();
  if (product.chip.kind !== 'emv') throw new Error('a chip product is wanted');
  const keys = await openKeys();
  await prepareTrainingKeys(keys, issuerKeysOf(product.chip));
  const orders = Array.from({ length: world.cards }, (_, at) => sampleOrder(reference, at));
  const sealed = await sealBatch(keys, world.batch, orders);
  const journal = await openStationJournal(keys);
  const { x, y } = await keys.publicKey('station-signing', signal);
  const about = { actor: { kind: 'station' }, issuer: null, subjects: {} } as const;
  journal.append({
    ...about,
    kind: 'station.created',
    payload: { mode: 'training', version: '0.1.0', signingKey: { x, y } },
  });
  const lines = world.lines.map(({ line, printerSerial }) => ({ line, printer: printerSerial }));
  journal.appendWith(
    () => {
      const key = sealed.records.key(world.batch);
      if (key === null) throw new Error('a sealed batch has a key');
      journal.sealedRecords.putKey(world.batch, key);
      journal.sealedRecords.insert(
        world.batch,
        sealed.orders.map((id, index) => ({ index, order: id, bytes: sealed.bytes(index) })),
      );
    },
    ...releasedBatchEvents(sealed, { product, lines, blanks: 500 }),
  );
  const { checkpoints } = checkpointsOf(journal, keys, null);
  await checkpoints.stop(signal);
  journal.close();
  await keys.close();
}

/** Opens one journal file after the other, as the next start would, and says what is in it. */
async function read(): Promise<void> {
  for await (const file of createInterface({ input: process.stdin })) {
    try {
      const journal = openFile(file, null);
      const { result, findings } = await verifyJournal(journal, { headRegister: null, maxFindings: 5, signal });
      const entries = journal.read(1, 100_000).map(toldOf);
      // Closing moves the log into the file: the test puts other files there as soon as it is answered.
      journal.close();
      say({ kind: 'read', file, result, findings, entries });
    } catch (thrown) {
      const fault = thrown instanceof StationFault ? thrown.code : String(thrown);
      say({ kind: 'read', file, result: fault, findings: [], entries: [] });
    }
  }
}

/** Another program that holds the journal in a transaction of its own. */
async function lock(): Promise<void> {
  const database = openDatabase({ file: join(data, 'journal.db'), key: databaseKey, whenMissing: 'refuse' });
  database.exec('BEGIN EXCLUSIVE');
  say({ kind: 'locked' });
  await once(process.stdin.resume(), 'end');
  database.close();
}

/** What the journal and its state tables say of the batch. */
async function report(journal: Journal, book: JournalOrderBook): Promise<Readonly<Record<string, unknown>>> {
  const { stock, orders, attempts, looks, batches, printerReadings } = journal.projections;
  const verified = await verifyJournal(journal, { headRegister: null, maxFindings: 5, signal });
  const entries = journal.read(1, 100_000);
  return {
    kind: 'report',
    state: batches.find(world.batch)?.state ?? 'none',
    attempts: [...book.signedRecords(world.batch)].flatMap((record) =>
      attempts.ofOrder(world.batch, record.order).map(({ attempt, line, disposition }) => ({
        order: record.order,
        attempt,
        line,
        disposition,
      })),
    ),
    entries: entries.map(toldOf),
    balance: drawBalance({
      batch: world.batch,
      uses: stock.usesOfBatch(world.batch),
      orders: orders.counts(world.batch),
      startable: book.counts(world.batch).ready,
      looksOutstanding: looks.outstandingOf(world.batch),
      printerCounts: printerReadings.ofBatch(world.batch),
      blankType: (lot) => stock.findLot(lot)?.blankType ?? '',
      printer: (line) => line,
    }),
    journal: { result: verified.result, findings: verified.findings },
  };
}

/** One entry as the outside world hears of it once it is committed. */
function toldOf({ header, payload, entryHash }: JournalEntry): Readonly<Record<string, unknown>> {
  const { step, outcome, disposition, reason, code, decision } = (payload ?? {}) as Record<string, unknown>;
  return {
    sequence: header.sequence,
    entryHash,
    event: header.kind,
    line: header.subjects.line,
    attempt: header.subjects.attempt,
    order: header.subjects.order,
    step,
    outcome: (outcome as { kind?: string } | undefined)?.kind,
    disposition,
    reason,
    code,
    decision,
  };
}

async function run(): Promise<void> {
  const began = performance.now();
  const product = readProduct();
  const digest = productDigestOf(product);
  const painting = CardPainter.open(
    {
      layoutsFolder: layoutsFolder(),
      fontListFile: join(assets, 'fonts', 'fonts.json'),
      fontFolders: [join(assets, 'fonts'), '/usr/share/fonts/truetype/noto'],
      workFolder: join(folder, 'fonts'),
    },
    signal,
  );
  const keys = await openKeys();
  const journal = await openStationJournal(keys);
  journal.subscribe((entries) => {
    for (const entry of entries) say({ kind: 'committed', ...toldOf(entry) });
  });
  const { checkpoints, register } = checkpointsOf(journal, keys, await readHeadRegister(keys, signal));
  const painter = await painting;
  const [book, packer] = [new JournalOrderBook(journal), new PanelPacker()];
  const making = { keys, means: noIssuerMeans, packages: noPackages, painter, specimen: 'on' } as const;
  const preparation = new Preparation({
    ...making,
    records: journal.sealedRecords,
    orderFacts: (batch, id) => book.orderFacts(batch, id),
    productOf: () => ({ product, digest, profile: null, further: [] }),
    releasedWith: (batch, key) => releasedWith(journal.projections, batch, key),
  });
  const production = new ProductionService({
    lines: world.lines.map(({ line, printer, printerSerial, reader }) => ({
      line,
      title: line,
      printer: new EvolisPrinter({
        open: (wait) => openTcpLink(hostAndPort(printer), wait),
        place: line,
        packer,
      }),
      printerSerial,
      reader: new SocketReader({ ...hostAndPort(reader), serial: `${line}-reader`, name: line }),
      link: 'network',
    })),
    journal,
    book,
    preparation,
    verification: await shippedVerification(),
    ...(await openCardProof(keys, journal.station, layoutsFolder())),
    lease: { grantFor: () => ({ grant: 'g' }) },
    keyStore: readyKeyStore,
    day: { state: 'open' },
    register,
    clock: systemClock,
    randomness: systemRandomness,
    product: () => product,
    fatal: refuse,
  });
  const looks = new LooksService(journal);
  let before = '';
  const show = (): void => {
    const view = {
      kind: 'state',
      batch: journal.projections.batches.find(world.batch)?.state ?? 'none',
      run: production.currentBatch?.mode ?? null,
      open: journal.projections.attempts.open().length,
      looks: journal.projections.looks.outstandingOf(world.batch),
      lines: production.lines.map(({ configuration: { line }, runner: { state } }) => ({
        line,
        state: state.kind,
        ...(state.kind === 'asking'
          ? { asks: state.fault.code, choices: state.choices, next: describeFault(state.fault).next }
          : {}),
      })),
    };
    const text = JSON.stringify(view);
    if (text !== before) say(view);
    before = text;
  };
  production.subscribe(show);
  say({ kind: 'open', head: journal.head(), after: Math.round(performance.now() - began) });
  production.open();
  show();
  for await (const text of createInterface({ input: process.stdin })) {
    const wanted = order.parse(JSON.parse(text));
    if ('end' in wanted) break;
    try {
      if ('start' in wanted) production.start(world.batch, operator);
      else if ('answer' in wanted) production.choose(wanted.answer.line, wanted.answer.choice, operator);
      else if ('look' in wanted) {
        looks.decide({ attempt: wanted.look, result: 'good', reasonCode: 'as-proof', remark: '', person });
      } else say(await report(journal, book));
    } catch (thrown) {
      if (!(thrown instanceof StationFault)) throw thrown;
      say({ kind: 'refused', code: thrown.code, ...describeFault(thrown) });
    }
    show();
  }
  await production.close();
  await checkpoints.stop(signal);
  preparation.close();
  journal.close();
  await Promise.all([packer.close(), painter.close(), keys.close()]);
}

if (!existsSync(folder)) refuse(new Error(`no folder ${folder}`));
const acts: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['make', make],
  ['run', run],
  ['read', read],
  ['lock', lock],
]);
const act = acts.get(mode ?? '');
if (act === undefined) refuse(new Error('make, run, read or lock'));
await act().catch(refuse);
process.exit(0);
