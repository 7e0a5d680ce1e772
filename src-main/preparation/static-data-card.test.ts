import { afterAll, beforeAll, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { recoverStaticData } from '#shared/protocols/emv/certificates/static-data.ts';
import { findTlv } from '#shared/protocols/tlv/find-tlv.ts';
import { parseTlvs } from '#shared/protocols/tlv/ber-tlv.ts';
import { nodeRsa } from '../platform/node-rsa.ts';
import type { Verdict } from '../verification/port.ts';
import { shippedVerification } from '../verification/shipped-rule-packs.fixture.ts';
import { openBenchFor, type CardBench } from './card-bench.fixture.ts';
import { dryRun } from './dialogues/dry-run.ts';
import type { PreparedCard } from './port.ts';
import type { IssuerMeans } from './station/issuer-means.ts';
import { sampleOrder } from './training-order.fixture.ts';

const verification = await shippedVerification();
const order: OrderRecord = sampleOrder('debit-online-sda@1', 7);
let bench: CardBench;
let card: PreparedCard;

beforeAll(async () => {
  bench = await openBenchFor('debit-online-sda@1');
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

function withPreparation(change: Readonly<Record<string, unknown>>): Product {
  const { chip } = bench.product;
  if (chip.kind === 'none') throw new Error('a chip product is wanted');
  return productSchema.parse({ ...bench.product, chip: { ...chip, preparation: { ...chip.preparation, ...change } } });
}

test('an SDA card bears the issuer’s signature and no key pair, and is proven as a terminal proves it', async () => {
  await personalise('good');
  expect(await prove('good')).toMatchObject({ part: 'chip', verdict: 'same', findings: [] });
  if (card.plan.chip.kind === 'none') throw new Error('a chip is wanted');
  expect(card.plan.chip.station?.issuerKey).toBe('issuer-rsa/northbank/1');
  expect(card.plan.chip.groupings.filter(({ dgi }) => /^8[23]/.test(dgi))).toEqual([]);
  expect(() => card.resolve('card:icc-key')).toThrow('PREPARATION-NO-VALUE');
});

test('the signature covers the signed record and the AIP, put together by hand', () => {
  const signature = findTlv(parseTlvs(card.resolve('built:0303')), 0x70, 0x93)?.value ?? new Uint8Array(0);
  const record = parseTlvs(card.resolve('built:0201'))[0]?.value ?? new Uint8Array(0);
  const issuer = bench.means.certificates.newest(bench.product.issuer, bench.means.now());
  if (issuer === null) throw new Error('a certificate is wanted');
  const opened = recoverStaticData(signature, concatBytes(record, fromHex('5c00')), issuer.publicKey, nodeRsa);
  expect([signature.length, toHex(opened.authenticationCode)]).toEqual([176, 'dac1']);
});

test.each([
  ['8F', '8f'],
  ['90', '90'],
  ['9F32', '90'],
  ['93', '93'],
  ['8E', '93'],
  ['5F24', '93'],
  ['82', '93'],
])('an altered %s fails offline: %s is named', async (tag, item) => {
  await personalise(`altered-${tag}`);
  await bench.chip.control({ fault: 'wrong-read', tag });
  const { verdict, findings } = await prove(`altered-${tag}`);
  await bench.chip.control({ clear: true }).catch(() => undefined);
  expect(verdict).toBe('differs');
  expect(findings).toContainEqual(expect.objectContaining({ code: 'PROOF-CERTIFICATE', item }));
});

test('the signature of another card, and another data authentication code, are found', async () => {
  const coded = await bench.card(order, withPreparation({ authenticationCode: '0102' }));
  await personalise('coded', coded);
  expect((await prove('coded', coded)).verdict).toBe('same');
  const { findings } = await prove('coded');
  expect(findings.map(({ code, item }) => `${code} ${item}`)).toEqual(['PROOF-RECORD 3/3', 'PROOF-CERTIFICATE 93']);
  const other = await bench.card(sampleOrder('debit-online-sda@1', 8));
  const resolve = (reference: string): Uint8Array => (reference === 'built:0303' ? other : card).resolve(reference);
  const crossed: PreparedCard = { ...crossable(card), resolve };
  await personalise('crossed', crossed);
  expect((await prove('crossed', crossed)).findings).toEqual([
    expect.objectContaining({ code: 'PROOF-CERTIFICATE', item: '93' }),
  ]);
});

/** The members of a prepared card, its methods and getters bound to it. */
function crossable(of: PreparedCard): PreparedCard {
  const { plan, product, offline, sides, tracks, digestKey } = of;
  return {
    plan,
    product,
    offline,
    sides,
    tracks,
    digestKey,
    resolve: (reference) => of.resolve(reference),
    dispose: () => of.dispose(),
  };
}

test('its script names the signature and no key pair', () => {
  const text = JSON.stringify(dryRun({ card, keyChecks: () => [], verificationKey: null }));
  expect(text).toContain("sign the card's static data");
  expect(text).not.toContain('key pair');
});

test('is not begun with another key in the store than the certificate names, nor beyond the certificate', async () => {
  const { means } = bench;
  const certificate = means.certificates.newest(bench.product.issuer, means.now());
  if (certificate === null) throw new Error('a certificate is wanted');
  const refusal = (found: Partial<typeof certificate>): Promise<unknown> => {
    const by: IssuerMeans = { ...means, certificates: { newest: () => ({ ...certificate, ...found }) } };
    return bench.card(order, undefined, by).catch((thrown: unknown) => thrown);
  };
  const modulus = certificate.publicKey.modulus.map((byte, at) => (at === 9 ? byte ^ 2 : byte));
  expect(await refusal({ publicKey: { ...certificate.publicKey, modulus } })).toMatchObject({ code: 'CERT-SIGNER' });
  expect(await refusal({ expires: '2027-01' })).toMatchObject({ code: 'PREPARATION-CERTIFICATE-ENDS' });
});
