import type { BatchId, ProductReference } from '#shared/domain/identifiers.ts';
import { productKey, type Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ProducedItemRow, ProductItem } from '../journal/projections/products.ts';
import type { Examined, ExaminedRight } from '../products/product-drafts.ts';
import type { BatchRow } from '../journal/projections/batches.ts';
import {
  catalogueProduct,
  loadProducts,
  type CataloguedProduct,
  type ProductCatalogue,
} from '../preparation/product-catalogue.ts';
import {
  catalogueProfile,
  loadPaymentProfiles,
  profileName,
  type ProfileCatalogue,
} from '../preparation/profile-catalogue.ts';
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
  /** What the content of a product's or a profile's file comes to beside what is in production now. */
  examine(item: ProductItem, content: unknown): Promise<Examined>;
  /** Takes what was examined into the catalogue; it serves from now on. */
  add(examined: ExaminedRight): void;
}

/** Loads the products and payment profiles that are shipped with the station, and those that people put into production here. */
export async function openProducts(rows: {
  readonly batches: { find(batch: string): Pick<BatchRow, 'product' | 'productDigest'> | null };
  readonly products: { made(): readonly Pick<ProducedItemRow, 'item' | 'name' | 'content'>[] };
}): Promise<StationProducts> {
  const layouts = `${assets}/layouts`;
  const profiles = new Map(await loadPaymentProfiles(`${assets}/payment-profiles`));
  const catalogue = new Map(await loadProducts(`${assets}/profiles`, layouts, profiles));
  const named = (reference: string) => catalogue.get(reference as ProductReference);
  const exactly = (reference: string, digest: string): CataloguedProduct => {
    const found = named(reference);
    if (found?.digest !== digest) throw new StationFault('PRODUCTION-OTHER-PRODUCT', { product: reference });
    return found;
  };
  const products: StationProducts = {
    catalogue,
    profiles,
    all: () => [...catalogue.values()].map(({ product }) => product),
    find: (reference) => named(reference)?.product ?? null,
    exactly: (reference, digest) => exactly(reference, digest).product,
    prepared: (product) => ({ product, profile: named(productKey(product))?.profile ?? null }),
    ofBatch: (batch) => {
      const row = rows.batches.find(batch);
      return exactly(row?.product ?? '', row?.productDigest ?? '');
    },
    examine: async (item, content) => {
      if (item === 'profile') {
        const read = catalogueProfile(content);
        return read.kind === 'refused'
          ? read
          : { kind: 'right', item, name: profileName(read.profile), profile: read.profile };
      }
      const read = await catalogueProduct(content, profiles, layouts);
      if (read.kind === 'refused') return read;
      return { kind: 'right', item, name: productKey(read.catalogued.product), catalogued: read.catalogued };
    },
    add: (examined) => {
      if (examined.item === 'profile') profiles.set(examined.name, examined.profile);
      else catalogue.set(examined.name, examined.catalogued);
    },
  };
  for (const { item, name, content } of rows.products.made()) {
    const examined = await products.examine(item, JSON.parse(content));
    if (examined.kind === 'refused') {
      const { field, reason } = examined.findings[0];
      throw new StationFault('LAYOUT-PRODUCT-INVALID', { file: name, field, reason });
    }
    products.add(examined);
  }
  return products;
}
