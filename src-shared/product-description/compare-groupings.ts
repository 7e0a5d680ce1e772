import type { DescribedGrouping, DescribedRow } from './described-grouping.ts';
import { added, changed, removed, type Difference } from './difference.ts';

interface PlacedRow {
  /** `DGI 0101`, and of which application where it is not the first. */
  readonly place: string;
  readonly row: DescribedRow;
}

function rowsByItem(groupings: readonly DescribedGrouping[]): ReadonlyMap<string, PlacedRow> {
  return new Map(
    groupings.flatMap((grouping) =>
      grouping.rows.map(
        (row) => [`${grouping.application ?? ''}/${row.item}`, { place: groupingName(grouping), row }] as const,
      ),
    ),
  );
}

/** `DGI 0101`, or `DGI 0101 of loyalty` where it is of an application beside the first. */
export function groupingName({ dgi, application }: Pick<DescribedGrouping, 'dgi' | 'application'>): string {
  return `DGI ${dgi.toUpperCase()}${application === null ? '' : ` of ${application}`}`;
}

/** `16`, `8 to 10`, or that nobody here knows. */
export function lengthWords({ least, most }: Pick<DescribedRow, 'least' | 'most'>): string {
  if (least === null || most === null) return 'any number of bytes';
  return least === most ? `${least} ${least === 1 ? 'byte' : 'bytes'}` : `${least} to ${most} bytes`;
}

const fromContainer = (row: DescribedRow): boolean => row.source.startsWith('container:');

function compareRow(before: PlacedRow, after: PlacedRow): readonly Difference[] {
  const where = `${after.row.name}, in ${after.place}`;
  const aspect = (was: string, now: string): readonly Difference[] =>
    was === now ? [] : [changed('data', where, was, now)];
  if (before.place !== after.place)
    return [
      changed('data', after.row.name, `in ${before.place}`, `in ${after.place}`),
      ...compareRow({ ...before, place: after.place }, after),
    ];
  const [was, now] = [before.row, after.row];
  // That one card's data comes in a container and the other's is made here is said once, not for every row.
  if (fromContainer(was) !== fromContainer(now)) return [];
  return [
    ...(fromContainer(was) ? [] : aspect(was.sourceWords, now.sourceWords)),
    ...aspect(`format ${was.format}`, `format ${now.format}`),
    ...aspect(lengthWords(was), lengthWords(now)),
    ...aspect(`by ${was.clause}`, `by ${now.clause}`),
    ...aspect(`rule ${was.finding}`, `rule ${now.finding}`),
  ];
}

/** `open, record 1 of file 2, signed`. */
export function placeWords({ content, record }: Pick<DescribedGrouping, 'content' | 'record'>): string {
  if (record === null) return content;
  const coverage = record.coverage === 'unstated' ? '' : `, ${record.coverage}`;
  return `${content}, record ${record.number} of file ${record.sfi}${coverage}`;
}

/** A place in words as far as the other one says it too: a container does not say what is signed. */
function comparablePlace(grouping: DescribedGrouping, other: DescribedGrouping): string {
  const { content, record } = grouping;
  if (record === null || other.record?.coverage !== 'unstated') return placeWords(grouping);
  return placeWords({ content, record: { ...record, coverage: 'unstated' } });
}

/** What the second chip's data has otherwise than the first's: groupings first, then values by tag or part. */
export function compareGroupings(
  before: readonly DescribedGrouping[],
  after: readonly DescribedGrouping[],
): readonly Difference[] {
  const old = new Map(before.map((grouping) => [groupingName(grouping), grouping]));
  const differences: Difference[] = [];
  for (const grouping of after) {
    const subject = groupingName(grouping);
    const was = old.get(subject);
    old.delete(subject);
    if (was === undefined) {
      differences.push(added('data', `${subject} (${grouping.meaning})`, placeWords(grouping)));
      continue;
    }
    const [then, now] = [comparablePlace(was, grouping), comparablePlace(grouping, was)];
    if (then !== now) differences.push(changed('data', subject, then, now));
    if (was.meaning !== grouping.meaning)
      differences.push(changed('data', subject, `called "${was.meaning}"`, `called "${grouping.meaning}"`));
  }
  for (const gone of old.values())
    differences.push(removed('data', `${groupingName(gone)} (${gone.meaning})`, placeWords(gone)));
  const [oldRows, newRows] = [rowsByItem(before), rowsByItem(after)];
  for (const [item, placed] of newRows) {
    const was = oldRows.get(item);
    if (was === undefined)
      differences.push(added('data', `${placed.row.name}, in ${placed.place}`, placed.row.sourceWords));
    else differences.push(...compareRow(was, placed));
  }
  for (const [item, { place, row }] of oldRows) {
    if (!newRows.has(item)) differences.push(removed('data', `${row.name}, in ${place}`, row.sourceWords));
  }
  return differences;
}
