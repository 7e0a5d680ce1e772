import { createHash } from 'node:crypto';
import type { BatchId, OrderId } from '#shared/domain/identifiers.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import { issuerKeysOf } from '#shared/domain/card-key-reference.ts';
import { chipApplications, productKey, type EmvChip, type Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { PackageToLoad } from '../applets/port.ts';
import type { CardPlan, ChipPlan, PlannedApplication, PlannedGrouping } from './card-plan.ts';
import { planContent } from './planned-content.ts';
import type { ProductMeans } from './station/issuer-means.ts';
import type { PreparedChip } from './station/prepare-chip.ts';

/** What a plan is made from: the product as signed, and the order as unsealed. */
export interface PlanSource {
  readonly product: Product;
  readonly productDigest: string;
  readonly batch: BatchId;
  readonly order: OrderId;
  /** SHA-256 of the sealed record, hexadecimal. */
  readonly sealedDigest: string;
  readonly record: OrderRecord;
  /** What the station made for the chip; null for a product of ready containers. */
  readonly prepared: { readonly chip: PreparedChip; readonly means: NonNullable<ProductMeans['chip']> } | null;
  readonly specimen: 'on' | 'off';
  /** The packages that the product's cards are loaded with, as the catalogue gave them. */
  readonly packages: readonly PackageToLoad[];
}

function refuse(reason: string): never {
  throw new StationFault('CARD-PERSONALISATION', { reason });
}

/** Three keys of 16 bytes, and 3 bytes of check value of each. EMV CPS 1.1 annex A, DGI 8000 and 9000. */
const derived: ReadonlyMap<string, Pick<PlannedGrouping, 'reference' | 'length'>> = new Map([
  ['8000', { reference: 'key:card-keys', length: 48 }],
  ['9000', { reference: 'key:card-key-checks', length: 9 }],
]);
/** Parts of the card's key pair, each half as long as the modulus. EMV CPS 1.1 annex A. */
const keyParts: ReadonlySet<string> = new Set(['8201', '8202', '8203', '8204', '8205']);
/** Those of its key pair for enciphered PINs. */
const pinKeyParts: ReadonlySet<string> = new Set(['8301', '8302', '8303', '8304', '8305']);

/** What the station makes for one grouping of the first application. */
function planStation(dgi: string, chip: PreparedChip): Pick<PlannedGrouping, 'reference' | 'length'> {
  const built = planBuilt(dgi, chip);
  if (built !== null) return built;
  if (keyParts.has(dgi) && chip.icc !== null) return { reference: 'card:icc-key', length: chip.icc.size / 16 };
  if (pinKeyParts.has(dgi) && chip.pin !== null) return { reference: 'card:pin-key', length: chip.pin.size / 16 };
  return derived.get(dgi) ?? refuse(`the station cannot make the data grouping ${dgi}`);
}

/** What is made before the card is fed, by its place. */
function planBuilt(place: string, chip: PreparedChip): Pick<PlannedGrouping, 'reference' | 'length'> | null {
  const built = chip.built.get(place);
  return built === undefined ? null : { reference: `built:${place}`, length: built.length };
}

/** The applications beside the first: everything in them is made here, and nothing waits for a key. */
function planFurther(chip: EmvChip, prepared: PreparedChip | null): readonly PlannedApplication[] {
  const [, ...further] = chipApplications(chip);
  return further.map(({ name, application, dataGroupings, place }) => ({
    name,
    application,
    groupings: dataGroupings.map(({ dgi, content }) => {
      const built = prepared === null ? null : planBuilt(`${place}${dgi}`, prepared);
      if (built === null) return refuse(`the station cannot make the data grouping ${dgi} of the ${name} application`);
      return { dgi, content, ...built };
    }),
  }));
}

/** Each grouping of the product, in the product's order; the container must hold exactly those that come in the order, secret ones enciphered and no others. */
function planGroupings(chip: EmvChip, record: OrderRecord, prepared: PreparedChip | null): readonly PlannedGrouping[] {
  const sent = record.chip?.groupings ?? [];
  const ofOrder = chip.dataGroupings.filter(({ origin }) => origin === 'order');
  const alien = sent.find(({ dgi }) => !ofOrder.some((wanted) => wanted.dgi === dgi));
  if (alien !== undefined) refuse(`the product has no data grouping ${alien.dgi} in its orders`);
  return chip.dataGroupings.map(({ dgi, content, origin }) => {
    if (origin === 'station') {
      if (prepared === null) return refuse('the station prepared nothing for the chip');
      return { dgi, content, ...planStation(dgi, prepared) };
    }
    const [found, second] = sent.filter((grouping) => grouping.dgi === dgi);
    if (found === undefined) return refuse(`the data grouping ${dgi} is missing`);
    if (second !== undefined) return refuse(`the data grouping ${dgi} stands there twice`);
    const wanted = content === 'secret' ? 'transport' : 'none';
    if (found.protection !== wanted) return refuse(`the data grouping ${dgi} is not protected as the product says`);
    return { dgi, content, reference: `container:${dgi}`, length: found.value.length / 2 };
  });
}

function planChip({ product, record, prepared, packages }: PlanSource): ChipPlan {
  const { chip } = product;
  if (chip.kind === 'none') return { kind: 'none' };
  const { preparation } = chip;
  const further = planFurther(chip, prepared?.chip ?? null);
  const wants = chip.dataGroupings.some(({ origin }) => origin === 'order');
  if (record.chip === undefined && wants) return refuse('the order has no data for the chip');
  return {
    kind: 'emv',
    application: chip.application,
    keySet: issuerKeysOf(chip),
    securityLevel: Number.parseInt(chip.secureChannel.level, 16),
    transportKeyName: record.chip?.transportKey.name ?? null,
    station:
      preparation.kind === 'container' || prepared === null
        ? null
        : {
            profile: preparation.profile,
            cardKeys: prepared.means.cardKeys,
            derivation: preparation.derivation,
            issuerKey: prepared.chip.authentication === 'none' ? null : prepared.means.issuer.keyName,
          },
    groupings: planGroupings(chip, record, prepared?.chip ?? null),
    ...(chip.content === undefined ? {} : { content: planContent(chip.content, packages) }),
    ...(further.length === 0 ? {} : { further }),
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
    chip: planChip(source),
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
