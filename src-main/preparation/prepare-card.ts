import { createHash } from 'node:crypto';
import { fromUtf8 } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { batchId, type BatchId, type OrderId } from '#shared/domain/identifiers.ts';
import { flattenOrder } from '#shared/domain/order-fields.ts';
import { maskPan, orderRecord, type OrderRecord } from '#shared/domain/order-record.ts';
import type { Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { AppletPackages, PackageToLoad } from '../applets/port.ts';
import type { KeyPort } from '../keys/port.ts';
import type { CardPainter } from '../layout/card-painter.ts';
import { CardContent } from './card-content.ts';
import { personalise } from './dialogues/personalise/personalise.ts';
import { preflight } from './dialogues/preflight/preflight.ts';
import type { KeyCheck } from './dialogues/script-steps.ts';
import { inventOrder } from './invent-order.ts';
import { makeCardPlan } from './make-card-plan.ts';
import type {
  ChannelKeys,
  OrderToPrepare,
  BlankInReader,
  PreflightResult,
  PreparationPort,
  PreparedCard,
} from './port.ts';
import { PreparedOrder } from './prepared-order.ts';
import type { CataloguedProduct } from './product-catalogue.ts';
import { ReadyAhead } from './ready-ahead.ts';
import { scriptOfCard, type CardScript } from './script-of-card.ts';
import { chipSource, madeFor } from './station/chip-source.ts';
import { computeFields } from './station/computed-fields.ts';
import {
  findProductMeans,
  keysOfMeans,
  monthOf,
  nameMeans,
  type IssuerMeans,
  type PreparedProduct,
  type ProductMeans,
} from './station/issuer-means.ts';
import { prepareChip } from './station/prepare-chip.ts';

/** What preparation needs; the journal's `SealedRecordStore` and production's `OrderBook` fit as they are. */
export interface PreparationOptions {
  readonly records: {
    /** The batch's wrapped data key, or null. */
    key(batch: string): Uint8Array | null;
    read(batch: string, index: number): { readonly order: string; readonly bytes: Uint8Array } | null;
  };
  /** What intake accepted: the record's place and its SHA-256 (hexadecimal). */
  orderFacts(batch: BatchId, order: OrderId): { readonly index: number; readonly sealedDigest: string } | null;
  /** The product that the batch was taken in with; PRODUCTION-OTHER-PRODUCT when this station has another. */
  productOf(batch: BatchId): CataloguedProduct;
  /** Whether the release that two people signed for the batch names this key. */
  releasedWith(batch: BatchId, key: string): 'yes' | 'no';
  readonly keys: Pick<KeyPort, 'unseal' | 'cardVerificationValues' | 'certifyIcc' | keyof ChannelKeys>;
  /** Keys, certificates and key pairs for what the station prepares itself. */
  readonly means: IssuerMeans;
  /** Applet packages that cards are loaded with. */
  readonly packages: AppletPackages;
  readonly painter: Pick<CardPainter, 'paint' | 'picture'>;
  /** `on` in training: every card bears SPECIMEN. */
  readonly specimen: 'on' | 'off';
}

/** Turns released orders into cards ready for the machine; see `PreparationPort`. */
export class Preparation implements PreparationPort {
  readonly channelKeys: ChannelKeys;
  readonly #options: PreparationOptions;
  readonly #ahead: ReadyAhead;
  /** Which keys and which certificate each card was made with. */
  readonly #madeWith = new WeakMap<PreparedCard, string>();

  constructor(options: PreparationOptions) {
    this.#options = options;
    this.channelKeys = options.keys;
    this.#ahead = new ReadyAhead((order, signal) => this.#make(order, signal));
  }

  async prepare(order: OrderToPrepare, signal: AbortSignal): Promise<PreparedCard> {
    const ready = await this.#ahead.take(order, signal);
    if (ready === null) return this.#make(order, signal);
    try {
      // Since it was made ahead a key may have been compromised, retired or followed by another, or a certificate have ended.
      const now = nameMeans(this.#signedMeans(order.batch, this.#options.productOf(order.batch)));
      if (now === this.#madeWith.get(ready)) return ready;
    } catch (fault) {
      ready.dispose();
      throw fault;
    }
    ready.dispose();
    return this.#make(order, signal);
  }

  /**
   * PNG of a side for a screen: as it is printed, but for the card number, of which first six and last four digits are shown
   * (PCI CPL 4.3). LAYOUT-UNKNOWN when the product has no such side.
   */
  async screenPicture(order: OrderToPrepare, side: 'front' | 'back', signal: AbortSignal): Promise<Uint8Array> {
    const { product } = this.#options.productOf(order.batch);
    const { record } = await this.#unseal(order.batch, order.order, signal);
    const { fields } = flattenOrder(record);
    const shown = {
      ...fields,
      ...(fields.pan === undefined ? {} : { pan: maskPan(fields.pan) }),
      // No screen shows a security code (PCI CPL 4.3), so none is computed for it.
      ...(product.verification?.printed === 'cvv2' ? { cvv2: '•••' } : {}),
    };
    const { specimen, painter } = this.#options;
    const sides = await painter.paint(product, shown, { specimen }, signal);
    const found = sides.find((candidate) => candidate.side === side);
    if (found === undefined) throw new StationFault('LAYOUT-UNKNOWN', { product: product.id, layout: side });
    return painter.picture(found, signal);
  }

  /**
   * Everything that would be done to the card of one order, as steps for review: no card, no key pair of the pool and no key but the sealed record's is
   * touched, and what may be seen of a value is decided here. The same faults as `prepare` for an order, a key or a certificate that is not right.
   *
   * @param keyChecks keys of a name or below it, with their check values
   */
  async script(
    { batch, order }: OrderToPrepare,
    keyChecks: (name: string) => readonly KeyCheck[],
    signal: AbortSignal,
  ): Promise<CardScript> {
    const catalogued = this.#options.productOf(batch);
    const { specimen, means } = this.#options;
    // Keys that are missing are said before the record is opened.
    findProductMeans(catalogued, means);
    const opened = { batch, order, ...(await this.#unseal(batch, order, signal)) };
    return scriptOfCard(catalogued, opened, {
      means,
      specimen,
      keyChecks,
      packages: this.#packages(catalogued.product),
    });
  }

  /** The same for an invented order of a product that may still be a draft: no record is opened, and nobody's data are in it. */
  sampleScript(catalogued: CataloguedProduct, keyChecks: (name: string) => readonly KeyCheck[]): CardScript {
    const { specimen, means } = this.#options;
    const record = inventOrder(catalogued.product, means.now());
    const nothing = createHash('sha256').digest();
    const opened = {
      batch: batchId.parse('SAMPLE'),
      order: record.orderId,
      record,
      sealedDigest: nothing.toString('hex'),
      opened: new Uint8Array(nothing),
    };
    return scriptOfCard(catalogued, opened, {
      means,
      specimen,
      keyChecks,
      packages: this.#packages(catalogued.product),
    });
  }

  readyAhead(orders: readonly OrderToPrepare[]): void {
    this.#ahead.keepExactly(orders);
  }

  preflight(product: Product, blank: BlankInReader): Dialogue<PreflightResult> {
    return preflight(product, blank);
  }

  personalise(card: PreparedCard): Dialogue<void> {
    return personalise(card);
  }

  /** Drops what was made ready ahead. */
  close(): void {
    this.#ahead.keepExactly([]);
  }

  async #make({ batch, order }: OrderToPrepare, signal: AbortSignal): Promise<PreparedCard> {
    const { product, digest: productDigest, profile, further } = this.#options.productOf(batch);
    const { specimen, painter, means, keys } = this.#options;
    const found = this.#signedMeans(batch, { product, profile });
    const { opened, sealedDigest, record } = await this.#unseal(batch, order, signal);
    const { fields, chipTrack2 } = await computeFields(product, flattenOrder(record).fields, found.cvk, keys, signal);
    const source = chipSource({ product, profile, further, fields, chipTrack2, found });
    const prepared =
      source === null ? null : { chip: await prepareChip(source, keys, means.iccKeys, signal), means: source.means };
    const packages = this.#packages(product);
    const content = new CardContent(record, fields, opened, madeFor(prepared?.chip ?? null, chipTrack2, packages));
    try {
      const plan = makeCardPlan({
        product,
        productDigest,
        batch,
        order,
        sealedDigest,
        record,
        prepared,
        specimen,
        packages,
      });
      const sides = await painter.paint(product, fields, { specimen }, signal);
      const authentication = prepared?.chip.authentication ?? 'none';
      const offline =
        prepared === null || authentication === 'none'
          ? null
          : { authentication, authority: prepared.means.issuer.authority, month: monthOf(means.now()) };
      const card = new PreparedOrder({ plan, product, content, sides, offline });
      this.#madeWith.set(card, nameMeans(found));
      return card;
    } catch (fault) {
      content.dispose();
      throw fault;
    }
  }

  /** The packages of a product's chip, checked once more a moment before they are loaded; the faults of the catalogue. */
  #packages({ chip, environment }: Product): readonly PackageToLoad[] {
    const wanted = chip.kind === 'emv' ? (chip.content?.packages ?? []) : [];
    return wanted.map(({ hash }) => this.#options.packages.forLoading(hash, environment));
  }

  /** What serves now must be what the two people signed: a key that followed another since then makes no card of this batch. */
  #signedMeans(batch: BatchId, { product, profile }: PreparedProduct): ProductMeans {
    const found = findProductMeans({ product, profile }, this.#options.means);
    for (const key of keysOfMeans(found)) {
      if (this.#options.releasedWith(batch, key) === 'no')
        throw new StationFault('PREPARATION-KEY-NOT-SIGNED', { key });
    }
    return found;
  }

  /** The record as it lies must be the one that intake accepted and the release signed, byte for byte, and must say that it is this order. */
  async #unseal(
    batch: BatchId,
    order: OrderId,
    signal: AbortSignal,
  ): Promise<{ readonly opened: Uint8Array; readonly sealedDigest: string; readonly record: OrderRecord }> {
    const { records, keys } = this.#options;
    const facts = this.#options.orderFacts(batch, order);
    const stored = facts === null ? null : records.read(batch, facts.index);
    const wrappedDataKey = records.key(batch);
    if (wrappedDataKey === null) throw new StationFault('KEYS-NOT-FOUND', { name: `batch-wrapping/${batch}` });
    if (facts === null || stored === null || stored.order !== order) throw changed(order);
    const sealedDigest = createHash('sha256').update(stored.bytes).digest('hex');
    if (sealedDigest !== facts.sealedDigest) throw changed(order);
    const sealed = { index: facts.index, bytes: stored.bytes };
    const [plaintext] = await keys.unseal(batch, wrappedDataKey, [sealed], signal);
    if (plaintext === undefined) throw changed(order);
    try {
      const record = orderRecord.safeParse(JSON.parse(fromUtf8(plaintext)));
      // The parser's complaint may quote a value: it is not passed on.
      if (!record.success || record.data.orderId !== order) throw changed(order);
      const opened = new Uint8Array(createHash('sha256').update(stored.bytes).update(plaintext).digest());
      return { opened, sealedDigest, record: record.data };
    } catch (fault) {
      throw fault instanceof StationFault ? fault : changed(order);
    } finally {
      plaintext.fill(0);
    }
  }
}

function changed(order: OrderId): StationFault {
  return new StationFault('PREPARATION-RECORD-CHANGED', { order });
}
