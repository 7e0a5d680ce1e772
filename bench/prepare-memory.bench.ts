// Memory over many prepared cards: 50,000 with online PIN and DDA, 2,000 with offline PIN and CDA, batch after batch, each sealed anew and its key destroyed
// at the end as when a batch closes. Key pairs are used again and again. `CARDS=5000` makes fewer of the first, `MINUTES=3` ends each after the batch
// under way. Holds this process (the station's side) and the key process apart.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sampleOrder, sealBatch } from '../src-main/preparation/training-order.fixture.ts';
import { childNamed, sampleNow, slopeOf, type MemorySample } from './memory/memory-sample.ts';
import { BenchPreparation, type PreparedProductReference } from './prepare/bench-preparation.ts';
import { reportFigure, rounded } from './report-figure.ts';

const wanted = Number(process.env['CARDS'] ?? 50_000);
const minutes = Number(process.env['MINUTES'] ?? Number.POSITIVE_INFINITY);
const cardsOfBatch = 500;
const { signal } = new AbortController();
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The samples after the first batch, at each quarter and at the end. */
function quarters(samples: readonly MemorySample[]): readonly MemorySample[] {
  return [0, 1, 2, 3, 4].flatMap((quarter) => samples[Math.round((quarter * (samples.length - 1)) / 4)] ?? []);
}

async function measure(bench: BenchPreparation, reference: PreparedProductReference, most: number): Promise<void> {
  const { keys } = bench;
  const preparationOf = await bench.of(reference);
  const child = childNamed(process.pid, 'hsm-worker/main');
  const start = sampleNow(0, collect, child);
  const samples: MemorySample[] = [];
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1_000;
  let cards = 0;
  for (let batch = 0; cards < most && seconds() < minutes * 60; batch++) {
    const orders = Array.from({ length: cardsOfBatch }, (_, at) => sampleOrder(reference, cards + at));
    const sealed = await sealBatch(keys, `memory-${reference.replace('@', '-')}-${batch}`, orders);
    const preparation = preparationOf(sealed);
    await bench.makeAll(preparation, sealed, () => (cards += 1));
    preparation.close();
    await keys.destroyBatchKey(sealed.batch, signal);
    samples.push(sampleNow(cards, collect, child));
  }
  const points = quarters(samples);
  const figures = [
    ['station heap', (sample: MemorySample) => sample.heap],
    ['station resident', (sample: MemorySample) => sample.resident],
    ['key process resident', (sample: MemorySample) => sample.child],
  ] as const;
  for (const [name, of] of figures) {
    const [first, ...later] = points.map(of);
    reportFigure({
      name: `memory of preparation, ${reference}, ${name}`,
      value: later.at(-1) ?? Number.NaN,
      unit: 'KB',
      baseline: { name: 'after the first batch of the same run', value: first ?? Number.NaN },
      about: {
        atStart: of(start),
        quarterPoints: later.join(' '),
        peak: Math.max(...samples.map(of)),
        slopePer1000Cards: rounded(slopeOf(samples, of), 1),
        cards,
        batches: samples.length,
        seconds: rounded(seconds()),
      },
    });
  }
}

await using bench = await BenchPreparation.open();
await measure(bench, 'debit-online-dda@1', wanted);
await measure(bench, 'debit-offline-cda@1', Math.min(2_000, wanted));
