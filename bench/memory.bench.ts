// Memory over many cards: a training station makes printed cards (Mercato gift cards: no chip and no stripe, the quickest product) on two
// lines with fast virtual printers, batch after batch, each looked at and closed. The station is a process of its own that takes its
// figures itself; CMS, printers and the operator's window are others. `CARDS=2000` makes fewer, `MINUTES=10` ends after the batch under way.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BatchFlow } from '../e2e/flows/batch-flow.ts';
import { askControl } from '../e2e/stations/control-line.ts';
import { eventually } from '../e2e/stations/eventually.ts';
import { ownFolder } from '../e2e/stations/own-folder.ts';
import { programEnvironment } from '../e2e/stations/programs.ts';
import { writeConfiguration } from '../e2e/stations/training-station.ts';
import { openWindow, type WindowClient } from '../e2e/stations/window-client.ts';
import { stockLines } from './memory/line-stock.ts';
import { startLoadedPrinters } from './memory/loaded-printers.ts';
import { childNamed, quartersOf, sampleNow, slopeOf, type MemorySample } from './memory/memory-sample.ts';
import { reportFigure, rounded } from './report-figure.ts';

const here = fileURLToPath(import.meta.url);
const wanted = Number(process.env['CARDS'] ?? 20_000);
const minutes = Number(process.env['MINUTES'] ?? Number.POSITIVE_INFINITY);
/** Several batches even in a short run: what a batch leaves behind is seen too. */
const cardsOfBatch = Math.min(500, Math.ceil(wanted / 8));
const cardsOfSample = Math.min(100, Math.ceil(wanted / 40));
/** A batch of 500 on a machine that does other things too. */
const batchMs = 1_800_000;

/** The station, and its own figures each hundred cards. */
async function beStation(data: string): Promise<void> {
  const { startStation } = await import('../src-main/station.ts');
  const { serveStation } = await import('../src-main/station/serve-station.ts');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const station = await startStation({
    data,
    shell: 'loopback',
    progress: () => undefined,
    fatal: (fault) => {
      throw fault;
    },
    signal: new AbortController().signal,
  });
  const served = await serveStation(station, 'loopback');
  const cms = childNamed(process.pid, join('src-cms', 'main.ts'));
  let cards = 0;
  station.services.journal.subscribe((entries) => {
    for (const { header } of entries) {
      if (header.kind !== 'attempt.ended') continue;
      cards += 1;
      if (cards % cardsOfSample === 0) {
        const made = cards;
        // Not within the announcement of the entry itself: what it holds is let go first.
        setImmediate(() => process.send?.({ kind: 'sample', sample: sampleNow(made, collect, cms) }));
      }
    }
  });
  process.once('message', () => {
    void (async () => {
      await served.close();
      await station.close();
      process.disconnect();
    })();
  });
  process.send?.({ kind: 'ready', startPage: served.startPage });
}

function startPageOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { kind: string; startPage?: string }) => {
      if (message.kind === 'ready') resolve(message.startPage ?? '');
    });
    child.once('exit', (code) => reject(new Error(`the station ended with ${code}`)));
  });
}

/** One batch from the pull to the close, as an operator and a supervisor take it through. */
async function makeBatch(window: WindowClient, control: string, count: number): Promise<void> {
  const { batch } = await askControl(control, { make: { product: 'gift-print@1', count, priority: 'urgent' } });
  const flow = new BatchFlow(window, String(batch));
  await flow.pull();
  await flow.until('ready');
  await flow.release();
  await flow.start();
  await eventually(
    `${flow.batch} made`,
    async () => {
      const asks = (await flow.lines()).find(({ state }) => state === 'waiting-for-operator');
      const { state, trouble } = await flow.view();
      if (asks !== undefined || state === 'stopped')
        throw new Error(`${asks?.fault?.code ?? trouble?.code}: ${asks?.fault?.text ?? trouble?.text}`);
      return state === 'made' ? state : undefined;
    },
    { withinMs: batchMs, everyMs: 500 },
  );
  await flow.look();
  await flow.close();
}

function report(samples: readonly MemorySample[], cards: number, batches: number, seconds: number): void {
  // Code is compiled, caches are filled and the heap finds its size in the first batches.
  const warm = samples.filter((sample) => sample.cards > Math.min(2_000, cards / 5));
  const about = { cards, batches, product: 'gift-print@1', samples: warm.length, seconds: rounded(seconds) };
  const figures = [
    ['station-resident', (sample: MemorySample) => sample.resident],
    ['station-heap', (sample: MemorySample) => sample.heap],
    ['station-outside-heap', (sample: MemorySample) => sample.outside],
    ['cms-resident', (sample: MemorySample) => sample.child],
  ] as const;
  for (const [name, of] of figures) {
    const { first, last } = quartersOf(warm, of);
    reportFigure({
      name: `memory-${name}`,
      value: rounded(last),
      unit: 'KB',
      baseline: { name: 'first quarter of the same run', value: rounded(first) },
      about: { ...about, slopePer1000Cards: rounded(slopeOf(warm, of), 1), peak: Math.max(...samples.map(of)) },
    });
  }
}

async function run(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(ownFolder('memory'));
  const printers = stack.use(await startLoadedPrinters());
  const data = join(folder.path, 'station');
  writeConfiguration(data, { machines: { kind: 'configured', lines: printers.lines } });
  const child = fork(here, ['station', data], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: programEnvironment(),
  });
  stack.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    if (child.connected) child.send('end', () => undefined);
    else child.kill('SIGTERM');
    await gone;
  });
  const samples: MemorySample[] = [];
  child.on('message', (message: { kind: string; sample?: MemorySample }) => {
    if (message.sample === undefined) return;
    samples.push(message.sample);
    if (process.env['TELL'] !== undefined) process.stderr.write(`${JSON.stringify(message.sample)}\n`);
  });
  using window = await openWindow(await startPageOf(child));
  await window.logIn('olivia');
  // A rejected card is made again: a few blanks more than cards.
  const blanks = wanted + cardsOfBatch;
  await printers.load(blanks);
  await stockLines(window, 'mercato-plain-white', blanks);
  const control = readFileSync(join(data, 'cms', 'control-address'), 'utf8').trim();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  let cards = 0;
  let batches = 0;
  while (cards < wanted && seconds() < minutes * 60) {
    const count = Math.min(cardsOfBatch, wanted - cards);
    await makeBatch(window, control, count);
    cards += count;
    batches += 1;
  }
  report(samples, cards, batches, seconds());
}

const [mode, data] = process.argv.slice(2);
if (mode === 'station' && data !== undefined) await beStation(data);
else await run();
