import { expect, test } from 'vitest';
import fc from 'fast-check';
import { drawBalance, type BalanceFacts } from './balance.ts';

const dispositions = ['good', 'rejected', 'spoiled', 'test', 'returned', 'missing'] as const;
const none = { good: 0, rejected: 0, spoiled: 0, test: 0, returned: 0, missing: 0, inMachine: 0 };
const first = {
  lot: 'lot-1',
  batch: 'b1',
  line: 'line-1',
  ...none,
  fed: 6,
  good: 3,
  rejected: 1,
  spoiled: 1,
  returned: 1,
};
const second = { lot: 'lot-1', batch: 'b1', line: 'line-2', ...none, fed: 2, good: 2 };
const facts: BalanceFacts = {
  batch: 'b1',
  uses: [first, second],
  orders: { held: 1, ready: 0, 'in-production': 0, made: 5, unmade: 1 },
  startable: 0,
  looksOutstanding: 0,
  printerCounts: [{ line: 'line-1', printer: 'p1', byPrinter: 7, byJournal: 6, explained: 1 }],
  blankType: () => 'northbank-emv-contact',
  printer: (line) => `printer of ${line}`,
};

test('balances a finished batch by lot and by printer, with nothing in the way', () => {
  expect(drawBalance(facts)).toEqual({
    batch: 'b1',
    fed: 8,
    good: 5,
    rejected: 1,
    spoiled: 1,
    test: 0,
    returned: 1,
    missing: 0,
    inMachine: 0,
    difference: 0,
    orders: 7,
    ordersMade: 5,
    ordersHeld: 1,
    ordersNotMade: 1,
    byLot: [{ lot: 'lot-1', blankType: 'northbank-emv-contact', used: 7, good: 5, rejected: 2 }],
    byPrinter: [
      { printer: 'printer of line-1', fed: 6 },
      { printer: 'printer of line-2', fed: 2 },
    ],
    looksOutstanding: 0,
    obstacles: [],
  });
});

test.each([
  ['BALANCE-IN-MACHINE', { uses: [{ ...first, fed: 7, inMachine: 1 }, second] }],
  ['BALANCE-ORDERS-READY', { startable: 2 }],
  ['BALANCE-LOOKS', { looksOutstanding: 1 }],
  ['BALANCE-DIFFERENCE', { uses: [{ ...first, fed: 7 }, second] }],
  ['BALANCE-PRINTER', { printerCounts: [{ line: 'line-1', printer: 'p1', byPrinter: 7, byJournal: 6, explained: 0 }] }],
  ['BALANCE-GOOD-CARDS', { orders: { ...facts.orders, made: 4 } }],
])('%s stands in the way of closing', (code, change) => {
  const { obstacles } = drawBalance({ ...facts, ...change });
  expect(obstacles.map((obstacle) => obstacle.code)).toEqual([code]);
  expect(obstacles[0]?.text).toMatch(/\.$/);
});

test('every blank is in exactly one place: the difference is zero exactly when fed is the sum of all places', () => {
  const count = fc.nat(50);
  const use = fc.record({
    lot: fc.constantFrom('l1', 'l2'),
    batch: fc.constant('b1'),
    line: fc.constantFrom('line-1', 'line-2'),
    fed: fc.nat(400),
    inMachine: count,
    good: count,
    rejected: count,
    spoiled: count,
    test: count,
    returned: count,
    missing: count,
  });
  fc.assert(
    fc.property(fc.array(use, { maxLength: 6 }), (uses) => {
      const view = drawBalance({ ...facts, uses });
      const ended = dispositions.reduce((sum, name) => sum + view[name], 0);
      expect(view.difference).toBe(view.fed - ended - view.inMachine);
      expect(view.byPrinter.reduce((sum, row) => sum + row.fed, 0)).toBe(view.fed);
      expect(view.obstacles.some(({ code }) => code === 'BALANCE-DIFFERENCE')).toBe(view.difference !== 0);
    }),
  );
});
