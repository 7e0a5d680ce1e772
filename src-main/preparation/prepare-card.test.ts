import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { concatBytes, fromUtf8, utf8 } from '#shared/bytes/bytes.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import type { Product } from '#shared/domain/product.ts';
import type { KeyPort } from '../keys/port.ts';
import type { CardPainter } from '../layout/card-painter.ts';
import { openTestPainter, shippedProduct } from '../layout/test-painter.ts';
import { issuerKeysOf } from '#shared/domain/card-key-reference.ts';
import { Preparation } from './prepare-card.ts';
import {
  openTrainingKeys,
  productDigestOf,
  sampleOrder,
  sealBatch,
  type SealedBatch,
} from './training-order.fixture.ts';
import { noIssuerMeans, noPackages } from './issuer-means.fixture.ts';

const { signal } = new AbortController();
const records = [0, 1, 2, 3, 4].map((serial) => sampleOrder('emv-debit@1', serial));
let keys: KeyPort;
let painter: CardPainter;
let product: Product;
let batch: SealedBatch;

beforeAll(async () => {
  product = await shippedProduct('emv-debit@1');
  if (product.chip.kind === 'none') throw new Error('a chip product is wanted');
  keys = await openTrainingKeys(issuerKeysOf(product.chip));
  painter = await openTestPainter();
  batch = await sealBatch(keys, 'b-prepare', records);
});
afterAll(async () => {
  await painter.close();
  await keys.close();
});

function preparation(
  sealed: SealedBatch = batch,
  drawing: Pick<CardPainter, 'paint' | 'picture'> = painter,
): Preparation {
  const productOf = () => ({ product, digest: productDigestOf(product), profile: null, further: [] });
  return new Preparation({
    ...sealed,
    productOf,
    keys,
    means: noIssuerMeans,
    packages: noPackages,
    painter: drawing,
    specimen: 'on',
  });
}

const at = (index: number, sealed: SealedBatch = batch) => {
  const order = sealed.orders[index];
  if (order === undefined) throw new Error('no such order');
  return { batch: sealed.batch, order };
};

test('prepares plan, tracks, sides and values; the plan holds references only and the same order gives the same plan', async () => {
  const card = await preparation().prepare(at(0), signal);
  const again = await preparation().prepare(at(0), signal);
  const [record] = records;
  expect(card.plan).toEqual(again.plan);
  expect(card.plan.chip).toMatchObject({
    kind: 'emv',
    keySet: { name: 'northbank/scp03', version: 48 },
    securityLevel: 0x33,
    groupings: [
      { dgi: '0101', content: 'open', reference: 'container:0101' },
      { dgi: '0102' },
      { dgi: '0201' },
      { dgi: '9102' },
      { dgi: '9104' },
      { dgi: '8000', content: 'secret', length: 64 },
      { dgi: '8010', content: 'secret', length: 16 },
    ],
  });
  expect(card.tracks).toEqual({ track1: record?.track1, track2: record?.track2 });
  expect(card.sides.map(({ side, panels }) => [side, panels.map(({ kind }) => kind)])).toEqual([
    ['front', ['yellow', 'magenta', 'cyan', 'black', 'overlay']],
    ['back', expect.arrayContaining(['black'])],
  ]);
  expect(fromUtf8(card.resolve('record:pan'))).toBe(record?.pan);
  const text = JSON.stringify(card.plan);
  for (const value of [record?.pan, record?.encodedName, record?.track2]) expect(text).not.toContain(value);
  expect(() => card.resolve('record:tier')).toThrow(expect.objectContaining({ code: 'PREPARATION-NO-VALUE' }));
});

test('shows a card on a screen with its number masked', async () => {
  const painted: OrderFields[] = [];
  const watched = preparation(batch, {
    paint: (...words: Parameters<CardPainter['paint']>) => {
      painted.push(words[1]);
      return painter.paint(...words);
    },
    picture: painter.picture.bind(painter),
  });
  const png = await watched.screenPicture(at(0), 'front', signal);
  expect(png.subarray(1, 4)).toEqual(utf8('PNG'));
  expect(painted.map(({ pan }) => pan)).toEqual([expect.stringMatching(/^\d{6}•{6}\d{4}$/)]);
});

test('overwrites what it can and knows nothing more once disposed of', async () => {
  const card = await preparation().prepare(at(1), signal);
  const [grouping, samples] = [card.resolve('container:0101'), card.sides[0]?.panels[0]?.samples];
  expect(grouping.some((byte) => byte !== 0) && samples?.some((byte) => byte !== 0)).toBe(true);
  card.dispose();
  expect([...grouping, ...(samples ?? [1])].every((byte) => byte === 0)).toBe(true);
  expect(card.digestKey.every((byte) => byte === 0)).toBe(true);
  expect(() => card.resolve('record:pan')).toThrow(expect.objectContaining({ code: 'PRODUCTION-NO-PLAN' }));
});

