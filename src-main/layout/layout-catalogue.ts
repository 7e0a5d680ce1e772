import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { productKey, type Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CardLayout } from './card-layout.ts';
import { checkLayout } from './check-layout.ts';

export type LayoutCatalogue = ReadonlyMap<string, CardLayout>;

/** Loads and checks every .svg of a folder; the name is the file's without its ending. Fault: LAYOUT-INVALID. */
export async function loadLayouts(folder: string): Promise<LayoutCatalogue> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw new StationFault('LAYOUT-INVALID', { file: folder, reason: 'the folder cannot be read' }, cause);
  });
  const layouts = new Map<string, CardLayout>();
  for (const file of files.filter((name) => name.endsWith('.svg')).sort()) {
    const name = file.slice(0, -'.svg'.length);
    layouts.set(name, checkLayout(name, file, await readFile(join(folder, file), 'utf8')));
  }
  return layouts;
}

/** What of a product decides how its cards look. */
export type PrintedProduct = Pick<Product, 'id' | 'version' | 'print' | 'fields' | 'chip' | 'stripe' | 'verification'>;

/**
 * The layouts of a product's sides. Faults: LAYOUT-UNKNOWN; LAYOUT-PRODUCT-MISMATCH where a layout prints a field that the
 * product lacks, or leaves no room for its chip or stripe.
 */
export function layoutsOf(
  catalogue: LayoutCatalogue,
  product: PrintedProduct,
): { readonly front: CardLayout; readonly back: CardLayout | undefined } {
  const name = productKey(product);
  const find = (layout: string): CardLayout => {
    const found = catalogue.get(layout);
    if (found === undefined) throw new StationFault('LAYOUT-UNKNOWN', { product: name, layout });
    const computed = product.verification?.printed;
    const alien = found.fields.find((field) => product.fields[field] === undefined && field !== computed);
    if (alien !== undefined) mismatch(name, layout, `it prints the field ${alien}, which the product's orders lack`);
    return found;
  };
  const front = find(product.print.front);
  const back = product.print.back === 'none' ? undefined : find(product.print.back);
  if (product.chip.kind === 'emv' && !front.areas.some((area) => area.kind === 'chip')) {
    mismatch(name, front.name, 'it leaves no area for the chip');
  }
  // A bare back cannot be printed over, so only a back with a layout must keep the stripe free.
  if (product.stripe.kind === 'tracks' && back !== undefined && !back.areas.some((area) => area.kind === 'stripe')) {
    mismatch(name, back.name, 'it leaves no area for the magnetic stripe');
  }
  return { front, back };
}

function mismatch(product: string, layout: string, reason: string): never {
  throw new StationFault('LAYOUT-PRODUCT-MISMATCH', { product, layout, reason });
}
