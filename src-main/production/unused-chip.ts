import { StationFault } from '#shared/faults/station-fault.ts';
import type { Job } from './line-state.ts';
import type { OrderBook } from './order-book.ts';

/**
 * One chip is used for one attempt. PRODUCTION-CHIP-QUARANTINED when its card was rejected, taken out or lost, in whatever batch;
 * PRODUCTION-CHIP-TWICE when this batch has met it before.
 */
export function requireUnusedChip(
  book: Pick<OrderBook, 'chipSeen' | 'quarantinedAs'>,
  job: Pick<Job, 'attempt' | 'batch'>,
  serial: string,
): void {
  const kept = book.quarantinedAs(serial, job.attempt);
  if (kept !== null) throw new StationFault('PRODUCTION-CHIP-QUARANTINED', { serial, attempt: kept });
  if (book.chipSeen(job.batch, serial, job.attempt)) throw new StationFault('PRODUCTION-CHIP-TWICE', { serial });
}
