// Time of a whole EMV personalisation on the production path (dialogue, key process, link), each profile, against a bare replay of the same APDUs on
// another new chip of the same virtual card in the same run. A new chip with the same keys and counter makes the same challenge, so it takes the same
// APDUs. In turns, so that what else the machine does falls on both alike. Beside the medians stands how many APDUs a card takes.
import { startVirtualChip, type VirtualChip } from '../src-main/preparation/virtual-chip.fixture.ts';
import type { Preparation } from '../src-main/preparation/prepare-card.ts';
import type { PreparedCard } from '../src-main/preparation/port.ts';
import { sampleOrder, sealBatch } from '../src-main/preparation/training-order.fixture.ts';
import { systemRandomness } from '../src-main/platform/randomness.ts';
import { runDialogue } from '../src-main/production/dialogue-runner.ts';
import { BenchPreparation, type PreparedProductReference } from './prepare/bench-preparation.ts';
import { recordedLink, replay } from './personalise/recorded-link.ts';
import { percentile, reportFigure, rounded } from './report-figure.ts';

const turns = 40;
/** Before the first that counts: programs that have just begun are slow. */
const warmUp = 5;

const products: readonly (readonly [product: PreparedProductReference, ...card: readonly string[]])[] = [
  ['emv-debit@1'],
  ['debit-online-sda@1'],
  ['debit-online-dda@1'],
  ['debit-offline-cda@1'],
  ['debit-enciphered-cda@1'],
  ['debit-scp02-dda@1', '--blank', 'scp02'],
  ['debit-loyalty-dual@1'],
  ['debit-dual-cda@1', '--blank', 'dual', '--life-cycle', '01'],
];

interface Turn {
  readonly personalised: number;
  readonly replayed: number;
  readonly apdus: number;
}

/** One card with everything that it takes: made again and again on new chips. */
interface Stand {
  readonly bench: BenchPreparation;
  readonly chip: VirtualChip;
  readonly preparation: Preparation;
  readonly card: PreparedCard;
}

const { signal } = new AbortController();

async function once({ bench, chip, preparation, card }: Stand, name: string): Promise<Turn> {
  const made = recordedLink(await chip.insert(`made-${name}`));
  const began = performance.now();
  await runDialogue(preparation.personalise(card), {
    link: made.link,
    keys: bench.keys,
    randomness: systemRandomness,
    resolve: (reference) => card.resolve(reference),
    mark: () => Promise.resolve(),
    exchangeDeadline: 5_000,
    signal,
  });
  const personalised = performance.now() - began;
  await made.link.close();
  const again = await chip.insert(`again-${name}`);
  const started = performance.now();
  await replay(made.commands, again);
  const replayed = performance.now() - started;
  await again.close();
  return { personalised, replayed, apdus: made.commands.length };
}

await using bench = await BenchPreparation.open();
const { module } = await bench.keys.describe(signal);
for (const [product, ...words] of products) {
  const preparationOf = await bench.of(product);
  const order = sampleOrder(product, 7);
  const sealed = await sealBatch(bench.keys, `bench-${product.replace('@', '-')}`, [order]);
  const preparation = preparationOf(sealed);
  const card = await preparation.prepare({ batch: sealed.batch, order: order.orderId }, signal);
  const chip = await startVirtualChip(...words);
  try {
    const stand = { bench, chip, preparation, card };
    for (let turn = 0; turn < warmUp; turn++) await once(stand, `warm-${turn}`);
    const measured: Turn[] = [];
    for (let turn = 0; turn < turns; turn++) measured.push(await once(stand, String(turn)));
    const median = (of: (turn: Turn) => number) => rounded(percentile(measured.map(of), 0.5), 2);
    reportFigure({
      name: `personalisation, ${product}`,
      value: median(({ personalised }) => personalised),
      unit: 'ms',
      baseline: { name: 'bare replay of the same APDUs', value: median(({ replayed }) => replayed) },
      about: { apdus: measured[0]?.apdus ?? 0, turns, keyStore: module },
    });
  } finally {
    card.dispose();
    preparation.close();
    await chip.end();
  }
}
