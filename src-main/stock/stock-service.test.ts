import { expect, test } from 'vitest';
import { by, id, StockWorld } from './stock-world.fixture.ts';

const held = (world: StockWorld, lot: string) =>
  Object.fromEntries(world.journal.projections.holdings.ofItem(lot).map(({ place, count }) => [place, count]));
const box = (lot: string, environment: 'test' | 'live' = 'test') =>
  ({ lot, kind: 'blank', blankType: 'emv', count: 50, environment }) as const;
const receipt = (...lots: readonly ReturnType<typeof box>[]) => ({
  supplier: 'Blanks Ltd',
  supplierReference: 'DN 1',
  lots,
});

test('books a delivery into the vault, carries packs by two people, and loads what is at the line', async () => {
  const world = new StockWorld();
  world.days.open(by('olga'));
  await world.receive('lot-7', 50);
  await world.move('lot-7', 'vault', 'line/line-1', 30);
  world.stock.load('lot-7', 'line-1', by('olga'));
  await world.move('lot-7', 'line/line-1', 'vault', 5);
  await world.move('lot-7', 'vault', 'out', 10);
  world.stock.useForTest(
    { lot: 'lot-7', line: 'line-1', count: 2, purpose: 'pairing', fedBy: 'hand', remark: '' },
    by('olga'),
  );
  expect(held(world, 'lot-7')).toEqual({ vault: 15, 'line/line-1': 23 });
  const { stock, lines, holdings } = world.journal.projections;
  expect(stock.findLot('lot-7')).toMatchObject({ received: 50, remaining: 38, out: 10, supplier: 'Blanks Ltd' });
  expect(lines.findLine('line-1')?.lot).toBe('lot-7');
  expect(holdings.at('rejects', 'cards')).toBe(2);
});

test('a signed move is done once, and what no longer fits is withdrawn instead of happening later', async () => {
  const world = new StockWorld();
  world.days.open(by('olga'));
  await world.receive('lot-7', 50);
  const move = (count: number) =>
    world.stock.requestMove(
      { packs: [{ lot: 'lot-7', from: 'vault', to: 'line/line-1', count }], reason: '' },
      id('olga'),
    );
  const [first, second] = [move(40), move(30)];
  await expect(world.stock.move(first)).rejects.toMatchObject({ code: 'APPROVAL-NOT-GIVEN' });
  await world.sign(first, 'oleg');
  await world.sign(second, 'sara');
  await world.stock.move(first);
  await expect(world.stock.move(first)).rejects.toMatchObject({ code: 'APPROVAL-NOT-GIVEN' });
  await expect(world.stock.move(second)).rejects.toMatchObject({ code: 'STOCK-NOT-ENOUGH' });
  expect(world.journal.projections.approvals.find(second)?.state).toBe('withdrawn');
  expect(held(world, 'lot-7')).toEqual({ vault: 10, 'line/line-1': 40 });
});

test('what leaves the station is signed by a supervisor', async () => {
  const world = new StockWorld();
  world.days.open(by('olga'));
  await world.receive('lot-7', 50);
  const packs = [{ lot: 'lot-7', from: 'vault', to: 'out', count: 10 }];
  const approval = world.stock.requestMove({ packs, reason: 'back to the supplier' }, id('olga'));
  expect(world.journal.projections.approvals.find(approval)?.act).toBe('stock-out');
  await expect(world.sign(approval, 'oleg')).rejects.toMatchObject({ code: 'ACCESS-NO-RIGHT' });
  await world.sign(approval, 'sara');
  await world.stock.move(approval);
  expect(world.journal.projections.stock.findLot('lot-7')?.out).toBe(10);
});

