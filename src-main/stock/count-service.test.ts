import { expect, test } from 'vitest';
import type { CountRow } from '../journal/projections/counts.ts';
import { searchEntries } from '../journal/search.ts';
import { by, id, StockWorld } from './stock-world.fixture.ts';

const place = 'line/line-1';

async function withLot(): Promise<{ readonly world: StockWorld; begin(): CountRow }> {
  const world = new StockWorld();
  world.days.open(by('olga'));
  await world.receive('lot-7', 50);
  await world.move('lot-7', 'vault', place, 30);
  const begin = () => {
    const [count] = world.counts.open(place, null, id('olga'));
    if (count === undefined) throw new Error('nothing to count');
    return count;
  };
  return { world, begin };
}

test('ends with the first figure that agrees, and with the second of another person', async () => {
  const { world, begin } = await withLot();
  expect(world.counts.enter(begin().count, 30, id('olga')).state).toBe('same');
  const { count } = begin();
  expect(world.counts.enter(count, 29, id('olga')).state).toBe('second');
  expect(() => world.counts.enter(count, 30, id('olga'))).toThrow(
    expect.objectContaining({ code: 'STOCK-SAME-COUNTER' }),
  );
  expect(() => world.counts.abandon(count, 'wrong', id('oleg'))).toThrow(
    expect.objectContaining({ code: 'STOCK-COUNT-BEGUN' }),
  );
  expect(world.counts.enter(count, 30, id('oleg'))).toMatchObject({ state: 'same', difference: 0 });
  expect(() => world.counts.enter(count, 30, id('sara'))).toThrow(
    expect.objectContaining({ code: 'STOCK-COUNT-OVER' }),
  );
  expect(world.counts.abandon(begin().count, 'called away', id('sara')).state).toBe('abandoned');
});

test('a search of the journal does not tell the second counter the first figure', async () => {
  const { world, begin } = await withLot();
  const { journal, counts } = world;
  const { count } = begin();
  const search = () =>
    searchEntries(journal.database, {
      issuers: 'all',
      text: '"figure":29',
      blind: journal.projections.counts.blind(),
      limit: 10,
    }).entries.map(({ header }) => header.kind);
  counts.enter(count, 29, id('olga'));
  expect(journal.projections.counts.blind()).toEqual([journal.head().sequence]);
  expect(search()).toEqual([]);
  counts.enter(count, 28, id('oleg'));
  expect(journal.projections.counts.blind()).toEqual([]);
  expect(search()).toEqual(['count.figure']);
});

test.each([
  ['missing', 28, { missing: 2, found: 0, remaining: 48 }],
  ['found', 31, { missing: 0, found: 1, remaining: 51 }],
])('books what two people counted as %s with who decided, none of whom counted', async (_, figure, expected) => {
  const { world, begin } = await withLot();
  const { count } = begin();
  world.counts.enter(count, 29, id('olga'));
  expect(() => world.counts.requestDifference(count, 'early', id('olga'))).toThrow(
    expect.objectContaining({ code: 'STOCK-COUNT-NOT-DIFFERING' }),
  );
  world.counts.enter(count, figure, id('sara'));
  const approval = world.counts.requestDifference(count, 'a torn pack', id('olga'));
  await expect(world.sign(approval, 'sara')).rejects.toMatchObject({ code: 'APPROVAL-BARRED' });
  await world.sign(approval, 'simon');
  await world.counts.book(approval);
  const { stock, counts, holdings } = world.journal.projections;
  expect(stock.findLot('lot-7')).toMatchObject(expected);
  expect(holdings.at(place, 'lot-7')).toBe(figure);
  expect(counts.find(count)).toMatchObject({
    state: 'booked',
    difference: figure - 30,
    reason: 'a torn pack',
    approval,
  });
  await expect(world.counts.book(approval)).rejects.toMatchObject({ code: 'APPROVAL-NOT-GIVEN' });
});

test('is given up after two figures in exactly the case that its difference could no longer be booked', async () => {
  const { world, begin } = await withLot();
  const { count } = begin();
  world.counts.enter(count, 2, id('olga'));
  world.counts.enter(count, 2, id('sara'));
  expect(() => world.counts.abandon(count, 'early', id('oleg'))).toThrow(
    expect.objectContaining({ code: 'STOCK-COUNT-BEGUN' }),
  );
  // Blanks that were on their way when the second figure was given: fewer are left than would be booked as missing.
  const used = { count: 5, purpose: 'other', fedBy: 'hand', remark: '', approval: null } as const;
  const subjects = { lot: 'lot-7', line: 'line-1' };
  world.journal.append({
    kind: 'blank.used-for-test',
    actor: by('olga'),
    issuer: null,
    subjects,
    payload: used,
  });
  const approval = world.counts.requestDifference(count, 'gone', id('olga'));
  await world.sign(approval, 'simon');
  await expect(world.counts.book(approval)).rejects.toMatchObject({ code: 'JOURNAL-IMPOSSIBLE' });
  expect(world.counts.abandon(count, 'cannot be booked', id('oleg')).state).toBe('abandoned');
  expect(world.counts.enter(begin().count, 25, id('olga')).state).toBe('same');
});
