import { afterAll, beforeAll, expect, test } from 'vitest';
import { productSchema, type EmvChip, type Product } from '#shared/domain/product.ts';
import type { CardLink } from '../../../devices/encoder/port.ts';
import { openCardBench, type CardBench } from '../../card-bench.fixture.ts';
import type { PreflightResult, PreparedCard } from '../../port.ts';
import { sampleOrder } from '../../training-order.fixture.ts';

let bench: CardBench;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openCardBench();
  card = await bench.card(sampleOrder('emv-debit@1', 7));
});
afterAll(() => bench.close());

/** The product with another chip; what a blank must be is changed by its name. */
function changed(change: Partial<EmvChip>, blank: Partial<EmvChip['preflight']> = {}): Product {
  const { chip } = bench.product;
  if (chip.kind === 'none') throw new Error('a chip product is wanted');
  const preflight = { ...chip.preflight, ...blank };
  return productSchema.parse({ ...bench.product, chip: { ...chip, preflight, ...change } });
}

async function chipOf(id: string): Promise<unknown> {
  const { cards } = (await bench.chip.control({ inspect: true, card: id })) as {
    readonly cards: Record<string, unknown>;
  };
  return cards[id];
}

/** Reads one blank, and demands that it is afterwards what it was before. */
async function read(id: string, product: Product, by: Partial<Pick<CardLink, 'side'>> = {}): Promise<PreflightResult> {
  const link = await bench.chip.insert(id);
  const before = await chipOf(id);
  const marks: string[] = [];
  const result = await bench.run(bench.preparation.preflight(product, { ...link, ...by }), card, link, marks);
  expect([await chipOf(id), marks]).toEqual([before, []]);
  await link.close();
  return result;
}

test('finds a fresh blank in order, and learns its serial without leaving a trace', async () => {
  const result = await read('blank-1', bench.product);
  expect(result).toEqual({ chipSerial: expect.stringMatching(/^[0-9a-f]{24}$/) as string, findings: [] });
  expect((await read('blank-2', bench.product)).chipSerial).not.toBe(result.chipSerial);
});

test.each<[item: string, chip: Partial<EmvChip>, blank: Partial<EmvChip['preflight']>, text: RegExp]>([
  ['ATR', {}, { atrs: ['3b00'] }, /^the chip answers the reset with 3be000008131fe45eb instead of 3b00$/],
  ['CPLC', {}, { cplc: { fabricator: 'ffff' } }, /^the chip's fabricator is .* instead of ffff$/],
  ['KEY-VERSION', {}, { keyVersion: 1 }, /^the chip holds no AES key set of version 1 \(it shows: 48\)$/],
  [
    'CHANNEL',
    { secureChannel: { protocol: 'scp03', parameter: '30', level: '13' } },
    { recognition: 'required' },
    /^the blank speaks SCP03 i=70, the product asks for SCP03 i=30$/,
  ],
  [
    'ISSUER',
    {},
    { issuerIdentification: '990001' },
    /^the blank's issuer identification number is .* instead of 990001$/,
  ],
  ['CARD-IMAGE', {}, { cardImage: '990001' }, /^the blank's card image number is .* instead of 990001$/],
  [
    'NOT-ABSENT',
    {},
    { absent: ['f04357524947485401'] },
    /^the application f04357524947485401 is on the blank already$/,
  ],
  ['APPLICATION', { application: 'f04357524947485402' }, {}, /^the application f04357524947485402 answers 6A82 /],
])('explains a blank with another %s, spends no try and leaves it as it was', async (item, chip, blank, text) => {
  const { findings } = await read('blank-3', changed(chip, blank));
  expect(findings).toEqual([{ code: `PREFLIGHT-${item}`, item, text: expect.stringMatching(text) as string }]);
});

test('tells by which side it met the chip, before anything else of it is compared with the wrong one', async () => {
  const { findings } = await read('blank-4', changed({}, { atrs: ['3b00'] }), { side: 'contactless' });
  expect(findings).toEqual([
    {
      code: 'PREFLIGHT-SIDE',
      item: 'SIDE',
      text: 'the reader speaks to the contactless side, the product is made on the contact side',
    },
  ]);
});

test('names protocol and keys of a blank whose channel is of another kind', async () => {
  const scp02 = changed({ secureChannel: { protocol: 'scp02', parameter: '55', level: '03' } });
  expect((await read('blank-5', scp02)).findings.map(({ text }) => text)).toEqual([
    'the chip holds no TDES key set of version 48 (it shows: 48)',
    'the blank speaks SCP03 i=70, the product asks for SCP02 i=55',
  ]);
});

test('says all that is wrong with a blank at once', async () => {
  const product = changed({}, { atrs: ['3b00'], keyVersion: 1, cplc: { type: 'ffff', operatingSystem: 'ffff' } });
  expect((await read('blank-6', product)).findings.map(({ item }) => item)).toEqual([
    'ATR',
    'CPLC',
    'CPLC',
    'KEY-VERSION',
  ]);
});
