import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CardLink } from '../devices/encoder/port.ts';
import { shippedVerification } from '../verification/shipped-rule-packs.fixture.ts';
import { openBenchFor, type CardBench } from './card-bench.fixture.ts';
import { contentMarks } from './dialogues/load-content.ts';
import type { PreparedCard } from './port.ts';
import { bringTrainingCardKeys } from './training-card-keys.ts';
import { sampleOrder } from './training-order.fixture.ts';

const { signal } = new AbortController();
let bench: CardBench;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openBenchFor('debit-loaded-dda@1', '--blank', 'factory', '--life-cycle', '01');
  await bringTrainingCardKeys(bench.keys, bench.product, () => true, signal);
  card = await bench.card(sampleOrder('debit-loaded-dda@1', 3));
}, 120_000);
afterAll(() => bench.close());

async function onCard<Result>(id: string, run: (link: CardLink) => Promise<Result>): Promise<Result> {
  const link = await bench.chip.insert(id);
  try {
    return await run(link);
  } finally {
    await link.close();
  }
}

test("a blank from the maker gets the issuer's keys, the package, the application and its data, and is proven as a terminal reads it", async () => {
  const blank = await onCard('made', (link) => bench.run(bench.preparation.preflight(card.product, link), card, link));
  expect(blank.findings).toEqual([]);
  const marks: string[] = [];
  await onCard('made', (link) => bench.run(bench.preparation.personalise(card), card, link, marks));
  const opened = ['authentication-begun', 'authenticated'];
  expect(marks).toEqual([
    ...opened,
    'card-keys-begun',
    ...opened,
    'card-keys-replaced',
    contentMarks.begun,
    contentMarks.done,
    'personalisation-begun',
    'personalised',
  ]);
  const verification = await shippedVerification();
  const verdict = await onCard('made', (link) => bench.run(verification.proveChip(card), card, link));
  expect(verdict).toMatchObject({ part: 'chip', verdict: 'same', findings: [] });
  const { cards } = (await bench.chip.control({ inspect: true, card: 'made' })) as { cards: Record<string, unknown> };
  expect(cards['made']).toMatchObject({
    applicationLifeCycle: 0x0f,
    applications: [{ aid: 'f04357524947485401', module: 'f0435752494748540001' }],
  });
});
