import { productKey } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import type { LoadedProduct } from '../preparation/product-catalogue.ts';
import type { Services } from './services.ts';
import { profileKey } from './views/product-view.ts';

/** A product in production; ACCESS-NOT-FOUND. */
export function productOf(reference: string, services: Services): LoadedProduct {
  const found = services.products.all().find(({ product }) => productKey(product) === reference);
  if (found === undefined) throw new StationFault('ACCESS-NOT-FOUND');
  return found;
}

/** A profile in production; ACCESS-NOT-FOUND. */
export function profileOf(reference: string, services: Services): PaymentProfile {
  const found = services.products.profiles().find((profile) => profileKey(profile) === reference);
  if (found === undefined) throw new StationFault('ACCESS-NOT-FOUND');
  return found;
}
