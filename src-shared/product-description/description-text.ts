import { lengthWords, placeWords } from './compare-groupings.ts';
import { constantMeaning } from './constant-meaning.ts';
import type { ProductFact } from './describe-product.ts';
import type { DescribedGrouping } from './described-grouping.ts';
import { descriptionAreas, type DescriptionArea, type Difference } from './difference.ts';

/** What each area is called above its facts. */
export const areaTitles: Readonly<Record<DescriptionArea, string>> = {
  product: 'Product',
  chip: 'Chip',
  data: 'Chip data',
  proof: 'What the proof expects of a finished card',
  stripe: 'Stripe',
  print: 'Print',
  fields: 'Fields of an order',
  stock: 'Stock',
  keys: 'Keys',
};

/** Every grouping with every value: where it comes from, its form, clause and rule, and what a constant means. */
export function groupingLines(groupings: readonly DescribedGrouping[]): readonly string[] {
  return groupings.flatMap((grouping) => [
    `${grouping.dgi.toUpperCase()} ${grouping.meaning} (${placeWords(grouping)})`,
    ...grouping.rows.flatMap((row) => [
      `  ${row.name}: ${row.sourceWords} [${row.format}, ${lengthWords(row)}] ${row.clause}; rule ${row.finding}`,
      ...constantMeaning(row).map((text) => `    - ${text}`),
    ]),
  ]);
}

/** Facts under the title of their area. */
export function factLines(facts: readonly ProductFact[]): readonly string[] {
  return descriptionAreas.flatMap((area) => {
    const own = facts.filter((one) => one.area === area);
    return own.length === 0 ? [] : [areaTitles[area], ...own.map(({ subject, value }) => `  ${subject}: ${value}`), ''];
  });
}

const marks = { added: '+', removed: '-', changed: '~' } as const;

/** One sentence a difference, marked, under the title of its area. */
export function differenceLines(differences: readonly Difference[]): readonly string[] {
  return descriptionAreas.flatMap((area) => {
    const own = differences.filter((one) => one.area === area);
    return own.length === 0 ? [] : [areaTitles[area], ...own.map(({ kind, text }) => `  ${marks[kind]} ${text}`)];
  });
}
