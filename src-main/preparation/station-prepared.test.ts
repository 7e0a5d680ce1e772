import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8 } from '#shared/bytes/bytes.ts';
import { Verification } from '../verification/proof.ts';
import { openBenchFor, type CardBench } from './card-bench.fixture.ts';
import { sampleOrder } from './training-order.fixture.ts';

const verification = new Verification();

describe.each(['debit-online-dda@1', 'debit-offline-cda@1'] as const)('%s', (reference) => {
  let bench: CardBench;
  beforeAll(async () => {
    bench = await openBenchFor(reference);
  });
  afterAll(() => bench.close());

  test('is prepared from the issuer’s keys, goes onto a card, and is proven as a terminal proves it', async () => {
    const order = sampleOrder(reference, 7);
    const card = await bench.card(order);
    const link = await bench.chip.insert('good');
    await bench.run(bench.preparation.personalise(card), card, link);
    await link.close();
    const again = await bench.chip.insert('good');
    const verdict = await bench.run(verification.proveChip(card), card, again);
    await again.close();
    expect(verdict).toMatchObject({ verdict: 'same', findings: [] });
    expect(verification.proveStripe(card, card.tracks)).toMatchObject({ verdict: 'same', findings: [] });
    const [stripe, chip] = [card.tracks.track2 ?? '', fromUtf8(card.resolve('card:track2'))];
    expect([stripe.length, chip.length]).toEqual([34, 34]);
    expect(stripe.slice(0, 29)).toBe(chip.slice(0, 29));
    expect(stripe).not.toBe(chip);
  });
});
