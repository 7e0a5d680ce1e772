import { z } from 'zod';
import { batchId, environment, issuerId, productReference, stationId } from '../../domain/identifiers.ts';
import { batchPriority, maximumBatchRecords } from './manifest.ts';
import { day, instant } from './wire-text.ts';

/**
 * Where the CMS sees a batch: `available` to be leased, `leased` by a station, `granted` for production, `producing` since its first event
 * of a card, `closed` by the station.
 */
export const cmsBatchState = z.enum(['available', 'leased', 'granted', 'producing', 'closed']);
export type CmsBatchState = z.infer<typeof cmsBatchState>;

/** A batch as the list shows it; `mine` says whether the asking station holds it. */
export const cmsBatch = z.strictObject({
  id: batchId,
  issuer: issuerId,
  product: productReference,
  count: z.int().min(1).max(maximumBatchRecords),
  due: day,
  priority: batchPriority,
  environment,
  state: cmsBatchState,
  holder: z.enum(['nobody', 'this-station', 'another-station']),
  createdAt: instant,
});
export type CmsBatch = z.infer<typeof cmsBatch>;

/** Answer of `GET /v1/batches`: urgent first, then by due day, then by age. Closed batches are left out. */
export const batchList = z.strictObject({ batches: z.array(cmsBatch).max(10_000) });
export type BatchList = z.infer<typeof batchList>;

/**
 * What the CMS holds of one order, derived from the station's events. `returned`: never granted, its lease ran out, it lives on in another
 * batch. `blocked`: its station was declared lost and a card of it may exist; it is never made again under this order.
 */
export const cmsOrderState = z.enum([
  'waiting',
  'begun',
  'produced',
  'failed',
  'held',
  'withdrawn',
  'returned',
  'blocked',
]);
export type CmsOrderState = z.infer<typeof cmsOrderState>;

/** Answer of `GET /v1/batches/:batch/state`: how far the reported events have brought it. */
export const batchStateView = z.strictObject({
  batch: batchId,
  state: cmsBatchState,
  station: stationId.nullable(),
  count: z.int().min(1),
  orders: z.record(cmsOrderState, z.int().min(0)),
  /** There where the CMS was restored from a backup and may have forgotten what it granted. */
  reconciling: z.literal('yes').exactOptional(),
  /** The last events that spoke of this batch, newest last, at most 50. */
  events: z.array(
    z.strictObject({ station: stationId, sequence: z.int().min(1), kind: z.string().max(80), time: instant }),
  ),
});
export type BatchStateView = z.infer<typeof batchStateView>;
