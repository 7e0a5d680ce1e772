import { createHash } from 'node:crypto';
import type { BatchId, OrderId } from '#shared/domain/identifiers.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import { productKey, type EmvChip, type Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { CardKeySetReference } from '../keys/port.ts';
import type { CardPlan, ChipPlan, PlannedGrouping } from './card-plan.ts';

/** What a plan is made from: the product as signed, and the order as unsealed. */
export interface PlanSource {
  readonly product: Product;
  readonly productDigest: string;
  readonly batch: BatchId;
  readonly order: OrderId;
  /** SHA-256 of the sealed record, hexadecimal. */
  readonly sealedDigest: string;
  readonly record: OrderRecord;
  readonly specimen: 'on' | 'off';
}

/** The key set that opens a product's cards: the reference without its `key:`, and the version that the blank must show. */
export function cardKeySet(chip: EmvChip): CardKeySetReference {
  return { name: chip.keySet.slice('key:'.length), version: chip.preflight.keyVersion };
}

function refuse(reason: string): never {
  throw new StationFault('CARD-PERSONALISATION', { reason });
}

/** Each grouping of the product, in the product's order; the container must hold exactly these, secret ones enciphered and no others. */
function planGroupings(chip: EmvChip, record: OrderRecord): readonly PlannedGrouping[] {
  const sent = record.chip?.groupings ?? [];
  const alien = sent.find(({ dgi }) => !chip.dataGroupings.some((wanted) => wanted.dgi === dgi));
  if (alien !== undefined) refuse(`the product has no data grouping ${alien.dgi}`);
  return chip.dataGroupings.map(({ dgi, content }) => {
    const [found, second] = sent.filter((grouping) => grouping.dgi === dgi);
    if (found === undefined) return refuse(`the data grouping ${dgi} is missing`);
    if (second !== undefined) return refuse(`the data grouping ${dgi} stands there twice`);
    const wanted = content === 'secret' ? 'transport' : 'none';
    if (found.protection !== wanted) return refuse(`the data grouping ${dgi} is not protected as the product says`);
    return { dgi, content, reference: `container:${dgi}`, length: found.value.length / 2 };
  });
}

function planChip(product: Product, record: OrderRecord): ChipPlan {
  const { chip } = product;
  if (chip.kind === 'none') return { kind: 'none' };
  if (record.chip === undefined) return refuse('the order has no data for the chip');
  return {
    kind: 'emv',
    application: chip.application,
    keySet: cardKeySet(chip),
    securityLevel: Number.parseInt(chip.secureChannel.level, 16),
    transportKeyName: record.chip.transportKey.name,
    groupings: planGroupings(chip, record),
  };
}

/**
 * Plans one card: references only, so the plan may be stored, printed and compared. Does not touch the card.
 *
 * The digest is SHA-256 over the RFC 8785 form of everything else in the plan. CARD-PERSONALISATION when the order's
 * container is not the product's.
 */
export function makeCardPlan(source: PlanSource): CardPlan {
  const { product, specimen } = source;
  const plan: Omit<CardPlan, 'planDigest'> = {
    version: 1,
    product: productKey(product),
    productDigest: source.productDigest,
    batch: source.batch,
    order: source.order,
    sealedDigest: source.sealedDigest,
    chip: planChip(product, source.record),
    stripe:
      product.stripe.kind === 'none'
        ? { kind: 'none' }
        : {
            kind: 'tracks',
            coercivity: product.stripe.coercivity,
            tracks: product.stripe.tracks.map(({ track, from }) => ({ track, reference: from })),
          },
    print: { ribbon: product.print.ribbon, front: product.print.front, back: product.print.back, specimen },
  };
  return { ...plan, planDigest: createHash('sha256').update(canonicalJson(plan)).digest('hex') };
}
