import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ProductReference } from '#shared/domain/identifiers.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { productKey, productSchema, type Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';

/** A product as loaded, with the SHA-256 (lower-case hexadecimal) of its canonical JSON (RFC 8785), which a release statement names. */
export interface CataloguedProduct {
  readonly product: Product;
  readonly digest: string;
}

export type ProductCatalogue = ReadonlyMap<ProductReference, CataloguedProduct>;

/**
 * Loads every product of a folder, one a file named `<id>@<version>.json`.
 * Fault: LAYOUT-PRODUCT-INVALID with file, field and reason, at the first product that is not right; none is loaded then.
 */
export async function loadProducts(folder: string): Promise<ProductCatalogue> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw refusal(folder, '-', 'the folder cannot be read', cause);
  });
  const catalogue = new Map<ProductReference, CataloguedProduct>();
  for (const file of files.filter((name) => name.endsWith('.json')).sort()) {
    const entry = readProduct(file, await readFile(join(folder, file), 'utf8'));
    catalogue.set(productKey(entry.product), entry);
  }
  return catalogue;
}

function readProduct(file: string, text: string): CataloguedProduct {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refusal(file, '-', 'it is no JSON', cause);
  }
  const parsed = productSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue === undefined || issue.path.length === 0 ? '-' : issue.path.map(String).join('.');
    throw refusal(file, field, issue?.message ?? 'it is not a product', parsed.error);
  }
  const product = parsed.data;
  if (file !== `${productKey(product)}.json`) {
    throw refusal(file, 'id', `the file of ${productKey(product)} is named ${productKey(product)}.json`);
  }
  const digest = createHash('sha256').update(canonicalJson(product)).digest('hex');
  return { product, digest };
}

function refusal(file: string, field: string, reason: string, cause?: unknown): StationFault {
  return new StationFault('LAYOUT-PRODUCT-INVALID', { file, field, reason }, cause);
}
