import type { PrintSide } from '#shared/domain/print-side.ts';
import type { Product } from '#shared/domain/product.ts';
import type { CardContent } from './card-content.ts';
import type { CardPlan } from './card-plan.ts';
import type { PreparedCard } from './port.ts';

/** The card of one order: plan, painted sides and what the plan's references mean; see `PreparedCard`. */
export class PreparedOrder implements PreparedCard {
  readonly plan: CardPlan;
  readonly product: Product;
  readonly offline: PreparedCard['offline'];
  readonly #content: CardContent;
  #sides: readonly PrintSide[];

  constructor(parts: {
    readonly plan: CardPlan;
    readonly product: Product;
    readonly offline: PreparedCard['offline'];
    readonly content: CardContent;
    readonly sides: readonly PrintSide[];
  }) {
    this.plan = parts.plan;
    this.product = parts.product;
    this.offline = parts.offline;
    this.#content = parts.content;
    this.#sides = parts.sides;
  }

  get sides(): readonly PrintSide[] {
    return this.#sides;
  }

  get digestKey(): Uint8Array {
    return this.#content.digestKey;
  }

  get tracks(): PreparedCard['tracks'] {
    const { stripe } = this.product;
    if (stripe.kind === 'none') return {};
    const tracks: { -readonly [Name in keyof PreparedCard['tracks']]: string } = {};
    for (const { track } of stripe.tracks) {
      const text = this.#content.fields[`track${track}`];
      if (text !== undefined) tracks[`track${track}`] = text;
    }
    return tracks;
  }

  resolve(reference: string): Uint8Array {
    return this.#content.resolve(reference);
  }

  dispose(): void {
    for (const { panels } of this.#sides) for (const { samples } of panels) samples.fill(0);
    this.#sides = [];
    this.#content.dispose();
  }
}
