import { afterAll, beforeAll, expect, test } from 'vitest';
import { productSchema, type EmvChip, type Product } from '#shared/domain/product.ts';
import { openCardBench, type CardBench } from '../card-bench.fixture.ts';
import type { PreparedCard } from '../port.ts';
import { sampleOrder } from '../training-order.fixture.ts';
import { dryRun } from './dry-run.ts';

let bench: CardBench;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openCardBench();
  card = await bench.card(sampleOrder('emv-debit@1', 7));
});
afterAll(() => bench.close());

function changed(change: (chip: EmvChip) => Partial<EmvChip>): Product {
  const { chip } = bench.product;
  if (chip.kind === 'none') throw new Error('a chip product is wanted');
  return productSchema.parse({ ...bench.product, chip: { ...chip, ...change(chip) } });
}

async function chipOf(id: string): Promise<Record<string, unknown>> {
  const { cards } = (await bench.chip.control({ inspect: true, card: id })) as {
    readonly cards: Record<string, Record<string, unknown>>;
  };
  return cards[id] ?? {};
}

test('finds a fresh blank in order, and learns its serial without leaving a trace', async () => {
  const link = await bench.chip.insert('blank-1');
  const before = await chipOf('blank-1');
  const result = await bench.run(bench.preparation.preflight(bench.product, link.atr), card, link);
  expect(result).toEqual({ chipSerial: expect.stringMatching(/^[0-9a-f]{24}$/) as string, findings: [] });
  expect(await chipOf('blank-1')).toEqual(before);
  const other = await bench.chip.insert('blank-2');
  const second = await bench.run(bench.preparation.preflight(bench.product, other.atr), card, other);
  expect(second.chipSerial).not.toBe(result.chipSerial);
});

test.each([
  [
    'ATR',
    (chip: EmvChip) => ({ preflight: { ...chip.preflight, atrs: ['3b00'] } }),
    /3be000008131fe45eb instead of 3b00/,
  ],
  [
    'CPLC',
    (chip: EmvChip) => ({ preflight: { ...chip.preflight, cplc: { fabricator: 'ffff' } } }),
    /fabricator is .* instead of ffff/,
  ],
  [
    'KEY-VERSION',
    (chip: EmvChip) => ({ preflight: { ...chip.preflight, keyVersion: 1 } }),
    /version 1 \(it shows: 48\)/,
  ],
  ['APPLICATION', () => ({ application: 'f04357524947485402' }), /6A82/],
])('names a blank with another %s', async (item, change, text) => {
  const link = await bench.chip.insert('blank-3');
  const { findings } = await bench.run(bench.preparation.preflight(changed(change), link.atr), card, link);
  expect(findings).toEqual([{ code: `PREFLIGHT-${item}`, item, text: expect.stringMatching(text) as string }]);
});

test('personalises a chip in one session, the journal told before the first data and after the last; the chip is then no blank', async () => {
  const marks: string[] = [];
  const link = await bench.chip.insert('person-1');
  await bench.run(bench.preparation.personalise(card), card, link, marks);
  expect(marks).toEqual(['authentication-begun', 'authenticated', 'personalisation-begun', 'personalised']);
  expect(await chipOf('person-1')).toMatchObject({
    applicationLifeCycle: 0x0f,
    groupings: ['0101', '0102', '0201', '8000', '8010', '9102', '9104'],
    personalisations: 1,
    failuresInARow: 0,
  });
  await link.close();
  const again = await bench.chip.insert('person-1');
  const { findings } = await bench.run(bench.preparation.preflight(bench.product, again.atr), card, again);
  expect(findings).toMatchObject([{ code: 'PREFLIGHT-PERSONALISED' }]);
  const refused = bench.run(bench.preparation.personalise(card), card, again, marks);
  await expect(refused).rejects.toMatchObject({ code: 'CARD-STATUS', details: { statusWord: '6985' } });
});

test('does not prove itself to a chip with other keys, and stores nothing', async () => {
  await bench.chip.control({ fault: 'wrong-keys' });
  const marks: string[] = [];
  const link = await bench.chip.insert('foreign-1');
  const refused = bench.run(bench.preparation.personalise(card), card, link, marks);
  await expect(refused).rejects.toMatchObject({ code: 'KEYS-CARD-CRYPTOGRAM' });
  expect(marks).toEqual(['authentication-begun']);
  expect(await chipOf('foreign-1')).toMatchObject({ groupings: [], failuresInARow: 0 });
});

