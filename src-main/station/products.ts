import type { BatchId } from '#shared/domain/identifiers.ts';
import { productKey, type Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { BatchRow } from '../journal/projections/batches.ts';
import { loadProducts, type CataloguedProduct, type ProductCatalogue } from '../preparation/product-catalogue.ts';
import { loadPaymentProfiles, type ProfileCatalogue } from '../preparation/profile-catalogue.ts';
import type { PreparedProduct } from '../preparation/station/issuer-means.ts';
import { assets } from './places.ts';

/** The station's products, found by name and digest or by batch. */
export interface StationProducts {
  readonly catalogue: ProductCatalogue;
  readonly profiles: ProfileCatalogue;
  all(): readonly Product[];
  find(reference: string): Product | null;
  /** The product with this very digest; PRODUCTION-OTHER-PRODUCT. */
  exactly(reference: string, digest: string): Product;
  /** A product of the catalogue with its profile. */
  prepared(product: Product): PreparedProduct;
  /** The product that a batch was taken in with; PRODUCTION-OTHER-PRODUCT. */
  ofBatch(batch: BatchId): CataloguedProduct;
}

/** Loads the products that are shipped with the station, and the payment profiles that some are made by. */
export async function openProducts(batches: {
  find(batch: string): Pick<BatchRow, 'product' | 'productDigest'> | null;
}): Promise<StationProducts> {
  const profiles = await loadPaymentProfiles(`${assets}/payment-profiles`);
  const catalogue = await loadProducts(`${assets}/profiles`, `${assets}/layouts`, profiles);
  const all = [...catalogue.values()];
  const named = (reference: string) => all.find(({ product }) => productKey(product) === reference);
  const exactly = (reference: string, digest: string): CataloguedProduct => {
    const found = named(reference);
    if (found?.digest !== digest) throw new StationFault('PRODUCTION-OTHER-PRODUCT', { product: reference });
    return found;
  };
  return {
    catalogue,
    profiles,
    all: () => all.map(({ product }) => product),
    find: (reference) => named(reference)?.product ?? null,
    exactly: (reference, digest) => exactly(reference, digest).product,
    prepared: (product) => ({ product, profile: named(productKey(product))?.profile ?? null }),
    ofBatch: (batch) => {
      const row = batches.find(batch);
      return exactly(row?.product ?? '', row?.productDigest ?? '');
    },
  };
}
