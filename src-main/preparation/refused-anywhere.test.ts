import { afterAll, beforeAll, expect, test } from 'vitest';
import { productSchema, type EmvChip } from '#shared/domain/product.ts';
import type { StationFault } from '#shared/faults/station-fault.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import { openBenchFor, type CardBench } from './card-bench.fixture.ts';
import type { PreparedCard } from './port.ts';
import { sampleOrder } from './training-order.fixture.ts';

let bench: CardBench;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openBenchFor('debit-dual-cda@1', '--blank', 'dual', '--life-cycle', '01');
  card = await bench.card(sampleOrder('debit-dual-cda@1', 5));
}, 120_000);
afterAll(() => bench.close());

/** Counts what goes to a chip. */
async function counted<Result>(
  id: string,
  run: (link: CardLink) => Promise<Result>,
): Promise<{ readonly result: Result; readonly sent: number }> {
  const inner = await bench.chip.insert(id);
  let sent = 0;
  const link: CardLink = {
    ...inner,
    exchange: (command, options) => {
      sent++;
      return inner.exchange(command, options);
    },
  };
  const result = await run(link);
  await inner.close();
  return { result, sent };
}
const personalise = (id: string, marks: string[] = []) =>
  counted(id, (link) =>
    bench.run(bench.preparation.personalise(card), card, link, marks).then(
      () => null,
      (fault: unknown) => fault as StationFault,
    ),
  );
async function chipOf(id: string): Promise<Readonly<Record<string, unknown>>> {
  const { cards } = (await bench.chip.control({ inspect: true, card: id })) as {
    cards: Record<string, Readonly<Record<string, unknown>>>;
  };
  return cards[id] ?? {};
}

test.each(['6985'])(
  'a card that answers %s anywhere in the sequence ends the attempt there: the command is named, and nothing more is sent',
  async (sw) => {
    const whole = await personalise(`whole-${sw}`);
    expect(whole.result).toBeNull();
    for (let n = 1; n <= whole.sent; n++) {
      await bench.chip.control({ fault: 'status-at-apdu', n, sw });
      const id = `refused-${sw}-${n}`;
      const marks: string[] = [];
      const { result, sent } = await personalise(id, marks);
      // EXTERNAL AUTHENTICATE is the third: a card that refuses it has lost a try, and is told apart from all else.
      expect([n, sent, result?.code]).toEqual([n, n, n === 3 ? 'CARD-AUTHENTICATION' : 'CARD-STATUS']);
      expect(result?.details).toMatchObject({ statusWord: sw });
      expect(marks).not.toContain('personalised');
      // Nothing of an application is there before its last block, and the journal has the point from which the card is changed.
      const isChanged = marks.includes('personalisation-begun');
      expect([n, isChanged]).toEqual([n, n > 3]);
      if (!isChanged) expect(await chipOf(id)).toMatchObject({ personalisations: 0, cardLifeCycle: 0x01 });
    }
  },
  300_000,
);

test('a blank with too little memory is told before a key is tried', async () => {
  const { chip } = card.product;
  if (chip.kind === 'none') throw new Error('a chip is wanted');
  const needs = (memory: number): EmvChip => ({ ...chip, preflight: { ...chip.preflight, memory } });
  const { result } = await counted('small', (link) =>
    bench.run(
      bench.preparation.preflight(productSchema.parse({ ...card.product, chip: needs(1_000_000) }), link),
      card,
      link,
    ),
  );
  expect(result.findings).toEqual([
    {
      code: 'PREFLIGHT-MEMORY',
      item: 'MEMORY',
      text: expect.stringMatching(/^the blank has \d+ bytes of free memory, the product needs 1000000$/) as string,
    },
  ]);
  expect(await chipOf('small')).toMatchObject({ personalisations: 0, initializeUpdates: 0 });
});
