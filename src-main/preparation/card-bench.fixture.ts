import type { Dialogue } from '#shared/domain/dialogue.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import type { KeyPort } from '../keys/port.ts';
import { openTestPainter, shippedProduct } from '../layout/test-painter.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { runDialogue } from '../production/dialogue-runner.ts';
import { cardKeySet } from './make-card-plan.ts';
import { Preparation } from './prepare-card.ts';
import type { PreparedCard } from './port.ts';
import { openTrainingKeys, productDigestOf, sealBatch } from './training-order.fixture.ts';
import { startVirtualChip, type VirtualChip } from './virtual-chip.fixture.ts';

/** Everything that a chip dialogue needs, as in the station: real keys, real painter, and the card as its own program. */
export interface CardBench {
  readonly product: Product;
  readonly keys: KeyPort;
  readonly chip: VirtualChip;
  readonly preparation: Preparation;
  /** Prepares an order for the product, or for a changed copy of it. */
  card(order: OrderRecord, product?: Product): Promise<PreparedCard>;
  run<Result>(dialogue: Dialogue<Result>, card: PreparedCard, link: CardLink, marks?: string[]): Promise<Result>;
  close(): Promise<void>;
}

export async function openCardBench(...words: readonly string[]): Promise<CardBench> {
  const product = productSchema.parse(await shippedProduct('emv-debit@1'));
  if (product.chip.kind === 'none') throw new Error('a chip product is wanted');
  const keys = await openTrainingKeys(cardKeySet(product.chip));
  const painter = await openTestPainter();
  const chip = await startVirtualChip(...words);
  const { signal } = new AbortController();
  let batches = 0;
  const prepare = async (order: OrderRecord, of: Product): Promise<[PreparedCard, Preparation]> => {
    const sealed = await sealBatch(keys, `bench-${batches++}`, [order]);
    const productOf = () => ({ product: of, digest: productDigestOf(of) });
    const preparation = new Preparation({ ...sealed, productOf, keys, painter, specimen: 'on' });
    return [await preparation.prepare({ batch: sealed.batch, order: order.orderId }, signal), preparation];
  };
  const never = () => {
    throw new Error('this preparation only runs dialogues');
  };
  return {
    product,
    keys,
    chip,
    preparation: new Preparation({
      records: { key: never, read: never },
      orderFacts: never,
      productOf: never,
      keys,
      painter,
      specimen: 'on',
    }),
    card: async (order, of = product) => (await prepare(order, of))[0],
    run: (dialogue, card, link, marks = []) =>
      runDialogue(dialogue, {
        link,
        keys,
        randomness: systemRandomness,
        resolve: (reference) => card.resolve(reference),
        mark: (name) => {
          marks.push(name);
          return Promise.resolve();
        },
        exchangeDeadline: 5000,
        signal,
      }),
    close: async () => {
      await chip.end();
      await painter.close();
      await keys.close();
    },
  };
}
