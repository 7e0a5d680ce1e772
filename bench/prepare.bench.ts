// Cards a second that the station prepares, each profile, against the key store's bare limit: the same signatures with the same issuer key, one
// after the other in this process, without the key process and without anything around them. Drawing is left out: it runs in a thread of
// its own and needs no key. Key pairs are made beforehand, as the pool does in idle time. The time on the processor is told beside it: on a machine
// that does other things too it is the steadier measure of where a card's time goes.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { KeyProvider } from '../src-main/keys/hsm-worker/key-provider.ts';
import { openProvider } from '../src-main/keys/hsm-worker/open-provider.ts';
import { sampleOrder, sealBatch } from '../src-main/preparation/training-order.fixture.ts';
import { childNamed } from './memory/memory-sample.ts';
import { BenchPreparation, preparedProducts, type PreparedProductReference } from './prepare/bench-preparation.ts';
import { processorTime } from './prepare/processor-time.ts';
import { percentile, reportFigure, rounded } from './report-figure.ts';

const cardsOfTurn = 50;
const turns = 10;
const resolution = 1;

/** Milliseconds by the clock and on the processor. */
interface Spent {
  clock: number;
  processor: number;
}

const nothing = (): Spent => ({ clock: 0, processor: 0 });

function add(sum: Spent, { clock, processor }: Spent): void {
  sum.clock += clock;
  sum.processor += processor;
}

/** Signs so many blocks with the issuer key, nothing between caller and module; milliseconds by the clock and on the processor. */
function signBare(provider: KeyProvider, { means }: BenchPreparation, count: number): Spent {
  const { keyName, publicKey } = means.certificate;
  const block = new Uint8Array(publicKey.modulus.length).fill(0xbb);
  block[0] = 0x6a;
  block[block.length - 1] = 0xbc;
  const [began, busy] = [performance.now(), processorTime(process.pid)];
  for (let made = 0; made < count; made++) provider.rawSign(keyName, block);
  return { clock: performance.now() - began, processor: processorTime(process.pid) - busy };
}

async function measure(
  bench: BenchPreparation,
  provider: KeyProvider,
  reference: PreparedProductReference,
): Promise<void> {
  const { keys, atOnce } = bench;
  const preparationOf = await bench.of(reference);
  const child = childNamed(process.pid, 'hsm-worker/main');
  const waits: number[] = [];
  const lag = monitorEventLoopDelay({ resolution });
  const [bare, prepared, keyProcess] = [nothing(), nothing(), nothing()];
  // In turns, so that what else the machine does falls on both alike.
  for (let turn = 0; turn < turns; turn++) {
    const orders = Array.from({ length: cardsOfTurn }, (_, at) => sampleOrder(reference, turn * cardsOfTurn + at));
    const sealed = await sealBatch(keys, `bench-${reference.replace('@', '-')}-${turn}`, orders);
    const preparation = preparationOf(sealed);
    add(bare, signBare(provider, bench, cardsOfTurn));
    const [began, busy, busyKeys] = [performance.now(), processorTime(process.pid), processorTime(child)];
    lag.enable();
    await bench.makeAll(preparation, sealed, (milliseconds) => waits.push(milliseconds));
    lag.disable();
    add(prepared, { clock: performance.now() - began, processor: processorTime(process.pid) - busy });
    add(keyProcess, { clock: 0, processor: processorTime(child) - busyKeys });
    preparation.close();
  }
  const cards = turns * cardsOfTurn;
  const { module } = await keys.describe(new AbortController().signal);
  reportFigure({
    name: `cards prepared, ${reference}`,
    value: rounded((cards * 1_000) / prepared.clock, 1),
    unit: 'cards/s',
    baseline: { name: 'bare signatures with the issuer key', value: rounded((cards * 1_000) / bare.clock, 1) },
    about: {
      cards,
      atOnce,
      processorMsASignature: rounded(bare.processor / cards, 2),
      processorMsACardInKeyProcess: rounded(keyProcess.processor / cards, 2),
      processorMsACardInStation: rounded(prepared.processor / cards, 2),
      millisecondsACardP99: rounded(percentile(waits, 0.99), 1),
      eventLoopLagP99: rounded(Math.max(0, lag.percentile(99) / 1e6 - resolution), 1),
      eventLoopLagMax: rounded(Math.max(0, lag.max / 1e6 - resolution), 1),
      module,
    },
  });
}

await using bench = await BenchPreparation.open();
const { provider } = await openProvider({ ...bench.store, pin: bench.store.pin.reveal() });
for (const reference of preparedProducts) await measure(bench, provider, reference);
provider.close();
