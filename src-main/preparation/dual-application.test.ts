import { afterAll, beforeAll, expect, test } from 'vitest';
import { toHex } from '#shared/bytes/bytes.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import type { Verdict } from '../verification/port.ts';
import { shippedVerification } from '../verification/shipped-rule-packs.fixture.ts';
import { openBenchFor, type CardBench } from './card-bench.fixture.ts';
import { dryRun } from './dialogues/dry-run.ts';
import { personalisationMarks } from './dialogues/personalise/personalise.ts';
import type { PreparedCard } from './port.ts';
import { sampleOrder } from './training-order.fixture.ts';

const verification = await shippedVerification();
const loyalty = 'f0435752494c4f5901';
let bench: CardBench;
let order: OrderRecord;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openBenchFor('debit-loyalty-dual@1');
  order = sampleOrder('debit-loyalty-dual@1', 3);
  card = await bench.card(order);
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
const preflight = (id: string) =>
  onCard(id, (link) => bench.run(bench.preparation.preflight(card.product, link), card, link));
const personalise = (id: string, by = card, marks: string[] = []) =>
  onCard(id, (link) => bench.run(bench.preparation.personalise(by), by, link, marks));
const prove = (id: string): Promise<Verdict> =>
  onCard(id, (link) => bench.run(verification.proveChip(card), card, link));
const inspect = async (id: string): Promise<unknown> => {
  const { cards } = (await bench.chip.control({ inspect: true, card: id })) as { cards: Record<string, unknown> };
  return cards[id];
};

test('goes onto one chip in one secure channel, and each application is proven from its selection on', async () => {
  expect((await preflight('good')).findings).toEqual([]);
  const marks: string[] = [];
  await personalise('good', card, marks);
  expect(marks.filter((mark) => Object.values<string>(personalisationMarks).includes(mark))).toEqual([
    personalisationMarks.begun,
    personalisationMarks.done,
  ]);
  expect(await inspect('good')).toMatchObject({
    applicationLifeCycle: 0x0f,
    loyaltyLifeCycle: 0x0f,
    loyaltyGroupings: ['0101', '9102'],
    personalisations: 2,
    authentications: 1,
  });
  expect(await prove('good')).toMatchObject({ part: 'chip', verdict: 'same', findings: [] });
  expect((await preflight('good')).findings.map(({ code }) => code)).toEqual([
    'PREFLIGHT-PERSONALISED',
    'PREFLIGHT-PERSONALISED',
  ]);
});

test('bears the member number, the tier and the expiry of its order', () => {
  const { loyaltyNumber = '', tier = '' } = order.fields ?? {};
  const record = toHex(card.resolve(`built:${loyalty}/0101`));
  expect(record).toContain(`df4008${loyaltyNumber}`);
  expect(record).toContain(`df41${tier.length.toString(16).padStart(2, '0')}${Buffer.from(tier).toString('hex')}`);
  expect(record).toContain(`5f2403${order.expiry}`);
  expect(card.plan.chip).toMatchObject({
    further: [
      {
        name: 'loyalty',
        application: loyalty,
        groupings: [
          { dgi: '0101', content: 'open', reference: `built:${loyalty}/0101` },
          { dgi: '9102', content: 'open', reference: `built:${loyalty}/9102` },
        ],
      },
    ],
  });
  const script = JSON.stringify(dryRun({ card, keyChecks: () => [], verificationKey: null }));
  for (const shown of ['INSTALL [for personalization], loyalty', 'DF40 Member Number', loyalty.toUpperCase()]) {
    expect(script).toContain(shown);
  }
  for (const hidden of [loyaltyNumber, Buffer.from(tier).toString('hex').toUpperCase()]) {
    expect(script + JSON.stringify(card.plan)).not.toContain(hidden);
  }
});

test.each([
  ['df40', 'loyalty', 'DF40 (Member Number)'],
  ['df41', 'loyalty', 'DF41 (Membership Tier)'],
  ['5a', 'payment', '5A'],
  ['57', 'payment', '57'],
])('with an altered %s fails in its %s application and in no other', async (tag, application, named) => {
  await personalise(`altered-${tag}`);
  await bench.chip.control({ fault: 'wrong-read', tag: tag.toUpperCase() });
  const { verdict, findings } = await prove(`altered-${tag}`);
  await bench.chip.control({ clear: true }).catch(() => undefined);
  expect(verdict).toBe('differs');
  expect(findings).toContainEqual(
    expect.objectContaining({ item: tag, text: expect.stringContaining(named) as string }),
  );
  for (const { text } of findings) expect(text).toMatch(new RegExp(`^${application} application: `));
});

test('with the loyalty application of another order is found, and the payment application is not blamed', async () => {
  const fields = { ...order.fields, tier: 'Iron' };
  await personalise('other-tier', await bench.card({ ...order, fields }));
  const { findings } = await prove('other-tier');
  expect(findings.filter(({ text }) => text.startsWith('loyalty')).map(({ code, item }) => [code, item])).toEqual([
    ['PROOF-RECORD', '1/1'],
    ['PROOF-VALUE', 'df41'],
  ]);
});

test('is not begun for a member number or a tier that cannot be written', async () => {
  const refusal = (change: Record<string, string>): Promise<unknown> =>
    bench.card({ ...order, fields: { ...order.fields, ...change } }).catch((thrown: unknown) => thrown);
  expect(await refusal({ tier: 'Épée' })).toMatchObject({
    code: 'CARD-PERSONALISATION',
    details: { reason: expect.stringMatching(/^DF41/) as string },
  });
  expect(await refusal({ loyaltyNumber: '12345' })).toMatchObject({
    code: 'CARD-PERSONALISATION',
    details: { reason: expect.stringMatching(/^DF40/) as string },
  });
});

test('is not taken onto a chip without the second application, before any authentication', async () => {
  const { chip } = card.product;
  if (chip.kind === 'none') throw new Error('a chip is wanted');
  const further = (chip.further ?? []).map((one) => ({ ...one, application: 'f0435752494c4f5902' }));
  const product = { ...card.product, chip: { ...chip, further } };
  const { findings } = await onCard('lacking', (link) =>
    bench.run(bench.preparation.preflight(product, link), card, link),
  );
  expect(findings.map(({ code }) => code)).toEqual(['PREFLIGHT-APPLICATION']);
});
