import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProductReference } from '#shared/domain/identifiers.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { productKey, productSchema, type Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { completeProduct } from '#shared/payment-profile/product-of-profile.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
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

export type ProductCatalogue = ReadonlyMap<ProductReference, CataloguedProduct>;

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
  const catalogue = new Map<ProductReference, CataloguedProduct>();
  for (const file of files.filter((name) => name.endsWith('.json')).sort()) {
    const { product, profile, further } = readProduct(file, await readFile(join(folder, file), 'utf8'), profiles);
    const layouts = await layoutDigests(product, layoutsFolder, file);
    // A product of one application keeps the digest that it had before there were several.
    const signed = { product, profile, layouts, ...(further.length === 0 ? {} : { further }) };
    const digest = createHash('sha256').update(canonicalJson(signed)).digest('hex');
    catalogue.set(productKey(product), { product, digest, profile, further });
  }
  return catalogue;
}

/** SHA-256 of each layout file that a product prints. */
async function layoutDigests(
  product: Product,
  folder: string,
  file: string,
): Promise<Readonly<Record<string, string>>> {
  const names = [product.print.front, product.print.back].filter((name) => name !== 'none');
  const digests: Record<string, string> = {};
  for (const name of names) {
    const svg = await readFile(join(folder, `${name}.svg`)).catch((cause: unknown) => {
      throw refusal(file, 'print', `there is no layout ${name}`, cause);
    });
    digests[name] = createHash('sha256').update(svg).digest('hex');
  }
  return digests;
}

function readProduct(
  file: string,
  text: string,
  profiles: ProfileCatalogue,
): Pick<CataloguedProduct, 'product' | 'profile' | 'further'> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refusal(file, '-', 'it is no JSON', cause);
  }
  const completed = completeProduct(value, profiles);
  if (completed.kind === 'refused') throw refusal(file, completed.field, completed.reason);
  const parsed = productSchema.safeParse(completed.content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue === undefined || issue.path.length === 0 ? '-' : issue.path.map(String).join('.');
    throw refusal(file, field, issue?.message ?? 'it is not a product', parsed.error);
  }
  const product = parsed.data;
  if (file !== `${productKey(product)}.json`) {
    throw refusal(file, 'id', `the file of ${productKey(product)} is named ${productKey(product)}.json`);
  }
  return { product, profile: completed.profile, further: completed.further };
}

function refusal(file: string, field: string, reason: string, cause?: unknown): StationFault {
  return new StationFault('LAYOUT-PRODUCT-INVALID', { file, field, reason }, cause);
}
