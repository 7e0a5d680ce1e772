import { manifestClaims, type ManifestClaims } from '#shared/contract/cms/manifest.ts';
import type { RecordLine } from '#shared/contract/cms/records.ts';
import { recordDigest, sealRecord, type RecordKey } from '../sealing/record-sealer.ts';
import type { SigningKey } from '../signing/signing-key.ts';
import type { OrderStore } from '../store/order-store.ts';
import type { BatchRow, LeaseRow } from '../store/tables.ts';

/** What is being delivered: a batch under a lease of the station that asks, and the lease's record key. */
export interface Consignment {
  readonly batch: BatchRow;
  readonly lease: LeaseRow;
  readonly key: RecordKey;
}

/** Brings a batch to a station: the signed manifest and the enciphered records. */
export interface BatchDelivery {
  /** The manifest as JWS compact. */
  manifest(consignment: Consignment, signal: AbortSignal): Promise<string>;
  /** Records from `from` (inclusive) to `to` (exclusive), in order. */
  records(consignment: Consignment, from: number, to: number, signal: AbortSignal): AsyncIterable<RecordLine>;
}

/** Lists what a manifest says; each record is enciphered once to learn its digest and then forgotten. */
export async function gatherClaims(
  orders: OrderStore,
  { batch, lease, key }: Consignment,
  signal: AbortSignal,
): Promise<ManifestClaims> {
  const digests: string[] = [];
  for await (const { position, record } of orders.open(batch.id, 0, batch.count, signal)) {
    digests.push(recordDigest(sealRecord(key, batch.id, position, record)));
  }
  return manifestClaims.parse({
    version: 1,
    batch: batch.id,
    issuer: batch.issuer,
    product: batch.product,
    count: batch.count,
    recordDigests: digests,
    due: batch.due,
    priority: batch.priority,
    environment: batch.environment,
    audience: { station: lease.station, lease: lease.id },
    contentKey: JSON.parse(lease.content_key) as unknown,
    issuedAt: lease.created_at,
  });
}

/** The delivery that every batch gets unless training has spoilt it. */
export class HonestDelivery implements BatchDelivery {
  readonly #orders: OrderStore;
  readonly #signingKey: SigningKey;

  constructor(orders: OrderStore, signingKey: SigningKey) {
    this.#orders = orders;
    this.#signingKey = signingKey;
  }

  async manifest(consignment: Consignment, signal: AbortSignal): Promise<string> {
    const claims = await gatherClaims(this.#orders, consignment, signal);
    return this.#signingKey.signClaims('cardwright-manifest+jwt', claims);
  }

  async *records(
    { batch, key }: Consignment,
    from: number,
    to: number,
    signal: AbortSignal,
  ): AsyncGenerator<RecordLine> {
    for await (const { position, record } of this.#orders.open(batch.id, from, Math.min(to, batch.count), signal)) {
      yield { index: position, jwe: sealRecord(key, batch.id, position, record) };
    }
  }
}
