import { utf8, toHex } from '../bytes/bytes.ts';
import { canonicalJson, type Sha256 } from '../journal-format/entry.ts';

/** One accepted order as the release signs it. */
export interface SignedRecord {
  readonly index: number;
  readonly order: string;
  readonly sealedDigest: string;
  readonly state: 'ready' | 'held';
}

/**
 * The digest that a release statement signs: product, manifest and every record in order of index, byte for byte.
 *
 * SHA-256, hexadecimal, over the RFC 8785 form of an array of rows; the batch that runs must give the same value.
 */
export function contentDigest(
  batch: {
    readonly batch: string;
    readonly product: string;
    readonly productDigest: string;
    readonly manifestDigest: string;
  },
  records: Iterable<SignedRecord>,
  sha256: Sha256,
): string {
  const rows: unknown[] = [[batch.batch, batch.product, batch.productDigest, batch.manifestDigest]];
  for (const record of records) rows.push([record.index, record.order, record.sealedDigest, record.state]);
  return toHex(sha256(utf8(canonicalJson(rows))));
}
