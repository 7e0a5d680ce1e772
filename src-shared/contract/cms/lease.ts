import { z } from 'zod';
import { batchId, stationId } from '../../domain/identifiers.ts';
import { instant, leaseId } from './wire-text.ts';

/** Body of `POST /v1/batches/:batch/lease`: nothing yet. The certificate says which station asks. */
export const leaseRequest = z.strictObject({});

/**
 * A reservation of one batch by one station. It lapses at `expiresAt` unless a heartbeat renews it.
 *
 * A lease that lapses before a start grant ends, and its batch is free (410 `LEASE-EXPIRED`). One that lapses later loses the orders that
 * were never granted: they become a batch of their own, and heartbeats are answered 410 `ORDERS-RETURNED` until the station has fetched the
 * grant that says so. Granted orders stay: only events, or two people at the CMS, settle them.
 *
 * Asking again by the holder answers the same lease, renewed; by another station 409 `LEASE-HELD`.
 */
export const lease = z.strictObject({
  lease: leaseId,
  batch: batchId,
  station: stationId,
  expiresAt: instant,
  /** Send a heartbeat at least this often. */
  heartbeatSeconds: z.int().min(1),
  granted: z.boolean(),
});
export type Lease = z.infer<typeof lease>;

/** Answer of `DELETE /v1/leases/:lease`; 409 `LEASE-GRANTED` once a grant was given. */
export const leaseReleased = z.strictObject({ lease: leaseId, batch: batchId, released: z.literal('yes') });
export type LeaseReleased = z.infer<typeof leaseReleased>;
