/** What is wrong with a product or profile, and where: a path such as `chip.preflight.keyVersion`, `-` for the whole. */
export interface CatalogueFinding {
  readonly field: string;
  readonly reason: string;
}

/** One finding at least. */
export type CatalogueFindings = readonly [CatalogueFinding, ...CatalogueFinding[]];

/** A place in a file as people write it. */
export function fieldOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '-' : path.map(String).join('.');
}
