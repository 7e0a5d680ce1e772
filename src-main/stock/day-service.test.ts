import { expect, test } from 'vitest';
import { by, id, StockWorld } from './stock-world.fixture.ts';

const place = 'line/line-1';
const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });

async function openDay(): Promise<StockWorld> {
  const world = new StockWorld();
  world.cards.set('line-1', 100);
  world.days.open(by('olga'));
  await world.receive('lot-7', 50);
  await world.move('lot-7', 'vault', place, 30);
  return world;
}

function obstacles(world: StockWorld): readonly string[] {
  return world.days.obstacles(world.books.day()).map((one) => one.code);
}

test('does not close over a card in a machine, a running batch, an open count, or a lot that was not counted', async () => {
  const world = await openDay();
  world.busy.add('line-2');
  world.running = 'b1';
  expect(obstacles(world)).toEqual(['DAY-RUNNING', 'DAY-CARD-IN-MACHINE', 'DAY-NOT-COUNTED']);
  world.busy.clear();
  world.running = null;
  const [count] = world.counts.open(place, null, id('olga'));
  expect(obstacles(world)).toEqual(['DAY-COUNT-OPEN']);
  expect(() => world.days.requestClose('', id('olga'))).toThrow(code('STOCK-DAY-OBSTACLE'));
  world.counts.enter(count?.count ?? '', 30, id('olga'));
  expect(obstacles(world)).toEqual([]);
  // What is touched after its count is to be counted again.
  await world.move('lot-7', place, 'vault', 1);
  expect(obstacles(world)).toEqual(['DAY-NOT-COUNTED']);
  world.count(place, 'lot-7');
  expect(() => world.days.requestClose('no reason', id('olga'))).toThrow(code('STOCK-DAY-NO-DIFFERENCE'));
  const day = await world.close();
  expect([day.closedBy, day.reason, world.days.state]).toEqual(['olga', '', 'none']);
  expect(() => world.days.requestClose('', id('olga'))).toThrow(code('STOCK-NO-DAY'));
});

test('carries the closing stock over, and a second day of a date has a name of its own', async () => {
  const world = await openDay();
  world.count(place, 'lot-7');
  const first = await world.close();
  const second = world.days.open(by('oleg'));
  expect([first.day, second.day]).toEqual(['2026-03-02', '2026-03-02.2']);
  expect(world.days.figures(second).lots).toMatchObject([
    { lot: 'lot-7', figures: { opening: 50, received: 0, closing: 50, difference: 0 } },
  ]);
  // What was counted yesterday is counted today.
  expect(obstacles(world)).toEqual(['DAY-NOT-COUNTED']);
});

test('closes with a difference only by a reason and a second person, over the very figures', async () => {
  const world = await openDay();
  world.count(place, 'lot-7');
  world.cards.set('line-1', 103);
  expect(() => world.days.requestClose('', id('olga'))).toThrow(code('STOCK-DAY-DIFFERENCE'));
  const early = world.days.requestClose('three fed by hand', id('olga'));
  await world.sign(early, 'sara');
  // Two of them turn out to be test cards: the figures that were signed are no longer there.
  const use = { lot: 'lot-7', line: 'line-1', purpose: 'cleaning', fedBy: 'printer', remark: '' } as const;
  world.stock.useForTest({ ...use, count: 2 }, by('olga'));
  world.count(place, 'lot-7');
  expect(obstacles(world)).toEqual(['DAY-NOT-COUNTED']);
  world.count('rejects', 'cards');
  await expect(world.days.closeSigned(early)).rejects.toMatchObject({ code: 'STOCK-DAY-CHANGED' });
  const day = world.books.day();
  expect(world.days.figures(day).printers).toEqual([
    { line: 'line-1', printer: 'printer of line-1', byPrinter: 3, byJournal: 2, difference: 1 },
  ]);
  const approval = world.days.requestClose('one more fed by hand', id('olga'));
  await world.sign(approval, 'sara');
  await world.days.closeSigned(approval);
  expect(world.journal.projections.days.find(day.day)).toMatchObject({
    reason: 'one more fed by hand',
    closedBy: 'olga',
    approval,
  });
  const after = world.days.open(by('olga'));
  expect(world.days.differences(after, world.days.figures(after))).toEqual([]);
});

