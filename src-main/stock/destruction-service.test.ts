import { expect, test } from 'vitest';
import { BatchHistory } from '../journal/history.fixture.ts';
import { by, id, StockWorld } from './stock-world.fixture.ts';

const nothing = { method: 'shredded', attempts: [], testCards: 0, lots: [], ribbons: [] } as const;
const content = (changes: Partial<Parameters<StockWorld['destructions']['request']>[0]>) => ({
  ...nothing,
  attempts: [],
  lots: [],
  ribbons: [],
  ...changes,
});

/** Two rejected cards, a spoiled and a good one, a test card and a used ribbon. */
async function withScrap() {
  const world = new StockWorld();
  world.days.open(by('olga'));
  await world.receive('lot-1', 50);
  await world.receive('rib-1', 3, 'ribbon');
  await world.move('lot-1', 'vault', 'line/line-1', 40);
  await world.move('rib-1', 'vault', 'line/line-1', 2);
  world.ribbons.fit('line-1', 'rib-1', by('olga'));
  const batch = new BatchHistory('b1', 'northbank', 4);
  const { journal } = world;
  journal.append(...batch.received(), ...batch.accepted(), ...batch.released());
  journal.append(...batch.rejectedCard(0, 1), ...batch.rejectedCard(1, 1), ...batch.goodCard(2, 1));
  journal.append(batch.started(3, 1), batch.ended(3, 1, 'spoiled'));
  world.stock.useForTest(
    { lot: 'lot-1', line: 'line-1', count: 1, purpose: 'cleaning', fedBy: 'hand', remark: '' },
    by('olga'),
  );
  const { ribbon } = world.ribbons.takeOut('line-1', by('olga'));
  const attempts = [0, 1, 3].map((order) => batch.attemptId(order, 1));
  return { world, batch, ribbon, attempts };
}

test('destroys what two others have witnessed, once, with a certificate whose digest the journal holds', async () => {
  const { world, batch, ribbon, attempts } = await withScrap();
  const { journal, destructions } = world;
  const everything = content({
    attempts,
    testCards: 1,
    lots: [{ lot: 'lot-1', place: 'vault', count: 4 }],
    ribbons: [ribbon],
  });
  const approval = destructions.request(everything, id('olga'));
  const { statement } = journal.projections.approvals.find(approval) ?? { statement: '' };
  for (const thing of [...attempts, ribbon]) expect(statement).toContain(thing);
  await world.sign(approval, 'oleg');
  await expect(destructions.carryOut(approval)).rejects.toMatchObject({ code: 'APPROVAL-NOT-GIVEN' });
  await world.sign(approval, 'sara');
  await destructions.carryOut(approval);
  const { holdings, ribbons, stock, destructions: rows } = journal.projections;
  expect([
    holdings.at('rejects', 'cards'),
    holdings.at('used-ribbons', 'ribbons'),
    holdings.at('vault', 'lot-1'),
  ]).toEqual([0, 0, 6]);
  expect(stock.findLot('lot-1')).toMatchObject({ destroyed: 4, remaining: 41 });
  expect(ribbons.find(ribbon)?.state).toBe('destroyed');
  const [row] = rows.page(10, 0);
  expect(row).toMatchObject({ number: 'D-0001', askedBy: 'olga', witnesses: ['oleg', 'sara'] });
  expect(rows.cards({ issuers: 'all', batch: null }, { limit: 10, offset: 0 })).toEqual({ cards: [], total: 0 });
  const { fileName, pdf } = await destructions.certificate(row?.destruction ?? '');
  expect([fileName, new TextDecoder().decode(pdf.slice(0, 5))]).toEqual(['destruction-D-0001.pdf', '%PDF-']);
  const before = journal.head();
  expect(() => destructions.request(content({ attempts: [batch.attemptId(0, 1)] }), id('olga'))).toThrow(
    expect.objectContaining({ code: 'STOCK-NOT-TO-DESTROY' }),
  );
  expect(journal.head()).toEqual(before);
});

test('refuses what does not lie there, by name, and a second request over the same card is withdrawn', async () => {
  const { world, batch, ribbon, attempts } = await withScrap();
  const { destructions, journal } = world;
  const before = journal.head();
  const refused: readonly (readonly [string, ReturnType<typeof content>])[] = [
    ['STOCK-NOTHING-TO-DESTROY', content({})],
    ['STOCK-NOT-TO-DESTROY', content({ attempts: [batch.attemptId(2, 1)] })],
    ['STOCK-NOT-TO-DESTROY', content({ attempts: ['at-none'] })],
    ['STOCK-NOT-TO-DESTROY', content({ attempts: [attempts[0] ?? '', attempts[0] ?? ''] })],
    ['STOCK-NOT-TO-DESTROY', content({ testCards: 2 })],
    ['STOCK-NOT-TO-DESTROY', content({ ribbons: ['rb-none'] })],
    ['STOCK-NOT-ENOUGH', content({ lots: [{ lot: 'lot-1', place: 'vault', count: 11 }] })],
    ['STOCK-NO-WAY', content({ lots: [{ lot: 'lot-1', place: 'good-cards', count: 1 }] })],
    ['STOCK-NO-LOT', content({ lots: [{ lot: 'lot-9', place: 'vault', count: 1 }] })],
  ];
  for (const [code, wanted] of refused) {
    expect(() => destructions.request(wanted, id('olga'))).toThrow(expect.objectContaining({ code }));
  }
  expect(journal.head()).toEqual(before);
  const first = destructions.request(content({ attempts, ribbons: [ribbon] }), id('olga'));
  const second = destructions.request(content({ attempts }), id('oleg'));
  await world.sign(first, 'sara', 'simon');
  await world.sign(second, 'sara', 'simon');
  await destructions.carryOut(first);
  await expect(destructions.carryOut(second)).rejects.toMatchObject({ code: 'STOCK-NOT-TO-DESTROY' });
  expect(journal.projections.approvals.find(second)?.state).toBe('withdrawn');
  expect(journal.projections.holdings.at('rejects', 'cards')).toBe(1);
});
