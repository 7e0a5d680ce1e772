import type { Environment } from '#shared/domain/identifiers.ts';
import type { Services } from '../api/services.ts';
import type { ApprovalsPort } from '../approvals/port.ts';
import type { Journal } from '../journal/journal.ts';
import type { Preparation } from '../preparation/prepare-card.ts';
import { CardExerciseService } from '../production/card-exercise-service.ts';
import type { PairingService } from '../production/pairing-service.ts';
import { ProductDrafts } from '../products/product-drafts.ts';
import type { StationProducts } from './products.ts';

/** Looks up keys of a name, or below it, by their check values; those that are destroyed are not there. */
function keyChecks(journal: Journal): (name: string) => readonly { readonly name: string; readonly kcv: string }[] {
  return (name) =>
    journal.projections.keys
      .all()
      .filter((key) => key.destroyedAt === null && (key.name === name || key.name.startsWith(`${name}/`)))
      .map(({ name: found, kcv }) => ({ name: found, kcv }));
}

/** What the calls about products and their test cards need. */
export function productServices(of: {
  readonly products: StationProducts;
  readonly preparation: Preparation;
  readonly journal: Journal;
  readonly drafts: ProductDrafts;
  readonly pairing: PairingService;
  readonly environment: Environment;
}): Pick<Services, 'products' | 'product' | 'drafts' | 'exercise'> {
  const { products, preparation, journal, drafts } = of;
  const exercises = new CardExerciseService(of);
  return {
    products: {
      all: () => [...products.catalogue.values()],
      profiles: () => [...products.profiles.values()],
      script: (batch, order, signal) => preparation.script({ batch, order }, keyChecks(journal), signal),
      sampleScript: (catalogued) => preparation.sampleScript(catalogued, keyChecks(journal)),
    },
    product: (reference) => products.find(reference),
    drafts,
    exercise: (exercise, actor) => exercises.exercise(exercise, actor),
  };
}

/** Drafts of products and profiles, for the issuers that the station serves. */
export function openDrafts(
  journal: Journal,
  approvals: ApprovalsPort,
  catalogue: StationProducts,
  issuers: readonly { readonly id: string }[],
): ProductDrafts {
  return new ProductDrafts({ journal, approvals, catalogue, issuers: issuers.map(({ id }) => id) });
}
