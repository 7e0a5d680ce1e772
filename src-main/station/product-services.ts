import { productKey } from '#shared/domain/product.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import type { Services } from '../api/services.ts';
import type { Journal } from '../journal/journal.ts';
import type { Preparation } from '../preparation/prepare-card.ts';
import type { ProductCatalogue } from '../preparation/product-catalogue.ts';

/** Looks up keys of a name, or below it, by their check values; those that are destroyed are not there. */
function keyChecks(journal: Journal): (name: string) => readonly { readonly name: string; readonly kcv: string }[] {
  return (name) =>
    journal.projections.keys
      .all()
      .filter((key) => key.destroyedAt === null && (key.name === name || key.name.startsWith(`${name}/`)))
      .map(({ name: found, kcv }) => ({ name: found, kcv }));
}

/** What the calls about products need. */
export function productServices(of: {
  readonly products: ProductCatalogue;
  readonly profiles: ReadonlyMap<string, PaymentProfile>;
  readonly preparation: Preparation;
  readonly journal: Journal;
}): Pick<Services, 'products' | 'product'> {
  const all = [...of.products.values()];
  return {
    products: {
      all: () => all,
      profiles: () => [...of.profiles.values()],
      script: (batch, order, signal) => of.preparation.script({ batch, order }, keyChecks(of.journal), signal),
    },
    product: (reference) => all.find(({ product }) => productKey(product) === reference)?.product ?? null,
  };
}
