import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { productSchema, type EmvChip, type Product } from '#shared/domain/product.ts';
import { openCardBench, type CardBench } from '../preparation/card-bench.fixture.ts';
import type { PreparedCard } from '../preparation/port.ts';
import { sampleOrder } from '../preparation/training-order.fixture.ts';
import type { Verdict } from './port.ts';
import { shippedVerification } from './shipped-rule-packs.fixture.ts';

const verification = await shippedVerification();
const [ours, others] = [sampleOrder('emv-debit@1', 11), sampleOrder('emv-debit@1', 12)];
let bench: CardBench;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openCardBench();
  card = await bench.card(ours);
});
afterAll(() => bench.close());

async function personalised(id: string, by: PreparedCard): Promise<void> {
  const link = await bench.chip.insert(id);
  await bench.run(bench.preparation.personalise(by), by, link);
  await link.close();
}

async function prove(id: string, by: PreparedCard = card): Promise<Verdict> {
  const link = await bench.chip.insert(id);
  const verdict = await bench.run(verification.proveChip(by), by, link);
  await link.close();
  return verdict;
}

function changed(change: (chip: EmvChip) => Partial<EmvChip['proof']>, groupings?: EmvChip['dataGroupings']): Product {
  const { chip } = bench.product;
  if (chip.kind === 'none') throw new Error('a chip product is wanted');
  const proof = { ...chip.proof, ...change(chip) };
  return productSchema.parse({
    ...bench.product,
    chip: { ...chip, proof, dataGroupings: groupings ?? chip.dataGroupings },
  });
}

/** No finding may show what a person or an account is. */
function expectNothingPersonal(verdict: Verdict): void {
  const text = JSON.stringify(verdict);
  for (const value of [ours.pan, ours.encodedName, ours.track2, others.pan, others.encodedName]) {
    expect(text).not.toContain(value);
  }
}

describe('the chip', () => {
  test('is the same as planned, twice with the same digest, and was asked for nothing but the product’s sequence', async () => {
    await personalised('good', card);
    const [first, second] = [await prove('good'), await prove('good')];
    expect(first).toEqual({
      part: 'chip',
      verdict: 'same',
      findings: [],
      readDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      // Its container brings keys that the station does not know: no cryptogram is asked.
      transactionCounter: null,
      checks: [
        ['found', 'right'],
        ['as-sent', 'right'],
        ['rules', 'right'],
        ['issuer-certificate', 'not-done'],
        ['static-data', 'not-done'],
        ['card-certificate', 'not-done'],
        ['signature', 'not-done'],
        ['cryptogram', 'not-done'],
        ['counter', 'not-done'],
      ].map(([name, outcome]) => ({
        application: 'payment',
        name,
        clause: expect.stringContaining('EMV') as string,
        outcome,
      })),
    });
    expect(second.readDigest).toBe(first.readDigest);
    const { cards } = (await bench.chip.control({ inspect: true, card: 'good' })) as {
      cards: Record<string, Record<string, unknown>>;
    };
    // One transaction a reading, as the product's sequence names it; no authentication, no PIN try.
    expect(cards['good']).toMatchObject({ transactions: 2, failuresInARow: 0, personalisations: 1 });
  });

  test('is found through both directories where the product says so', async () => {
    const sequence = ['contact-directory', 'contactless-directory', 'select', 'get-processing-options', 'read-records'];
    const product = changed(() => ({ sequence: sequence as EmvChip['proof']['sequence'] }));
    const listed = await bench.card(ours, product);
    await personalised('listed', listed);
    expect((await prove('listed', listed)).verdict).toBe('same');
    const link = await bench.chip.insert('blank');
    expect(await bench.run(verification.proveChip(listed), listed, link)).toMatchObject({
      verdict: 'differs',
      findings: [{ code: 'PROOF-UNREADABLE', item: 'CARD-STATUS', text: expect.stringContaining('6A82') as string }],
    });
  });

  test('of another order is refused in every record and value that differs, and nothing personal is shown', async () => {
    await personalised('crossed', await bench.card(others));
    const verdict = await prove('crossed');
    const items = verdict.findings.map(({ code, item }) => `${code} ${item}`);
    expect(verdict.verdict).toBe('differs');
    expect(items).toEqual(
      expect.arrayContaining([
        'PROOF-RECORD 1/1',
        'PROOF-RECORD 1/2',
        'PROOF-VALUE 57',
        'PROOF-VALUE 5a',
        'PROOF-VALUE 5f20',
      ]),
    );
    expectNothingPersonal(verdict);
  });

  test.each([
    [
      '5A',
      ['PROOF-RECORD 1/2', 'PROOF-VALUE 5a', 'PROOF-RULE 5a', 'PROOF-RULE 57', 'PROOF-RULE 5a'],
      /in 5A \(Application Primary Account Number \(PAN\)\)/,
    ],
    ['57', ['PROOF-RECORD 1/1', 'PROOF-VALUE 57', 'PROOF-RULE 57'], /in 57 \(Track 2 Equivalent Data\)/],
    ['5F20', ['PROOF-RECORD 1/1', 'PROOF-VALUE 5f20'], /in 5F20 \(Cardholder Name\)/],
    ['5F24', ['PROOF-RECORD 1/2', 'PROOF-VALUE 5f24', 'PROOF-RULE 57'], /in 5F24/],
    ['8C', ['PROOF-RECORD 2/1', 'PROOF-RULE 8c', 'PROOF-RULE 8c'], /in 8C/],
    [
      '82',
      [
        'PROOF-GROUPING 82',
        ...['8f', '90', '9f32', '9f46', '9f47', '5a', '5f24', '8e', '9f07', '9f0d', '9f0e', '9f0f', '9f4a'].map(
          (tag) => `PROOF-RULE ${tag}`,
        ),
      ],
      /^82 \(Application Interchange Profile\) in the answer to GET PROCESSING OPTIONS/,
    ],
    ['50', ['PROOF-GROUPING 50', 'PROOF-RULE 50'], /^50 \(Application Label\) in the answer to SELECT/],
  ])('with an altered %s is found, and the tag is named', async (tag, expected, text) => {
    await personalised(`altered-${tag}`, card);
    await bench.chip.control({ fault: 'wrong-read', tag });
    const verdict = await prove(`altered-${tag}`);
    expect(verdict.findings.map(({ code, item }) => `${code} ${item}`)).toEqual(expected);
    expect(verdict.findings[0]?.text).toMatch(text);
    expectNothingPersonal(verdict);
  });

  test('that lacks what the product wants, or holds a record of which the plan knows nothing, is found', async () => {
    const { chip } = bench.product;
    if (chip.kind === 'none') throw new Error('a chip product is wanted');
    // The product says of its third grouping no longer that it is a record: the plan then knows of none.
    const groupings = chip.dataGroupings.map(({ record, ...rest }) =>
      rest.dgi === '0201' || record === undefined ? rest : { ...rest, record },
    );
    const product = changed(
      ({ proof }) => ({
        records: proof.records.slice(0, 2),
        values: [...proof.values, { tag: '9f12', from: 'constant:41', form: 'bytes' }],
      }),
      groupings,
    );
    const wanting = await bench.card(ours, product);
    await personalised('wanting', wanting);
    expect((await prove('wanting', wanting)).findings).toEqual([
      { code: 'PROOF-RECORD-UNKNOWN', item: '2/1', text: 'record 1 of file 2 is on the card and not in the plan' },
      { code: 'PROOF-MISSING', item: '9f12', text: '9F12 (Application Preferred Name) is not on the card' },
    ]);
  });

  test('that was never personalised is unreadable, in words', async () => {
    const verdict = await prove('never');
    expect(verdict).toMatchObject({ verdict: 'differs', findings: [{ code: 'PROOF-UNREADABLE' }] });
  });

  test('that goes away is no verdict but a fault', async () => {
    await personalised('leaving', card);
    await bench.chip.control({ fault: 'pull-at-apdu', n: 3, executed: false });
    await expect(prove('leaving')).rejects.toMatchObject({ code: 'CARD-GONE' });
  });
});

