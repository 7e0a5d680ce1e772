import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { BatchId } from '#shared/domain/identifiers.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import { shippedPackages } from '../applets/shipped-packages.fixture.ts';
import type { KeyPort } from '../keys/port.ts';
import { openTestPainter, shippedProduct, shippedProfile } from '../layout/test-painter.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { runDialogue } from '../production/dialogue-runner.ts';
import { issuerKeysOf } from '#shared/domain/card-key-reference.ts';
import type { TrainingProduct } from '../../src-cms/training/orders.ts';
import type { IssuerCertificate } from '../keys/issuer-certificates.ts';
import { noIssuerMeans, openIssuerMeans } from './issuer-means.fixture.ts';
import { Preparation, type PreparationOptions } from './prepare-card.ts';
import type { IssuerMeans } from './station/issuer-means.ts';
import type { PreparedCard } from './port.ts';
import { bringTrainingCardKeys } from './training-card-keys.ts';
import { openTrainingKeys, productDigestOf, sealBatch } from './training-order.fixture.ts';
import { startVirtualChip, type VirtualChip } from './virtual-chip.fixture.ts';

/** Everything that a chip dialogue needs, as in the station: real keys, real painter, and the card as its own program. */
export interface CardBench {
  readonly product: Product;
  readonly keys: KeyPort;
  readonly chip: VirtualChip;
  readonly preparation: Preparation;
  readonly means: IssuerMeans;
  /** Another certificate of the issuer's key, by the same authority. */
  certified(by: { readonly issuerIdentifier?: string; readonly serial?: string }): Promise<IssuerCertificate>;
  /** Prepares an order for the product, or for a changed copy of it, with the issuer's means or others. */
  card(order: OrderRecord, product?: Product, means?: IssuerMeans): Promise<PreparedCard>;
  /** A preparation of these orders alone, whose means may change while it lives. */
  preparationOf(
    records: readonly OrderRecord[],
    means: IssuerMeans,
    releasedWith?: PreparationOptions['releasedWith'],
  ): Promise<PreparationOfBatch>;
  run<Result>(
    dialogue: Dialogue<Result>,
    card: PreparedCard,
    link: CardLink,
    marks?: string[],
    keys?: KeyPort,
  ): Promise<Result>;
  close(): Promise<void>;
}

export interface PreparationOfBatch {
  readonly preparation: Preparation;
  readonly batch: BatchId;
}

export function openCardBench(...words: readonly string[]): Promise<CardBench> {
  return openBenchFor('emv-debit@1', ...words);
}

/** A bench for another product: with the issuer's keys, certificate and key pairs where the station prepares its chip. */
export async function openBenchFor(reference: TrainingProduct, ...words: readonly string[]): Promise<CardBench> {
  const product = productSchema.parse(await shippedProduct(reference));
  if (product.chip.kind === 'none') throw new Error('a chip product is wanted');
  const keys = await openTrainingKeys(issuerKeysOf(product.chip), product.chip.secureChannel.protocol);
  await bringTrainingCardKeys(keys, product, () => true, new AbortController().signal);
  const { preparation: way } = product.chip;
  const profile = way.kind === 'station' ? await shippedProfile(way.profile) : null;
  const further = await Promise.all((product.chip.further ?? []).map((one) => shippedProfile(one.profile)));
  const issuer = profile === null ? null : await openIssuerMeans(keys);
  const means = issuer ?? noIssuerMeans;
  const painter = await openTestPainter();
  const chip = await startVirtualChip(...words);
  const { signal } = new AbortController();
  let batches = 0;
  const open = async (
    records: readonly OrderRecord[],
    of: Product,
    by: IssuerMeans,
    releasedWith: PreparationOptions['releasedWith'] = () => 'yes',
  ): Promise<PreparationOfBatch> => {
    const sealed = { ...(await sealBatch(keys, `bench-${batches++}`, records)), releasedWith };
    const productOf = () => ({ product: of, digest: productDigestOf(of), profile, further });
    const preparation = new Preparation({
      ...sealed,
      productOf,
      keys,
      means: by,
      packages: shippedPackages,
      painter,
      specimen: 'on',
    });
    return { preparation, batch: sealed.batch };
  };
  const prepare = async (order: OrderRecord, of: Product, by: IssuerMeans): Promise<PreparedCard> => {
    const { preparation, batch } = await open([order], of, by);
    return preparation.prepare({ batch, order: order.orderId }, signal);
  };
  const never = () => {
    throw new Error('this preparation only runs dialogues');
  };
  return {
    product,
    keys,
    means,
    certified: (by) => (issuer === null ? never() : issuer.certified(by)),
    chip,
    preparation: new Preparation({
      records: { key: never, read: never },
      orderFacts: never,
      releasedWith: never,
      productOf: never,
      keys,
      means,
      packages: shippedPackages,
      painter,
      specimen: 'on',
    }),
    card: (order, of = product, by = means) => prepare(order, of, by),
    preparationOf: (records, by, releasedWith) => open(records, product, by, releasedWith),
    run: (dialogue, card, link, marks = [], by = keys) =>
      runDialogue(dialogue, {
        link,
        keys: by,
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
