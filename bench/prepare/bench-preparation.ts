import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#shared/bytes/secret.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { completeProduct } from '#shared/payment-profile/product-of-profile.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { openKeyPort, type KeyPortOptions } from '../../src-main/keys/open-key-port.ts';
import type { KeyPort, SealedIccKey } from '../../src-main/keys/port.ts';
import { prepareTokenStore } from '../../src-main/keys/token-store.ts';
import { openIssuerMeans, noPackages } from '../../src-main/preparation/issuer-means.fixture.ts';
import { issuerKeysOf } from '#shared/domain/card-key-reference.ts';
import { Preparation } from '../../src-main/preparation/prepare-card.ts';
import { loadPaymentProfiles } from '../../src-main/preparation/profile-catalogue.ts';
import { bringTrainingCardKeys } from '../../src-main/preparation/training-card-keys.ts';
import {
  prepareTrainingKeys,
  productDigestOf,
  type SealedBatch,
} from '../../src-main/preparation/training-order.fixture.ts';

/** Products that the station prepares from issuer keys, by their way of offline authentication. */
export const preparedProducts = [
  'debit-online-dda@1',
  'debit-offline-cda@1',
  'debit-online-sda@1',
  'debit-enciphered-cda@1',
] as const;
/** Products of ready containers, and with several applications on a chip. */
export const otherProducts = ['emv-debit@1', 'debit-loyalty-dual@1', 'debit-dual-cda@1', 'debit-scp02-dda@1'] as const;
export type PreparedProductReference = (typeof preparedProducts | typeof otherProducts)[number];

/** Prepared at once, as ahead of the lines. */
const atOnce = 4;
const pairs = 24;
const modulePath = '/usr/lib/softhsm/libsofthsm2.so';
const assets = new URL('../../assets/', import.meta.url).pathname;
const { signal } = new AbortController();
const quiet = { info: () => undefined, warn: () => undefined };

async function readProduct(
  reference: string,
): Promise<{ product: Product; profile: PaymentProfile | null; further: readonly PaymentProfile[] }> {
  const profiles = await loadPaymentProfiles(join(assets, 'payment-profiles'));
  const content: unknown = JSON.parse(readFileSync(join(assets, 'profiles', `${reference}.json`), 'utf8'));
  const completed = completeProduct(content, profiles);
  if (completed.kind === 'refused') throw new Error(completed.reason);
  const { profile, further } = completed;
  return { product: productSchema.parse(completed.content), profile, further };
}

async function openStore(folder: string): Promise<KeyPortOptions> {
  const pin = new Secret('0123456789abcdef0123456789abcdef');
  if (!existsSync(modulePath)) return { kind: 'node-crypto', folder, pin };
  const tokenLabel = 'cardwright bench';
  const request = { folder, modulePath, tokenLabel, pin };
  const { moduleEnvironment } = await prepareTokenStore(request, { logger: quiet, signal });
  Object.assign(process.env, moduleEnvironment);
  return { kind: 'pkcs11', modulePath, tokenLabel, pin, stationName: 'bench', moduleEnvironment };
}

/** Preparation on the real key process with an issuer's keys, in SoftHSM2 where it is installed; painting is left out. */
export class BenchPreparation implements AsyncDisposable {
  readonly keys: KeyPort;
  readonly store: KeyPortOptions;
  readonly means: Awaited<ReturnType<typeof openIssuerMeans>>;
  readonly atOnce = atOnce;
  readonly #folder: string;

  private constructor(parts: Pick<BenchPreparation, 'keys' | 'store' | 'means'>, folder: string) {
    this.keys = parts.keys;
    this.store = parts.store;
    this.means = parts.means;
    this.#folder = folder;
  }

  static async open(): Promise<BenchPreparation> {
    const folder = mkdtempSync(join(tmpdir(), 'cardwright-prepare-'));
    const store = await openStore(folder);
    const keys = await openKeyPort(store, { logger: quiet });
    const { product } = await readProduct(preparedProducts[0]);
    if (product.chip.kind === 'none') throw new Error('a chip product is wanted');
    await prepareTrainingKeys(keys, issuerKeysOf(product.chip));
    return new BenchPreparation({ keys, store, means: await openIssuerMeans(keys) }, folder);
  }

  /** What makes the cards of one product, batch after batch. Its key pairs are made here and used again and again: making them does not count. */
  async of(reference: PreparedProductReference): Promise<(sealed: SealedBatch) => Preparation> {
    const { product, profile, further } = await readProduct(reference);
    const { chip } = product;
    if (chip.kind === 'none') throw new Error('a chip product is wanted');
    await bringTrainingCardKeys(this.keys, product, () => true, signal);
    const iccKey = chip.preparation.kind === 'station' ? chip.preparation.iccKey : undefined;
    const pool: SealedIccKey[] = [];
    while (iccKey !== undefined && pool.length < pairs) {
      const { bits: size, exponent } = iccKey;
      pool.push(await this.keys.makeIccKey({ size, exponent, environment: 'test' }, signal));
    }
    let taken = 0;
    const take = (): Promise<SealedIccKey> => {
      const pair = pool[taken++ % pairs];
      return pair === undefined ? Promise.reject(new Error('the pool is empty')) : Promise.resolve(pair);
    };
    const catalogued = { product, digest: productDigestOf(product), profile, further };
    return (sealed) =>
      new Preparation({
        ...sealed,
        productOf: () => catalogued,
        packages: noPackages,
        keys: this.keys,
        means: { ...this.means, iccKeys: { take } },
        painter: { paint: () => Promise.resolve([]), picture: () => Promise.reject(new Error('nothing is drawn')) },
        specimen: 'on',
      });
  }

  /** Prepares every card of a batch and lets it go again; `made` is told how long each took, in milliseconds. */
  async makeAll(preparation: Preparation, sealed: SealedBatch, made: (milliseconds: number) => void): Promise<void> {
    let next = 0;
    const line = async (): Promise<void> => {
      for (let order = sealed.orders[next++]; order !== undefined; order = sealed.orders[next++]) {
        const asked = performance.now();
        (await preparation.prepare({ batch: sealed.batch, order }, signal)).dispose();
        made(performance.now() - asked);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.keys.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
