import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { productSchema, type Product } from '#shared/domain/product.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import { scriptLines } from '#shared/product-description/script-text.ts';
import type { KeyPort } from '../keys/port.ts';
import { openTestPainter, shippedProduct, shippedProfile } from '../layout/test-painter.ts';
import { noIssuerMeans, openIssuerMeans, noPackages } from './issuer-means.fixture.ts';
import { issuerKeysOf } from '#shared/domain/card-key-reference.ts';
import { Preparation } from './prepare-card.ts';
import type { IssuerMeans } from './station/issuer-means.ts';
import {
  openTrainingKeys,
  productDigestOf,
  sampleOrder,
  sealBatch,
  type SealedBatch,
} from './training-order.fixture.ts';

const { signal } = new AbortController();
const keyChecks = (name: string) => (name === 'northbank/scp03' ? [] : [{ name, kcv: 'a1b2c3' }]);

describe.each(['debit-online-dda@1', 'debit-offline-cda@1', 'debit-loyalty-dual@1'] as const)(
  'the script of %s',
  (reference) => {
    const order: OrderRecord = sampleOrder(reference, 7);
    let product: Product;
    let keys: KeyPort;
    let means: IssuerMeans;
    let painter: Awaited<ReturnType<typeof openTestPainter>>;
    let batch: SealedBatch;
    let profile: Awaited<ReturnType<typeof shippedProfile>>;
    let further: readonly (typeof profile)[];

    beforeAll(async () => {
      product = productSchema.parse(await shippedProduct(reference));
      if (product.chip.kind !== 'emv' || product.chip.preparation.kind !== 'station')
        throw new Error('not prepared here');
      profile = await shippedProfile(product.chip.preparation.profile);
      further = await Promise.all((product.chip.further ?? []).map((one) => shippedProfile(one.profile)));
      keys = await openTrainingKeys(issuerKeysOf(product.chip));
      means = await openIssuerMeans(keys);
      painter = await openTestPainter();
      batch = await sealBatch(keys, 'b-script', [order]);
    }, 60_000);
    afterAll(async () => {
      await painter.close();
      await keys.close();
    });

    const preparation = (with_: Partial<ConstructorParameters<typeof Preparation>[0]> = {}) =>
      new Preparation({
        ...batch,
        productOf: () => ({ product, digest: productDigestOf(product), profile, further }),
        keys,
        means,
        packages: noPackages,
        painter,
        specimen: 'on',
        ...with_,
      });
    const wanted = () => ({ batch: batch.batch, order: order.orderId });

    test('is of the very plan that production makes, and its commands are as long', async () => {
      const { plan, steps } = await preparation().script(wanted(), keyChecks, signal);
      const card = await preparation().prepare(wanted(), signal);
      expect(plan).toEqual(card.plan);
      card.dispose();
      const acts = steps.flatMap((step) => (step.kind === 'keys' ? [step.text.split(' ').slice(0, 2).join(' ')] : []));
      expect(acts.slice(0, 5)).toEqual(['compute CVV', 'take a', 'open the', 'derive the', 'encipher the']);
      const text = steps.flatMap(scriptLines).join('\n');
      expect(text).toContain('cvk/northbank/1 (KCV a1b2c3)');
      expect(text).toContain('northbank/scp03 (not here)');
      expect(text).toMatch(/9F46 ICC Public Key Certificate: <176 bytes, made for the card>/);
      expect(text).toMatch(/part of a data grouping: <\d+ bytes>/);
      expect(text).toMatch(/DGI 8201 .*: <\d+ bytes, secret>/);
      expect(text).toMatch(/DGI 9000 .*: <9 bytes, made for the card>/);
    });

    test('asks neither key nor pool: a key is used to open the sealed record alone', async () => {
      const refuse = () => Promise.reject(new Error('the script used a key'));
      const untouched = Object.fromEntries(
        [
          'cardVerificationValues',
          'certifyIcc',
          'openChannel',
          'wrapCommand',
          'unwrapThenWrap',
          'translateGrouping',
          'cardKeysGrouping',
          'iccKeyGroupings',
        ].map((act) => [act, refuse]),
      );
      const unseal: KeyPort['unseal'] = (...request) => keys.unseal(...request);
      const script = await preparation({
        keys: { ...untouched, unseal } as unknown as KeyPort,
        means: {
          usable: means.usable,
          certificates: means.certificates,
          now: () => means.now(),
          iccKeys: { take: refuse },
        },
      }).script(wanted(), keyChecks, signal);
      expect(script.steps.length).toBeGreaterThan(20);
    });

    test('holds no value of the order in any form, but the number masked', async () => {
      const { steps } = await preparation().script(wanted(), keyChecks, signal);
      const text = JSON.stringify(steps).toUpperCase();
      const hex = (value: string) => Buffer.from(value, 'latin1').toString('hex').toUpperCase();
      const { pan = '', encodedName = '', printName = '', expiry = '' } = order;
      for (const value of [pan, encodedName, printName, `${pan}=`, `${pan}D`, `=${expiry}`, `D${expiry}`]) {
        expect(text).not.toContain(value.toUpperCase());
        expect(text).not.toContain(hex(value));
      }
      for (const { value, protection } of order.chip?.groupings ?? [])
        if (protection === 'transport') expect(text).not.toContain(value.toUpperCase());
      expect(text).toContain(`${pan.slice(0, 6)}••••••${pan.slice(-4)}`);
    });

    test('of an issuer without keys is refused as production would refuse it', async () => {
      const without = preparation({ means: noIssuerMeans });
      await expect(without.script(wanted(), keyChecks, signal)).rejects.toMatchObject({
        code: 'KEYS-MISSING',
      });
    });
  },
);

describe.each(['emv-debit@1', 'debit-online-dda@1', 'debit-loyalty-dual@1', 'gift-print@1'] as const)(
  'the script of an invented order of %s',
  (reference) => {
    test('is every command of its chip, without a batch, a record or a key', async () => {
      const product = productSchema.parse(await shippedProduct(reference));
      const { chip } = product;
      const station = chip.kind === 'emv' && chip.preparation.kind === 'station' ? chip.preparation : null;
      const profile = station === null ? null : await shippedProfile(station.profile);
      const others = chip.kind === 'emv' ? (chip.further ?? []) : [];
      const further = await Promise.all(others.map((one) => shippedProfile(one.profile)));
      const keys = await openTrainingKeys({ name: 'northbank/scp03', version: 48 });
      const means = await openIssuerMeans(keys);
      await keys.close();
      const refuse = (): never => {
        throw new Error('the script asked for a batch');
      };
      const preparation = new Preparation({
        records: { key: refuse, read: refuse },
        orderFacts: refuse,
        productOf: refuse,
        releasedWith: refuse,
        keys: null as never,
        means,
        packages: noPackages,
        painter: null as never,
        specimen: 'on',
      });
      const catalogued = { product, digest: productDigestOf(product), profile, further };
      const { plan, steps } = preparation.sampleScript(catalogued, keyChecks);
      expect(plan).toMatchObject({ product: reference, order: 'SAMPLE', productDigest: catalogued.digest });
      const labels = steps.flatMap((step) => (step.kind === 'command' ? [step.label] : []));
      const stored = labels.filter((label) => label.includes('STORE DATA'));
      expect(stored.length === 0).toBe(chip.kind === 'none');
      expect(JSON.stringify(steps)).not.toContain('SAMPLE/CARD');
    });
  },
);
