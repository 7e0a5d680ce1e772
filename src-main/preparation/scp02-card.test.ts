import { afterAll, beforeAll, expect, test } from 'vitest';
import { productSchema } from '#shared/domain/product.ts';
import { scriptLines } from '#shared/product-description/script-text.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import { shippedVerification } from '../verification/shipped-rule-packs.fixture.ts';
import { openBenchFor, type CardBench } from './card-bench.fixture.ts';
import { dryRun } from './dialogues/dry-run.ts';
import type { PreparedCard } from './port.ts';
import { sampleOrder } from './training-order.fixture.ts';

const verification = await shippedVerification();
let bench: CardBench;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openBenchFor('debit-scp02-dda@1', '--blank', 'scp02');
  card = await bench.card(sampleOrder('debit-scp02-dda@1', 3));
});
afterAll(() => bench.close());

async function onCard<Result>(id: string, run: (link: CardLink) => Promise<Result>): Promise<Result> {
  const link = await bench.chip.insert(id);
  try {
    return await run(link);
  } finally {
    await link.close();
  }
}
const preflight = (id: string, product = card.product) =>
  onCard(id, (link) => bench.run(bench.preparation.preflight(product, link), card, link));

test('a blank that speaks SCP02 is checked, personalised grouping by grouping and proven', async () => {
  expect((await preflight('good')).findings).toEqual([]);
  await onCard('good', (link) => bench.run(bench.preparation.personalise(card), card, link));
  const verdict = await onCard('good', (link) => bench.run(verification.proveChip(card), card, link));
  expect(verdict).toMatchObject({ part: 'chip', verdict: 'same', findings: [] });
});

test('each grouping stands alone, marked as DGI; a secret is padded only where it is not whole blocks of TDES', () => {
  const lines = dryRun({ card, keyChecks: () => [], verificationKey: null }).flatMap(scriptLines);
  const groupings = card.product.chip.kind === 'none' ? [] : card.product.chip.dataGroupings.map(({ dgi }) => dgi);
  const blocks = lines.filter((line) => line.startsWith('> STORE DATA'));
  const sent = blocks.map((line) => /\(([0-9A-F]{4})\): 80E2(..)/.exec(line)?.[1]?.toLowerCase());
  // The issuer's certificate is longer than a command: its record takes two blocks.
  expect(sent.filter((dgi, at) => dgi !== sent[at - 1])).toEqual(groupings);
  expect(sent.filter((dgi, at) => dgi === sent[at - 1])).toEqual(['0301']);
  expect(new Set(blocks.slice(0, -1).map((line) => /: 80E2(..)/.exec(line)?.[1]))).toEqual(new Set(['08', '68']));
  // 48 bytes of keys and 72 of each part of the key pair are whole blocks of 8.
  expect(lines.filter((line) => /DGI 8/.test(line))).toEqual([
    '    DGI 8000 card keys for cryptograms and secure messaging: <48 bytes, secret>',
    ...['coefficient', 'exponent q', 'exponent p', 'prime q', 'prime p'].map(
      (part, at) => `    DGI 820${at + 1} card key pair: crt ${part}: <72 bytes, secret>`,
    ),
  ]);
});

test('a product for blanks of SCP03 explains what this one speaks', async () => {
  const { chip } = card.product;
  if (chip.kind === 'none') throw new Error('a chip is wanted');
  const secureChannel = { protocol: 'scp03', parameter: '70', level: '33' } as const;
  const { findings } = await preflight(
    'other',
    productSchema.parse({ ...card.product, chip: { ...chip, secureChannel } }),
  );
  expect(findings.map(({ text }) => text)).toEqual([
    'the chip holds no AES key set of version 48 (it shows: 48)',
    'the blank speaks SCP02 i=55, the product asks for SCP03 i=70',
  ]);
});