test('refuses in words and changes nothing', async () => {
  const world = new StockWorld();
  const { stock } = world;
  expect(() => stock.requestReceipt(receipt(box('lot-7')), id('olga'))).toThrow(
    expect.objectContaining({ code: 'STOCK-NO-DAY' }),
  );
  world.days.open(by('olga'));
  await world.receive('lot-7', 50);
  await world.receive('rib-7', 5, 'ribbon');
  await world.move('lot-7', 'vault', 'line/line-1', 20);
  await world.move('rib-7', 'vault', 'line/line-1', 2);
  world.counts.open('vault', ['lot-7'], id('olga'));
  world.busy.add('line-2');
  const before = world.journal.head();
  const move = (lot: string, from: string, to: string, count: number, reason = '') =>
    stock.requestMove({ packs: [{ lot, from, to, count }], reason }, id('olga'));
  const use = (lot: string, line: string, count: number) =>
    stock.useForTest({ lot, line, count, purpose: 'other', fedBy: 'hand', remark: '' }, by('olga'));
  const refused: readonly (readonly [string, () => unknown])[] = [
    ['STOCK-LOT-KNOWN', () => stock.requestReceipt(receipt(box('lot-7')), id('olga'))],
    ['STOCK-LOT-KNOWN', () => stock.requestReceipt(receipt(box('lot-8'), box('lot-8')), id('olga'))],
    ['STOCK-LOT-NAME', () => stock.requestReceipt(receipt(box('cards')), id('olga'))],
    ['STOCK-ENVIRONMENT', () => stock.requestReceipt(receipt(box('lot-8', 'live')), id('olga'))],
    ['STOCK-NO-LOT', () => move('lot-9', 'vault', 'line/line-1', 1)],
    ['STOCK-NO-LINE', () => move('lot-7', 'line/line-1', 'line/line-9', 1)],
    ['STOCK-NO-WAY', () => move('lot-7', 'vault', 'vault', 1)],
    ['STOCK-NO-WAY', () => move('lot-7', 'line/line-1', 'rejects', 1)],
    ['STOCK-REASON', () => move('rib-7', 'vault', 'out', 1)],
    ['STOCK-LINE-BUSY', () => move('lot-7', 'line/line-1', 'line/line-2', 1)],
    ['STOCK-BEING-COUNTED', () => move('lot-7', 'vault', 'line/line-1', 1)],
    ['STOCK-BEING-COUNTED', () => move('lot-7', 'line/line-1', 'vault', 1)],
    ['STOCK-NOT-ENOUGH', () => move('rib-7', 'vault', 'line/line-1', 4)],
    ['STOCK-NO-LOT', () => stock.load('lot-9', 'line-1', by('olga'))],
    ['STOCK-NO-LINE', () => stock.load('lot-7', 'line-9', by('olga'))],
    ['STOCK-NOT-THERE', () => stock.load('lot-7', 'line-2', by('olga'))],
    ['STOCK-NOT-BLANKS', () => stock.load('rib-7', 'line-1', by('olga'))],
    ['STOCK-NOT-BLANKS', () => use('rib-7', 'line-1', 1)],
    ['STOCK-NOT-ENOUGH', () => use('lot-7', 'line-1', 21)],
    ['STOCK-NOT-RIBBONS', () => world.ribbons.fit('line-1', 'lot-7', by('olga'))],
    ['STOCK-NO-RIBBON', () => world.ribbons.takeOut('line-1', by('olga'))],
    ['STOCK-NOTHING-THERE', () => world.counts.open('rejects', null, id('olga'))],
    ['STOCK-BEING-COUNTED', () => world.counts.open('vault', ['lot-7'], id('oleg'))],
    ['STOCK-LINE-BUSY', () => world.counts.open('line/line-2', null, id('oleg'))],
    ['STOCK-NO-COUNT', () => world.counts.enter('cn-none', 1, id('oleg'))],
    ['STOCK-DAY-OPEN', () => world.days.open(by('olga'))],
    ['STOCK-DAY-OBSTACLE', () => world.days.requestClose('', id('olga'))],
  ];
  for (const [code, act] of refused) expect(act, code).toThrow(expect.objectContaining({ code }));
  expect(world.journal.head()).toEqual(before);
});

