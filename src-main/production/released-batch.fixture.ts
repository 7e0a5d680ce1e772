import { createHash } from 'node:crypto';
import { contentDigest } from '#shared/domain/content-digest.ts';
import type { Product } from '#shared/domain/product.ts';
import type { NewEvent } from '../journal/port.ts';
import { productDigestOf, type SealedBatch } from '../preparation/training-order.fixture.ts';

const station = { kind: 'station' } as const;
const sha256 = (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest());

/** What a station's journal holds once a batch is released: its lines, a lot of blanks loaded at each of them, and the batch up to its start grant. */
export function releasedBatchEvents(
  sealed: SealedBatch,
  {
    product,
    lines,
    blanks,
    pairing = 'proven',
  }: {
    readonly product: Product;
    readonly lines: readonly { readonly line: string; readonly printer: string }[];
    readonly blanks: number;
    readonly pairing?: 'proven' | 'not-proven';
  },
): readonly NewEvent[] {
  const { batch, orders } = sealed;
  const reference = `${product.id}@${product.version}`;
  const productDigest = productDigestOf(product);
  const manifestDigest = createHash('sha256').update(batch).digest('hex');
  const records = orders.map((order, index) => ({
    index,
    order,
    maskedPan: null,
    cardDigest: null,
    sealedDigest: sealed.digestAt(index),
    findings: [],
  }));
  const rows = records.map(({ index, order, sealedDigest }) => ({
    index,
    order,
    sealedDigest,
    state: 'ready' as const,
  }));
  const digest = contentDigest({ batch, product: reference, productDigest, manifestDigest }, rows, sha256);
  const own = { actor: station, issuer: null } as const;
  const of = { actor: station, issuer: 'northbank', subjects: { batch } } as const;
  const lot = { lot: 'lot-1' };
  return [
    ...lines.map(({ line, printer }) => ({
      ...own,
      kind: 'line.configured' as const,
      subjects: { line },
      payload: { line, printer, reader: `${line}-reader`, title: line },
    })),
    ...(pairing === 'proven' ? lines : []).map(({ line, printer }) => ({
      ...own,
      kind: 'line.pairing-proven' as const,
      subjects: { line },
      payload: { line, printer, reader: `${line}-reader` },
    })),
    {
      ...own,
      kind: 'lot.received',
      subjects: lot,
      payload: { blankType: product.stock.blank, count: blanks, environment: 'test' },
    },
    ...lines.map(({ line }) => ({
      ...own,
      kind: 'lot.loaded' as const,
      subjects: { ...lot, line },
      payload: { line },
    })),
    { ...of, kind: 'batch.leased', payload: { lease: 'lease-1', expires: '2030-01-01T00:00:00.000Z' } },
    {
      ...of,
      kind: 'batch.received',
      payload: {
        product: reference,
        productDigest,
        count: orders.length,
        due: '2030-01-01T00:00:00.000Z',
        priority: 'normal',
        environment: 'test',
        manifestDigest,
        lease: 'lease-1',
        wrappingKey: { name: `batch-wrapping/${batch}`, kcv: '000000' },
        panDigestKeyVersion: 1,
        signer: 'test',
      },
    },
    { ...of, kind: 'batch.records-accepted', payload: { records } },
    { ...of, kind: 'batch.ready', payload: { ready: orders.length, held: 0, contentDigest: digest } },
    { ...of, kind: 'batch.release-requested', payload: { approval: 'ap-1', contentDigest: digest } },
    {
      ...of,
      kind: 'batch.released',
      payload: {
        approval: 'ap-1',
        contentDigest: digest,
        grant: 'g',
        grantCount: orders.length,
        grantValidForSeconds: 3600,
      },
    },
  ];
}
