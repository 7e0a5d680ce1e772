import type { BatchId, OrderId } from '#shared/domain/identifiers.ts';
import { flattenOrder } from '#shared/domain/order-fields.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import type { ScriptStepView } from '#shared/contract/views/product-views.ts';
import type { PackageToLoad } from '../applets/port.ts';
import { CardContent } from './card-content.ts';
import type { CardPlan } from './card-plan.ts';
import { dryRun } from './dialogues/dry-run.ts';
import type { KeyCheck } from './dialogues/script-steps.ts';
import { makeCardPlan } from './make-card-plan.ts';
import { PreparedOrder } from './prepared-order.ts';
import type { CataloguedProduct } from './product-catalogue.ts';
import { chipSource, madeFor } from './station/chip-source.ts';
import { findProductMeans, type IssuerMeans } from './station/issuer-means.ts';
import { standInChip, standInFields } from './station/stand-ins.ts';

/** A card's plan, and its steps for review. */
export interface CardScript {
  readonly plan: CardPlan;
  readonly steps: readonly ScriptStepView[];
}

/** An order in clear, with what it was sealed as. */
export interface OpenedOrder {
  readonly batch: BatchId;
  readonly order: OrderId;
  readonly record: OrderRecord;
  readonly sealedDigest: string;
  readonly opened: Uint8Array;
}

/** What a script is made by: of a key nothing but its check value is known. */
interface ScriptMeans {
  readonly means: IssuerMeans;
  readonly specimen: 'on' | 'off';
  /** Keys of a name or below it, with their check values. */
  readonly keyChecks: (name: string) => readonly KeyCheck[];
  /** Packages that are loaded onto the card. */
  readonly packages: readonly PackageToLoad[];
}

/**
 * Everything that would be done to the card of one order, as steps for review: no card, no key pair of the pool and no key is touched, and what may
 * be seen of a value is decided here. The faults of `findProductMeans`, of `standInChip` and of `makeCardPlan`.
 */
export function scriptOfCard(
  catalogued: CataloguedProduct,
  { batch, order, record, sealedDigest, opened }: OpenedOrder,
  { means, specimen, keyChecks, packages }: ScriptMeans,
): CardScript {
  const { product, digest: productDigest, profile, further } = catalogued;
  const found = findProductMeans({ product, profile }, means);
  const { fields, chipTrack2 } = standInFields(product, flattenOrder(record).fields);
  const source = chipSource({ product, profile, further, fields, chipTrack2, found });
  const prepared = source === null ? null : { chip: standInChip(source), means: source.means };
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
    const card = new PreparedOrder({ plan, product, content, sides: [], offline: null });
    return { plan, steps: dryRun({ card, keyChecks, verificationKey: found.cvk }) };
  } finally {
    content.dispose();
  }
}
