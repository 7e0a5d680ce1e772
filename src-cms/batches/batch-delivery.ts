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
  /** The manifest as JWS compact, ASCII. */
  manifest(consignment: Consignment, signal: AbortSignal): Promise<Buffer>;
  /** Records from `from` (inclusive) to `to` (exclusive), in order. */
  records(consignment: Consignment, from: number, to: number, signal: AbortSignal): AsyncIterable<RecordLine>;
}

const claimsWithoutDigests = manifestClaims.omit({ recordDigests: true });

/** Everything that a manifest says but the list of digests. */
function headOfClaims({ batch, lease }: Consignment): Omit<ManifestClaims, 'recordDigests'> {
  return claimsWithoutDigests.parse({
    version: 1,
    batch: batch.id,
    issuer: batch.issuer,
    product: batch.product,
    count: batch.count,
    due: batch.due,
    priority: batch.priority,
    environment: batch.environment,
    audience: { station: lease.station, lease: lease.id },
    contentKey: JSON.parse(lease.content_key) as unknown,
    issuedAt: lease.created_at,
  });
}

/** One digest in JSON: 64 digits, two quotation marks and the comma or bracket before. */
const digestWidth = 67;

/**
 * Writes a manifest's claims as JSON text. Each record is enciphered once to learn its digest and then forgotten; the digests are written
 * straight into the text, which for 100,000 records takes 6.4 MB and nothing beside it.
 */
export async function writeClaims(orders: OrderStore, consignment: Consignment, signal: AbortSignal): Promise<Buffer> {
  const { batch, key } = consignment;
  const head = Buffer.from(`${JSON.stringify(headOfClaims(consignment)).slice(0, -1)},"recordDigests":`, 'utf8');
  const text = Buffer.allocUnsafe(head.length + batch.count * digestWidth + 2);
  let at = head.copy(text);
  for await (const { position, record } of orders.open(batch.id, 0, batch.count, signal)) {
    const digest = recordDigest(sealRecord(key, batch.id, position, record));
    at += text.write(`${position === 0 ? '[' : ','}"${digest}"`, at, 'ascii');
  }
  at += text.write(']}', at, 'ascii');
  if (at !== text.length) throw new RangeError(`batch ${batch.id} does not hold its ${batch.count} records`);
  return text;
}

/** The delivery that every batch gets unless training has spoilt it. */
export class HonestDelivery implements BatchDelivery {
  readonly #orders: OrderStore;
  readonly #signingKey: SigningKey;

  constructor(orders: OrderStore, signingKey: SigningKey) {
    this.#orders = orders;
    this.#signingKey = signingKey;
  }

  async manifest(consignment: Consignment, signal: AbortSignal): Promise<Buffer> {
    const claims = await writeClaims(this.#orders, consignment, signal);
    return this.#signingKey.signBytes('cardwright-manifest+jwt', claims);
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