test('no day closes on one person: who counted alone does not sign, and the box of rejected cards is counted', async () => {
  const world = await openDay();
  world.stock.useForTest(
    { lot: 'lot-7', line: 'line-1', count: 1, purpose: 'other', fedBy: 'hand', remark: '' },
    by('olga'),
  );
  world.count(place, 'lot-7');
  expect(world.days.obstacles(world.books.day()).map(({ text }) => text)).toEqual([
    expect.stringContaining('Rejected cards'),
  ]);
  world.count('rejects', 'cards');
  // Another operator asks for the close of what olga counted.
  const approval = world.days.requestClose('', id('oleg'));
  await expect(world.sign(approval, 'oleg')).rejects.toMatchObject({ code: 'APPROVAL-OWN-REQUEST' });
  await expect(world.sign(approval, 'olga')).rejects.toMatchObject({ code: 'APPROVAL-BARRED' });
  await expect(world.days.closeConfirmed(approval)).rejects.toMatchObject({ code: 'APPROVAL-NOT-GIVEN' });
  await world.sign(approval, 'sara');
  await world.days.closeConfirmed(approval);
  expect(world.days.state).toBe('none');
});

test('one person books two test cards of a line a day, and never more than the printer fed', async () => {
  const world = await openDay();
  const use = (count: number, fedBy: 'printer' | 'hand', line = 'line-1') =>
    ({ lot: 'lot-7', line, count, purpose: 'cleaning', fedBy, remark: '' }) as const;
  expect(() => world.stock.useForTest(use(3, 'hand'), by('olga'))).toThrow(code('STOCK-TEST-SECOND-PERSON'));
  expect(() => world.stock.useForTest(use(1, 'printer'), by('olga'))).toThrow(code('STOCK-TEST-NOT-FED'));
  world.cards.set('line-1', 103);
  world.stock.useForTest(use(1, 'printer'), by('olga'));
  world.stock.useForTest(use(1, 'hand'), by('oleg'));
  // The two of today are booked, whoever booked them.
  expect(() => world.stock.useForTest(use(1, 'printer'), by('oleg'))).toThrow(code('STOCK-TEST-SECOND-PERSON'));
  expect(() => world.stock.requestTestUse(use(3, 'printer'), id('olga'))).toThrow(code('STOCK-TEST-NOT-FED'));
  const approval = world.stock.requestTestUse(use(2, 'printer'), id('olga'));
  await expect(world.sign(approval, 'oleg')).rejects.toMatchObject({ code: 'ACCESS-NO-RIGHT' });
  await world.sign(approval, 'sara');
  await world.stock.bookTestUse(approval);
  await expect(world.stock.bookTestUse(approval)).rejects.toMatchObject({ code: 'APPROVAL-NOT-GIVEN' });
  expect(world.days.unexplained('line-1')).toBe(0);
  expect(world.journal.projections.holdings.at('rejects', 'cards')).toBe(4);
  for (const item of [place, 'rejects'] as const) world.count(item, item === place ? 'lot-7' : 'cards');
  await world.close();
  world.days.open(by('olga'));
  world.stock.useForTest(use(2, 'hand'), by('olga'));
});

test('a count that was booked is a difference of the day', async () => {
  const world = await openDay();
  const [count] = world.counts.open(place, null, id('olga'));
  world.counts.enter(count?.count ?? '', 29, id('olga'));
  world.counts.enter(count?.count ?? '', 29, id('oleg'));
  expect(obstacles(world)).toEqual(['DAY-COUNT-OPEN']);
  const difference = world.counts.requestDifference(count?.count ?? '', 'lost', id('olga'));
  await world.sign(difference, 'sara');
  await world.counts.book(difference);
  expect(obstacles(world)).toEqual([]);
  expect(() => world.days.requestClose('', id('olga'))).toThrow(code('STOCK-DAY-DIFFERENCE'));
  const day = world.books.day();
  expect(world.days.figures(day).lots).toMatchObject([
    { figures: { received: 50, missing: 1, closing: 49, difference: 0 } },
  ]);
});
