import { expect, test } from 'vitest';
import type { GroupingView } from '#shared/contract/views/product-views.ts';
import { findValues } from './find-values.ts';

const row = (tag: string, name: string, source: string): GroupingView['rows'][number] => ({
  item: tag.toLowerCase(),
  tag,
  name: `${tag} ${name}`,
  format: 'b',
  least: 1,
  most: 1,
  source,
  sourceWords: source,
  clause: 'EMV 4.3 Book 3 §7.2',
  finding: 'some-rule',
});
const groupings: readonly GroupingView[] = [
  {
    application: null,
    dgi: '0101',
    content: 'open',
    meaning: 'track 2',
    record: null,
    rows: [row('5A', 'PAN', 'record:pan'), row('57', 'Track 2', 'computed:track2')],
  },
  {
    application: null,
    dgi: '9102',
    content: 'open',
    meaning: 'file control',
    record: null,
    rows: [row('50', 'Label', 'constant:00')],
  },
];

const found = (typed: string) =>
  findValues(groupings, typed).map(({ dgi, rows }) => [dgi, ...rows.map(({ tag }) => tag)]);

test.each<[string, (string | null)[][]]>([
  [
    '',
    [
      ['0101', '5A', '57'],
      ['9102', '50'],
    ],
  ],
  ['5a', [['0101', '5A']]],
  ['  PAN ', [['0101', '5A']]],
  ['0101 track2', [['0101', '57']]],
  ['book 3 label', [['9102', '50']]],
  ['nothing', []],
])('%j finds %j', (typed, groups) => {
  expect(found(typed)).toEqual(groups);
});
