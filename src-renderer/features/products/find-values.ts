import type { GroupingView } from '#shared/contract/views/product-views.ts';

/**
 * The groupings with those of their values that hold every word that was typed, in tag, name, source, clause, rule or grouping; groupings
 * without any are left out.
 */
export function findValues(groupings: readonly GroupingView[], typed: string): readonly GroupingView[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return groupings
    .map((grouping) => ({
      ...grouping,
      rows: grouping.rows.filter((row) => {
        const { application, dgi, meaning } = grouping;
        const text = [application ?? '', dgi, meaning, row.name, row.sourceWords, row.source, row.clause, row.finding]
          .join(' ')
          .toLowerCase();
        return words.every((word) => text.includes(word));
      }),
    }))
    .filter(({ rows }) => rows.length > 0);
}