test('makes the key of the read digests from the opened record, never from what a backup still holds', async () => {
  const order = at(0);
  const card = await preparation().prepare(order, signal);
  const again = await preparation().prepare(order, signal);
  expect(card.digestKey).toEqual(again.digestKey);
  const ciphertext = batch.bytes(0);
  for (const known of [ciphertext, concatBytes(utf8('read-digest\0'), ciphertext)]) {
    expect(Buffer.from(card.digestKey)).not.toEqual(createHash('sha256').update(known).digest());
  }
  const once = createHash('sha256').update(ciphertext).digest();
  const twice = createHash('sha256').update('read-digest\0').update(once).digest();
  expect(Buffer.from(card.digestKey)).not.toEqual(twice);
});

test('refuses a record that is not the one accepted, and another order in its place', async () => {
  const sealed = await sealBatch(keys, 'b-changed', records.slice(0, 2));
  const changed = { code: 'PREPARATION-RECORD-CHANGED', details: { order: at(0).order } };
  sealed.damage(0, sealed.bytes(1));
  await expect(preparation(sealed).prepare(at(0, sealed), signal)).rejects.toMatchObject(changed);
  sealed.damage(0, concatBytes(sealed.bytes(1), Uint8Array.of(0)));
  await expect(preparation(sealed).prepare(at(0, sealed), signal)).rejects.toMatchObject(changed);
  const crossed: SealedBatch = {
    ...sealed,
    orderFacts: (b, o) => sealed.orderFacts(b, at(1).order) ?? sealed.orderFacts(b, o),
  };
  await expect(preparation(crossed).prepare(at(0, sealed), signal)).rejects.toMatchObject(changed);
});

test('opens nothing once the wrapping key of the batch is destroyed', async () => {
  const sealed = await sealBatch(keys, 'b-erased', records.slice(0, 1));
  await keys.destroyBatchKey(sealed.batch, signal);
  await expect(preparation(sealed).prepare(at(0, sealed), signal)).rejects.toMatchObject({ code: 'KEYS-NOT-FOUND' });
});

test("refuses a container that is not the product's", async () => {
  const [good] = records;
  if (good?.chip === undefined) throw new Error('a chip order is wanted');
  const groupings = good.chip.groupings;
  const { transportKey } = good.chip;
  const with_ = (changed: typeof groupings) => ({ ...good, chip: { transportKey, groupings: changed } });
  const sealed = await sealBatch(keys, 'b-container', [
    with_(groupings.slice(1)),
    with_([...groupings, { dgi: '0301', value: '7000', protection: 'none' }]),
    with_(groupings.map((g) => (g.dgi === '8000' ? { ...g, protection: 'none' } : g))),
  ]);
  const crossed = (index: number): SealedBatch => ({
    ...sealed,
    orderFacts: () => ({ index, sealedDigest: sealed.digestAt(index) }),
  });
  for (const [index, reason] of [/0101 is missing/, /no data grouping 0301/, /8000 is not protected/].entries()) {
    const order = { batch: sealed.batch, order: good.orderId };
    await expect(preparation(crossed(index)).prepare(order, signal)).rejects.toMatchObject({
      code: 'CARD-PERSONALISATION',
      details: { reason: expect.stringMatching(reason) as string },
    });
  }
});

test('has the next cards ready, hands each out once, drops what is no longer wanted, and shows a fault when it is asked for', async () => {
  let painted = 0;
  const counting = {
    paint: (...words: Parameters<CardPainter['paint']>) => {
      painted++;
      return painter.paint(...words);
    },
    picture: painter.picture.bind(painter),
  };
  const productOf = () => ({ product, digest: productDigestOf(product), profile: null, further: [] });
  const ahead = new Preparation({
    ...batch,
    productOf,
    keys,
    means: noIssuerMeans,
    packages: noPackages,
    painter: counting,
    specimen: 'on',
  });
  ahead.readyAhead([at(0), at(1)]);
  const [first, second] = [await ahead.prepare(at(0), signal), await ahead.prepare(at(1), signal)];
  expect([first.plan.order, second.plan.order, painted]).toEqual([at(0).order, at(1).order, 2]);
  ahead.readyAhead([at(2), at(3)]);
  ahead.readyAhead([at(3)]);
  const third = await ahead.prepare(at(2), signal);
  expect(third.resolve('record:pan').length).toBeGreaterThan(0);
  const sealed = await sealBatch(keys, 'b-ahead', records.slice(0, 1));
  const failing = preparation(sealed);
  sealed.damage(0, Uint8Array.of(1));
  failing.readyAhead([at(0, sealed)]);
  await expect(failing.prepare(at(0, sealed), signal)).rejects.toMatchObject({ code: 'PREPARATION-RECORD-CHANGED' });
  ahead.close();
});