describe('the stripe', () => {
  const read = () => ({ track1: ours.track1 ?? '', track2: ours.track2 ?? '' });

  test('is the same as sent and agrees with the order', () => {
    expect(verification.proveStripe(card, read())).toMatchObject({ part: 'stripe', verdict: 'same', findings: [] });
  });

  test('with one wrong character is refused, and its place is named, not its value', () => {
    const { track1, track2 } = read();
    const at = track2.length - 2;
    const wrong = track2.slice(0, at) + (track2[at] === '1' ? '2' : '1') + track2.slice(at + 1);
    const verdict = verification.proveStripe(card, { track1, track2: wrong });
    expect(verdict.findings).toEqual([
      {
        code: 'PROOF-TRACK',
        item: 'track2',
        text: `track 2 differs from what was sent, first at character ${at + 1} of ${track2.length}`,
      },
    ]);
    expect(verdict.readDigest).not.toBe(verification.proveStripe(card, read()).readDigest);
  });

  test('of another order, a track that could not be read and one without form are found', () => {
    const crossed = verification.proveStripe(card, { track1: others.track1 ?? '', track2: others.track2 ?? '' });
    const items = crossed.findings.map(({ code, item }) => `${code} ${item}`);
    expect(items).toEqual(
      expect.arrayContaining(['PROOF-TRACK track1', 'PROOF-AGREEMENT track1', 'PROOF-AGREEMENT track2']),
    );
    expectNothingPersonal(crossed);
    expect(verification.proveStripe(card, { track1: ours.track1 ?? '' }).findings).toEqual([
      { code: 'PROOF-MISSING', item: 'track2', text: 'track 2 could not be read' },
    ]);
    const formless = verification.proveStripe(card, { ...read(), track2: '1234' });
    expect(formless.findings.map(({ code }) => code)).toEqual(['PROOF-TRACK', 'PROOF-TRACK-FORM']);
  });
});