test('names the command that the chip refused, and a chip that went away', async () => {
  await bench.chip.control({ fault: 'status-at-apdu', n: 5, sw: '6A80' });
  const link = await bench.chip.insert('refusing-1');
  await expect(bench.run(bench.preparation.personalise(card), card, link)).rejects.toMatchObject({
    code: 'CARD-STATUS',
    details: { command: expect.stringMatching(/^STORE DATA 2 of \d+ \(/) as string, statusWord: '6A80' },
  });
  await bench.chip.control({ fault: 'pull-at-apdu', n: 4, executed: false });
  const marks: string[] = [];
  const pulled = await bench.chip.insert('pulled-1');
  await expect(bench.run(bench.preparation.personalise(card), card, pulled, marks)).rejects.toMatchObject({
    code: 'CARD-GONE',
  });
  expect(marks).toEqual(['authentication-begun', 'authenticated', 'personalisation-begun']);
});

test('needs every key before the first data goes to the chip', async () => {
  const order = sampleOrder('emv-debit@1', 8);
  if (order.chip === undefined) throw new Error('a chip order is wanted');
  const transportKey = { name: 'dgi-transport/northbank/9', kcv: '000000' };
  const unknown = await bench.card({ ...order, chip: { ...order.chip, transportKey } });
  const marks: string[] = [];
  const link = await bench.chip.insert('unknown-key-1');
  const refused = bench.run(bench.preparation.personalise(unknown), unknown, link, marks);
  await expect(refused).rejects.toMatchObject({ code: 'KEYS-NOT-FOUND' });
  expect([marks, (await chipOf('unknown-key-1'))['groupings']]).toEqual([
    ['authentication-begun', 'authenticated'],
    [],
  ]);
});

test('writes the script for review: every command, no value of a person, an account or a key', () => {
  const script = dryRun(card);
  const stable = script.replace(/plan [0-9a-f]{64}/, 'plan …');
  expect(stable).toMatchInlineSnapshot(`
    "personalisation of emv-debit@1, order nb-000000007, plan …
    > SELECT the application: 00a4040009f0435752494748540100
    = authentication-begun
    > INITIALIZE UPDATE: 80503000 <8 bytes>
    > EXTERNAL AUTHENTICATE: key set northbank/scp03 version 48, level 33
    = authenticated
      encipher <64 bytes> from dgi-transport/northbank/1 for the card
      encipher <16 bytes> from dgi-transport/northbank/1 for the card
    = personalisation-begun
    > STORE DATA 1 of 3 (0101, 0102, 0201, 9102): 80e20000 <231 bytes>
        0101 70 { 57 <19 bytes>, 5F20 <12 bytes> }
        0102 70 { 5A <8 bytes>, 5F24 <3 bytes>, 5F25 <3 bytes>, 5F28 0276, 5F34 <1 bytes>, 8E 0000000000000000410342035e031f03, 9F07 ff80, 9F0D b0609c8800, 9F0E 0010000000, 9F0F b0689c9800 }
        0201 70 { 5F30 <2 bytes>, 8C 9f02069f03069f1a0295055f2a029a039c019f3704, 8D 8a029f02069f03069f1a0295055f2a029a039c019f3704, 9F08 0002, 9F42 0978 }
        9102 A5 { 50 4e4f52544842414e4b204445424954, 87 01, 9F38 9f1a025f2a02, 5F2D 656e }
    > STORE DATA 2 of 3 (9104): 80e20001 <17 bytes>
        9104 82 1c00, 94 0801020010010100
    > STORE DATA 3 of 3 (8000, 8010): 80e2e002 <86 bytes>
        8000 <64 bytes, secret>
        8010 <16 bytes, secret>
    = personalised
    "
  `);
  const text = (reference: string) => Buffer.from(card.resolve(reference)).toString('utf8');
  for (const field of ['pan', 'encodedName', 'track2', 'expiry']) expect(script).not.toContain(text(`record:${field}`));
  for (const dgi of ['8000', '8010']) {
    expect(script).not.toContain(Buffer.from(card.resolve(`container:${dgi}`)).toString('hex'));
  }
});
