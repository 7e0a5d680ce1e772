import { expect, test } from 'vitest';
import { productSchema } from '#shared/domain/product.ts';
import { openBenchFor } from '../../preparation/card-bench.fixture.ts';
import { sampleOrder } from '../../preparation/training-order.fixture.ts';
import { exerciseTestCard } from './exercise-test-card.ts';

test.each([
  ['debit-enciphered-cda@1', 26],
  ['debit-online-dda@1', 12],
] as const)(
  'a test card of %s does in %i steps all that is never tried on a customer’s',
  async (product, count) => {
    const bench = await openBenchFor(product);
    const card = await bench.card(sampleOrder(product, 5));
    const made = await bench.chip.insert('test');
    await bench.run(bench.preparation.personalise(card), card, made);
    await made.close();
    const link = await bench.chip.insert('test');
    const steps = await bench.run(exerciseTestCard(card), card, link);
    expect(steps.filter(({ outcome }) => outcome === 'wrong')).toEqual([]);
    expect(steps).toHaveLength(count);
    await link.close();
    await bench.close();
  },
  120_000,
);

test('only a card of the test environment, whose keys the station derives, is exercised', async () => {
  const bench = await openBenchFor('debit-online-dda@1');
  const card = await bench.card(sampleOrder('debit-online-dda@1', 6));
  const link = await bench.chip.insert('other');
  const live = { ...card, plan: card.plan, resolve: (reference: string) => card.resolve(reference) };
  const product = productSchema.parse({ ...bench.product, environment: 'live' });
  await expect(bench.run(exerciseTestCard({ ...live, product }), card, link)).rejects.toMatchObject({
    code: 'CARD-EXERCISE',
  });
  const plan = { chip: { kind: 'emv', station: null } } as const;
  const container = { ...live, product: bench.product, plan };
  await expect(bench.run(exerciseTestCard(container), card, link)).rejects.toMatchObject({ code: 'CARD-EXERCISE' });
  await link.close();
  await bench.close();
}, 120_000);
