import { createHash } from 'node:crypto';
import type { SignedRecord } from '#shared/domain/content-digest.ts';

/**
 * `contentDigest` of `src-shared/domain`, fed record by record so that a large batch is never held as one text.
 *
 * RFC 8785 of an array of arrays of texts and whole numbers is what `JSON.stringify` writes.
 */
export class ContentDigestStream {
  readonly #hash = createHash('sha256');

  constructor(batch: {
    readonly batch: string;
    readonly product: string;
    readonly productDigest: string;
    readonly manifestDigest: string;
  }) {
    const head = [batch.batch, batch.product, batch.productDigest, batch.manifestDigest];
    this.#hash.update(`[${JSON.stringify(head)}`);
  }

  /** Records come in order of index. */
  add({ index, order, sealedDigest, state }: SignedRecord): void {
    this.#hash.update(`,${JSON.stringify([index, order, sealedDigest, state])}`);
  }

  /** The digest, 64 hexadecimal digits; ends the stream. */
  end(): string {
    return this.#hash.update(']').digest('hex');
  }
}