test('a ribbon is booked when its printer shows more than before, and goes to the used ones with what it printed', async () => {
  const world = new StockWorld();
  world.days.open(by('olga'));
  await world.receive('rib-7', 5, 'ribbon');
  await world.move('rib-7', 'vault', 'line/line-1', 3);
  const look = (remaining: number | null) => {
    world.seen.set('line-1', { kind: 'YMCKO', remaining });
    world.ribbons.watch(['line-1', 'line-2']);
  };
  for (const remaining of [null, 100, 99, 40, null, 39]) look(remaining);
  const { ribbons, holdings } = world.journal.projections;
  expect(ribbons.list('all')).toMatchObject([
    { state: 'fitted', lot: 'rib-7', line: 'line-1', remainingWhenFitted: 100 },
  ]);
  look(300);
  expect(ribbons.list('all').map(({ state, remaining }) => [state, remaining])).toEqual(
    expect.arrayContaining([
      ['used', 39],
      ['fitted', null],
    ]),
  );
  const here = () => [holdings.at('line/line-1', 'rib-7'), holdings.at('used-ribbons', 'ribbons')];
  expect(here()).toEqual([1, 1]);
  // The person who put it in says so afterwards: it is the ribbon that the printer told of.
  expect(world.ribbons.fit('line-1', 'rib-7', by('olga'))).toMatchObject({ lot: 'rib-7', foundBy: 'both' });
  expect(here()).toEqual([1, 1]);
  // Said once more it is another one.
  world.ribbons.fit('line-1', 'rib-7', by('olga'));
  expect(here()).toEqual([0, 2]);
  world.ribbons.takeOut('line-1', by('olga'));
  expect(ribbons.fitted('line-1')).toBeNull();
  expect(here()).toEqual([0, 3]);
});

test('a change that a person books first and the printer shows afterwards is one ribbon', async () => {
  const world = new StockWorld();
  world.days.open(by('olga'));
  await world.receive('rib-7', 5, 'ribbon');
  await world.move('rib-7', 'vault', 'line/line-1', 5);
  const look = (remaining: number) => {
    world.seen.set('line-1', { kind: 'YMCKO', remaining });
    world.ribbons.watch(['line-1']);
  };
  look(39);
  const { ribbons, holdings, stock } = world.journal.projections;
  world.ribbons.fit('line-1', 'rib-7', by('olga'));
  world.ribbons.fit('line-1', 'rib-7', by('olga'));
  expect(ribbons.fitted('line-1')).toMatchObject({ foundBy: 'operator', remainingWhenFitted: 39 });
  const before = holdings.at('line/line-1', 'rib-7');
  look(300);
  expect(ribbons.fitted('line-1')).toMatchObject({ lot: 'rib-7', foundBy: 'both', remainingWhenFitted: 300 });
  look(12);
  expect(holdings.at('line/line-1', 'rib-7')).toBe(before);
  look(300);
  expect([holdings.at('line/line-1', 'rib-7'), stock.findLot('rib-7')?.fitted]).toEqual([before - 1, 6 - before]);
});

test('a ribbon that the printer found without a lot, or in the wrong one, is named and counted once', async () => {
  const world = new StockWorld();
  world.days.open(by('olga'));
  world.seen.set('line-1', { kind: 'YMCKO', remaining: 300 });
  world.ribbons.watch(['line-1']);
  const { ribbons, holdings, stock } = world.journal.projections;
  expect(ribbons.fitted('line-1')).toMatchObject({ lot: null, foundBy: 'printer' });
  for (const lot of ['rib-7', 'rib-8']) {
    await world.receive(lot, 5, 'ribbon');
    await world.move(lot, 'vault', 'line/line-1', 2);
  }
  world.ribbons.fit('line-1', 'rib-7', by('olga'));
  expect(ribbons.list('all')).toMatchObject([{ lot: 'rib-7', ribbonType: 'ymcko' }]);
  expect([holdings.at('line/line-1', 'rib-7'), stock.findLot('rib-7')?.fitted]).toEqual([1, 1]);
  // The last ribbon of one lot was guessed; it came out of another box.
  await world.move('rib-8', 'line/line-1', 'vault', 2);
  for (const remaining of [10, 300]) {
    world.seen.set('line-1', { kind: 'YMCKO', remaining });
    world.ribbons.watch(['line-1']);
  }
  expect(ribbons.fitted('line-1')?.lot).toBe('rib-7');
  await world.move('rib-8', 'vault', 'line/line-1', 2);
  world.ribbons.fit('line-1', 'rib-8', by('olga'));
  expect([holdings.at('line/line-1', 'rib-7'), holdings.at('line/line-1', 'rib-8')]).toEqual([1, 1]);
  expect([stock.findLot('rib-7')?.fitted, stock.findLot('rib-8')?.fitted]).toEqual([1, 1]);
  const [rib7, rib8] = world.days.figures(world.books.day()).lots;
  expect([rib7?.figures, rib8?.figures]).toMatchObject([
    { fitted: 1, closing: 4, difference: 0 },
    { fitted: 1, closing: 4, difference: 0 },
  ]);
});
