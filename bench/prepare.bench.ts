// Cards a second that the station prepares, each profile, against the key store's bare limit: the same signatures with the same issuer key, one
// after the other in this process, without the key process and without anything around them. Drawing is left out: it runs in a thread of
// its own and needs no key. Key pairs are made beforehand, as the pool does in idle time.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Secret } from '#shared/bytes/secret.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { completeProduct } from '#shared/payment-profile/product-of-profile.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { openProvider } from '../src-main/keys/hsm-worker/open-provider.ts';
import { openKeyPort, type KeyPortOptions } from '../src-main/keys/open-key-port.ts';
import type { KeyPort, SealedIccKey } from '../src-main/keys/port.ts';
import { prepareTokenStore } from '../src-main/keys/token-store.ts';
import { openIssuerMeans } from '../src-main/preparation/issuer-means.fixture.ts';
import { cardKeySet } from '../src-main/preparation/make-card-plan.ts';
import { Preparation } from '../src-main/preparation/prepare-card.ts';
import { loadPaymentProfiles } from '../src-main/preparation/profile-catalogue.ts';
import {
  prepareTrainingKeys,
  productDigestOf,
  sampleOrder,
  sealBatch,
} from '../src-main/preparation/training-order.fixture.ts';
import { percentile, reportFigure, rounded } from './report-figure.ts';

const references = ['debit-online-dda@1', 'debit-offline-cda@1'] as const;
const cards = 400;
/** Prepared at once, as ahead of the lines. */
const atOnce = 4;
const pairs = 24;
const resolution = 1;
const modulePath = '/usr/lib/softhsm/libsofthsm2.so';
const assets = new URL('../assets/', import.meta.url).pathname;
const { signal } = new AbortController();
const quiet = { info: () => undefined, warn: () => undefined };

async function readProduct(reference: string): Promise<{ product: Product; profile: PaymentProfile }> {
  const profiles = await loadPaymentProfiles(join(assets, 'payment-profiles'));
  const content: unknown = JSON.parse(readFileSync(join(assets, 'profiles', `${reference}.json`), 'utf8'));
  const completed = completeProduct(content, profiles);
  if (completed.kind === 'refused' || completed.profile === null) throw new Error('a product with a profile is wanted');
  return { product: productSchema.parse(completed.content), profile: completed.profile };
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

/** Signatures a second with an issuer key, nothing between caller and module. */
async function bareLimit(options: KeyPortOptions, issuerKey: string, length: number): Promise<number> {
  const { provider } = await openProvider({ ...options, pin: options.pin.reveal() });
  try {
    const block = new Uint8Array(length).fill(0xbb);
    block[0] = 0x6a;
    block[length - 1] = 0xbc;
    const began = performance.now();
    for (let made = 0; made < cards; made++) provider.rawSign(issuerKey, block);
    return cards / ((performance.now() - began) / 1000);
  } finally {
    provider.close();
  }
}

async function measure(reference: (typeof references)[number], keys: KeyPort, options: KeyPortOptions): Promise<void> {
  const { product, profile } = await readProduct(reference);
  const means = await meansOf(keys);
  const { chip } = product;
  if (chip.kind === 'none' || chip.preparation.kind === 'container') throw new Error('a station product is wanted');
  const { bits: size, exponent } = chip.preparation.iccKey;
  const pool: SealedIccKey[] = [];
  while (pool.length < pairs) pool.push(await keys.makeIccKey({ size, exponent, environment: 'test' }, signal));
  let taken = 0;
  const orders = Array.from({ length: cards }, (_, serial) => sampleOrder(reference, serial));
  const sealed = await sealBatch(keys, `bench-${reference.replace('@', '-')}`, orders);
  const catalogued = { product, digest: productDigestOf(product), profile, further: [] };
  const preparation = new Preparation({
    ...sealed,
    productOf: () => catalogued,
    keys,
    means: {
      ...means,
      iccKeys: {
        take: () => {
          const pair = pool[taken++ % pairs];
          return pair === undefined ? Promise.reject(new Error('the pool is empty')) : Promise.resolve(pair);
        },
      },
    },
    painter: { paint: () => Promise.resolve([]), picture: () => Promise.reject(new Error('nothing is drawn')) },
    specimen: 'on',
  });
  const waits: number[] = [];
  let next = 0;
  const lag = monitorEventLoopDelay({ resolution });
  const bare = await bareLimit(options, means.certificate.keyName, means.certificate.publicKey.modulus.length);
  lag.enable();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let order = sealed.orders[next++]; order !== undefined; order = sealed.orders[next++]) {
        const asked = performance.now();
        (await preparation.prepare({ batch: sealed.batch, order }, signal)).dispose();
        waits.push(performance.now() - asked);
      }
    }),
  );
  const perSecond = cards / ((performance.now() - began) / 1000);
  lag.disable();
  const { module } = await keys.describe(signal);
  reportFigure({
    name: `cards prepared, ${reference}`,
    value: rounded(perSecond, 1),
    unit: 'cards/s',
    baseline: { name: 'bare signatures with the issuer key', value: rounded(bare, 1) },
    about: {
      cards,
      atOnce,
      millisecondsACardP99: rounded(percentile(waits, 0.99), 1),
      eventLoopLagP99: rounded(Math.max(0, lag.percentile(99) / 1e6 - resolution), 1),
      eventLoopLagMax: rounded(Math.max(0, lag.max / 1e6 - resolution), 1),
      module,
    },
  });
}

let opened: ReturnType<typeof openIssuerMeans> | null = null;
function meansOf(keys: KeyPort): ReturnType<typeof openIssuerMeans> {
  return (opened ??= openIssuerMeans(keys));
}

const folder = mkdtempSync(join(tmpdir(), 'cardwright-prepare-'));
try {
  const options = await openStore(folder);
  const keys = await openKeyPort(options, { logger: quiet });
  const { product } = await readProduct(references[0]);
  if (product.chip.kind === 'none') throw new Error('a chip product is wanted');
  await prepareTrainingKeys(keys, cardKeySet(product.chip));
  for (const reference of references) await measure(reference, keys, options);
  await keys.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
