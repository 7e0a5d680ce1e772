import { createHash } from 'node:crypto';

/**
 * SHA-256 over a batch's sealed records, 64 hexadecimal digits: for each record in the order of its index, index as 4 bytes big-endian
 * and the 32 bytes of its sealed digest (SHA-256 of the record as stored).
 *
 * It is what a release signs. Throws a RangeError when the records are not in strictly rising order.
 */
export function contentDigest(records: Iterable<{ readonly index: number; readonly sealedDigest: string }>): string {
  const hash = createHash('sha256');
  const head = Buffer.alloc(4);
  let last = -1;
  for (const { index, sealedDigest } of records) {
    if (index <= last) throw new RangeError('records are not in rising order');
    last = index;
    head.writeUInt32BE(index);
    hash.update(head);
    hash.update(sealedDigest, 'hex');
  }
  return hash.digest('hex');
}
