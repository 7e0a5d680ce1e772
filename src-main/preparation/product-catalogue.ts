import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProductReference } from '#shared/domain/identifiers.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { productKey, productSchema, type Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { completeProduct } from '#shared/payment-profile/product-of-profile.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { fieldOf, type CatalogueFindings } from './catalogue-finding.ts';
import type { ProfileCatalogue } from './profile-catalogue.ts';

/**
 * A product as loaded, with the digest that a release statement names: SHA-256 (lower-case hexadecimal) of the canonical JSON (RFC 8785)
 * of the product, of its profiles and of the digests of its layouts, so that what is made is what was signed.
 */
export interface CataloguedProduct {
  readonly product: Product;
  readonly digest: string;
  /** By which the station prepares the chip; null where it prepares none. */
  readonly profile: PaymentProfile | null;
  /** By which it prepares the applications beside the first, in the product's order. */
  readonly further: readonly PaymentProfile[];
}

/** A product with its file as its maker wrote it, without what follows from the profiles: a draft begins from it. */
export interface LoadedProduct extends CataloguedProduct {
  readonly source: unknown;
}

export type ProductCatalogue = ReadonlyMap<ProductReference, LoadedProduct>;

export type Catalogued =
  | { readonly kind: 'catalogued'; readonly catalogued: LoadedProduct }
  | {
      readonly kind: 'refused';
      readonly findings: CatalogueFindings;
      readonly cause?: unknown;
    };

/**
 * Loads every product of a folder, one a file named `<id>@<version>.json`, with the digests of its layouts and what follows from its profile.
 * Fault: LAYOUT-PRODUCT-INVALID with file, field and reason, at the first product that is not right; none is loaded then.
 */
export async function loadProducts(
  folder: string,
  layoutsFolder: string,
  profiles: ProfileCatalogue,
): Promise<ProductCatalogue> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw refusal(folder, '-', 'the folder cannot be read', cause);
  });
  const catalogue = new Map<ProductReference, LoadedProduct>();
  for (const file of files.filter((name) => name.endsWith('.json')).sort()) {
    const content = readJson(file, await readFile(join(folder, file), 'utf8'));
    const read = await catalogueProduct(content, profiles, layoutsFolder);
    if (read.kind === 'refused') throw refusal(file, read.findings[0].field, read.findings[0].reason, read.cause);
    const key = productKey(read.catalogued.product);
    if (file !== `${key}.json`) throw refusal(file, 'id', `the file of ${key} is named ${key}.json`);
    catalogue.set(key, read.catalogued);
  }
  return catalogue;
}

/** Checks the content of one product's file against every rule, and gives it with what follows from its profile and with its digest. */
export async function catalogueProduct(
  content: unknown,
  profiles: ProfileCatalogue,
  layoutsFolder: string,
): Promise<Catalogued> {
  const completed = completeProduct(content, profiles);
  if (completed.kind === 'refused') {
    return { kind: 'refused', findings: [{ field: completed.field, reason: completed.reason }] };
  }
  const parsed = productSchema.safeParse(completed.content);
  if (!parsed.success) {
    const [first, ...rest] = parsed.error.issues.map(({ path, message }) => ({
      field: fieldOf(path),
      reason: message,
    }));
    return { kind: 'refused', findings: [first ?? { field: '-', reason: 'it is not a product' }, ...rest] };
  }
  const product = parsed.data;
  const { profile, further } = completed;
  const layouts: Record<string, string> = {};
  for (const side of ['front', 'back'] as const) {
    const name = product.print[side];
    if (name === 'none') continue;
    try {
      const svg = await readFile(join(layoutsFolder, `${name}.svg`));
      layouts[name] = createHash('sha256').update(svg).digest('hex');
    } catch (cause) {
      // A file that could not be read just now may be there: that is no refusal.
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
      return { kind: 'refused', findings: [{ field: `print.${side}`, reason: `there is no layout ${name}` }], cause };
    }
  }
  // A product of one application keeps the digest that it had before there were several.
  const signed = { product, profile, layouts, ...(further.length === 0 ? {} : { further }) };
  const digest = createHash('sha256').update(canonicalJson(signed)).digest('hex');
  return { kind: 'catalogued', catalogued: { product, source: content, digest, profile, further } };
}

function readJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal(file, '-', 'it is no JSON', cause);
  }
}

function refusal(file: string, field: string, reason: string, cause?: unknown): StationFault {
  return new StationFault('LAYOUT-PRODUCT-INVALID', { file, field, reason }, cause);
}
