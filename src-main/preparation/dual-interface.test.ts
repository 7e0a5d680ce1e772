import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toHex } from '#shared/bytes/bytes.ts';
import { productSchema } from '#shared/domain/product.ts';
import { scriptLines } from '#shared/product-description/script-text.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import { shippedVerification } from '../verification/shipped-rule-packs.fixture.ts';
import { openBenchFor, type CardBench } from './card-bench.fixture.ts';
import { dryRun } from './dialogues/dry-run.ts';
import type { PreparedCard } from './port.ts';
import { sampleOrder } from './training-order.fixture.ts';
import { startVirtualChip } from './virtual-chip.fixture.ts';

const verification = await shippedVerification();
const pdol = '9f66049f02069f03069f1a0295055f2a029a039c019f3704';
const directories = { contact: '315041592e5359532e4444463031', contactless: '325041592e5359532e4444463031' } as const;
const chips = mkdtempSync(join(tmpdir(), 'dual-chips-'));
let bench: CardBench;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openBenchFor('debit-dual-cda@1', '--blank', 'dual', '--life-cycle', '01', '--state', chips);
  card = await bench.card(sampleOrder('debit-dual-cda@1', 3));
});
afterAll(async () => {
  await bench.close();
  rmSync(chips, { recursive: true });
});

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
const personalise = (id: string) => onCard(id, (link) => bench.run(bench.preparation.personalise(card), card, link));
const prove = (id: string) => onCard(id, (link) => bench.run(verification.proveChip(card), card, link));
const inspect = async (id: string): Promise<unknown> => {
  const { cards } = (await bench.chip.control({ inspect: true, card: id })) as { cards: Record<string, unknown> };
  return cards[id];
};

test('both sides and both directories of a card are made in one channel, the card is secured, and every application is proven', async () => {
  expect((await preflight('good')).findings).toEqual([]);
  await personalise('good');
  expect(await inspect('good')).toMatchObject({ authentications: 1, cardLifeCycle: 0x0f, personalisations: 3 });
  expect(await prove('good')).toMatchObject({ part: 'chip', verdict: 'same', findings: [] });
  expect((await preflight('good')).findings.map(({ code }) => code)).toEqual([
    'PREFLIGHT-PERSONALISED',
    'PREFLIGHT-PERSONALISED',
    'PREFLIGHT-PERSONALISED',
  ]);
});

test('a terminal without contact finds the same card by its own directory, and is asked for what it is able to do', async () => {
  await personalise('both-sides');
  const { chip } = card.product;
  if (chip.kind === 'none') throw new Error('a chip is wanted');
  const sequence = ['contactless-directory', 'select', 'get-processing-options', 'read-records'] as const;
  const asked = { tag: '9f38', from: `constant:${pdol}`, form: 'bytes' } as const;
  const proof = { ...chip.proof, sequence: [...sequence], values: [...chip.proof.values, asked] };
  const { transaction: _none, ...readings } = proof as typeof proof & { readonly transaction?: unknown };
  const product = productSchema.parse({ ...card.product, chip: { ...chip, proof: readings } });
  const reader = await startVirtualChip('--side', 'contactless', '--state', chips);
  try {
    const link = await reader.insert('both-sides');
    const { plan, sides, tracks, digestKey, offline } = card;
    const read = {
      plan,
      sides,
      tracks,
      digestKey,
      offline,
      product,
      resolve: (name: string) => card.resolve(name),
      dispose: () => undefined,
    };
    const verdict = await bench.run(verification.proveChip(read), card, link);
    expect(verdict).toMatchObject({ part: 'chip', verdict: 'same', findings: [] });
    await link.close();
  } finally {
    await reader.end();
  }
});

test('each directory names the application as the application names itself on that side', () => {
  const entry = `4f09${'f04357524947485401'}500f${Buffer.from('NORTHBANK DEBIT').toString('hex')}870101`;
  expect(toHex(card.resolve(`built:${directories.contact}/0101`))).toBe(`7021611f${entry}`);
  expect(toHex(card.resolve(`built:${directories.contactless}/9102`))).toBe(`a524bf0c21611f${entry}`);
});

test('the script says what becomes of the card, in order', () => {
  const lines = dryRun({ card, keyChecks: () => [], verificationKey: null }).flatMap(scriptLines);
  const commands = lines.filter((line) => line.startsWith('> ')).map((line) => line.slice(2).replace(/: .*$/, ''));
  expect(commands.filter((line) => /INSTALL|STATUS|SELECT the card/.test(line))).toEqual([
    'SELECT the card manager',
    'GET STATUS of the card manager',
    'SELECT the card manager',
    'INSTALL [for personalization], payment',
    'INSTALL [for personalization], contact-directory',
    'INSTALL [for personalization], contactless-directory',
    'GET STATUS of the application, payment',
    'GET STATUS of the application, contact-directory',
    'GET STATUS of the application, contactless-directory',
    'GET STATUS of the card manager',
    'SET STATUS of the card, INITIALIZED',
    'SET STATUS of the card, SECURED',
    'GET STATUS of the card manager',
  ]);
});
