// Cards a second that the station prepares, each profile, against the key store's bare limit: the same signatures with the same issuer key, one
// after the other in this process, without the key process and without anything around them. Drawing is left out: it runs in a thread of
// its own and needs no key. Key pairs are made beforehand, as the pool does in idle time.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openProvider } from '../src-main/keys/hsm-worker/open-provider.ts';
import { sampleOrder, sealBatch } from '../src-main/preparation/training-order.fixture.ts';
import { BenchPreparation, preparedProducts, type PreparedProductReference } from './prepare/bench-preparation.ts';
import { percentile, reportFigure, rounded } from './report-figure.ts';

const cards = 400;
const resolution = 1;

/** Signatures a second with an issuer key, nothing between caller and module. */
async function bareLimit({ store, means }: BenchPreparation): Promise<number> {
  const { keyName, publicKey } = means.certificate;
  const { provider } = await openProvider({ ...store, pin: store.pin.reveal() });
  try {
    const block = new Uint8Array(publicKey.modulus.length).fill(0xbb);
    block[0] = 0x6a;
    block[block.length - 1] = 0xbc;
    const began = performance.now();
    for (let made = 0; made < cards; made++) provider.rawSign(keyName, block);
    return cards / ((performance.now() - began) / 1000);
  } finally {
    provider.close();
  }
}

async function measure(bench: BenchPreparation, reference: PreparedProductReference): Promise<void> {
  const { keys, atOnce } = bench;
  const preparationOf = await bench.of(reference);
  const orders = Array.from({ length: cards }, (_, serial) => sampleOrder(reference, serial));
  const sealed = await sealBatch(keys, `bench-${reference.replace('@', '-')}`, orders);
  const waits: number[] = [];
  const lag = monitorEventLoopDelay({ resolution });
  const bare = await bareLimit(bench);
  lag.enable();
  const began = performance.now();
  await bench.makeAll(preparationOf(sealed), sealed, (milliseconds) => waits.push(milliseconds));
  const perSecond = cards / ((performance.now() - began) / 1000);
  lag.disable();
  const { module } = await keys.describe(new AbortController().signal);
  reportFigure({
    name: `cards prepared, ${reference}`,
    value: rounded(perSecond, 1),
    unit: 'cards/s',
    baseline: { name: 'bare signatures with the issuer key', value: rounded(bare, 1) },
    about: {
      cards,
      atOnce,
      millisecondsACardP99: rounded(percentile(waits, 0.99), 1),
      eventLoopLagP99: rounded(Math.max(0, lag.percentile(99) / 1e6 - resolution), 1),
      eventLoopLagMax: rounded(Math.max(0, lag.max / 1e6 - resolution), 1),
      module,
    },
  });
}

await using bench = await BenchPreparation.open();
for (const reference of preparedProducts) await measure(bench, reference);
