import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import type { KeyPort } from '../keys/port.ts';
import type { Verdict } from '../verification/port.ts';
import { shippedVerification } from '../verification/shipped-rule-packs.fixture.ts';
import { openBenchFor, type CardBench } from './card-bench.fixture.ts';
import { dryRun } from './dialogues/dry-run.ts';
import type { PreparedCard } from './port.ts';
import { sampleOrder } from './training-order.fixture.ts';

const verification = await shippedVerification();
const order: OrderRecord = sampleOrder('debit-enciphered-cda@1', 7);
let bench: CardBench;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openBenchFor('debit-enciphered-cda@1');
  card = await bench.card(order);
});
afterAll(() => bench.close());

async function personalise(id: string, by = card): Promise<void> {
  const link = await bench.chip.insert(id);
  await bench.run(bench.preparation.personalise(by), by, link);
  await link.close();
}

async function prove(id: string, by = card): Promise<Verdict> {
  const link = await bench.chip.insert(id);
  const verdict = await bench.run(verification.proveChip(by), by, link);
  await link.close();
  return verdict;
}

async function groupingsOf(id: string): Promise<readonly string[]> {
  const { cards } = (await bench.chip.control({ inspect: true, card: id })) as {
    readonly cards: Record<string, { readonly groupings: readonly string[] }>;
  };
  return cards[id]?.groupings ?? [];
}

test('a card that takes enciphered PINs bears two key pairs, both certified, and is proven', async () => {
  await personalise('good');
  expect(await prove('good')).toMatchObject({ part: 'chip', verdict: 'same', findings: [] });
  expect((await groupingsOf('good')).filter((dgi) => /^8[23]/.test(dgi))).toEqual(
    ['82', '83'].flatMap((pair) => ['01', '02', '03', '04', '05'].map((part) => pair + part)),
  );
  expect(card.resolve('card:pin-modulus')).not.toEqual(card.resolve('card:icc-modulus'));
});

test.each([
  ['9F2D', '9f2d'],
  ['9F2E', '9f2d'],
  ['9F2F', '9f2d'],
  ['9F46', '9f46'],
  ['90', '90'],
])('an altered %s fails offline: %s is named, and no other certificate', async (tag, item) => {
  await personalise(`altered-${tag}`);
  await bench.chip.control({ fault: 'wrong-read', tag });
  const { findings } = await prove(`altered-${tag}`);
  await bench.chip.control({ clear: true }).catch(() => undefined);
  const named = findings.filter(({ code }) => code === 'PROOF-CERTIFICATE').map((finding) => finding.item);
  expect(named).toEqual([item]);
});

test('the pairs of another preparation of the same order are found, each by its own certificate', async () => {
  await personalise('other-pairs', await bench.card(order));
  const { findings } = await prove('other-pairs');
  expect(findings.map(({ code, item }) => `${code} ${item}`)).toEqual([
    'PROOF-RECORD 3/3',
    'PROOF-RECORD 3/4',
    'PROOF-CERTIFICATE 9f46',
    'PROOF-CERTIFICATE 9f2d',
  ]);
});

test('key parts of the PIN pair that are missing leave the chip as it was', async () => {
  let asked = 0;
  const iccKeyGroupings: KeyPort['iccKeyGroupings'] = async (...words) => {
    const parts = await bench.keys.iccKeyGroupings(...words);
    asked++;
    return asked === 2 ? parts.slice(1) : parts;
  };
  const link = await bench.chip.insert('missing-part');
  const keys = { ...bench.keys, iccKeyGroupings };
  const run = bench.run(bench.preparation.personalise(card), card, link, [], keys);
  await expect(run).rejects.toMatchObject({ code: 'CARD-PERSONALISATION' });
  await link.close();
  expect(await groupingsOf('missing-part')).toEqual([]);
});

test('its script names both pairs', () => {
  const text = JSON.stringify(dryRun({ card, keyChecks: () => [], verificationKey: null }));
  expect(text).toContain("encipher the card's own key pair of 1152 bits");
  expect(text).toContain("encipher the card's key pair for enciphered PINs of 1152 bits");
  expect(text).toContain('exponent 3, for enciphered PINs, and sign its certificate');
});
