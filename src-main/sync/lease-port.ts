import type { BatchId, OrderId } from '#shared/domain/identifiers.ts';

/** What production may know of the CMS: whether a card of this order may be started now. */
export interface LeasePort {
  /** The grant under which a card of the order may be started; PRODUCTION-NO-GRANT where there is none or its time is over. */
  grantFor(batch: BatchId, order: OrderId): { readonly grant: string };
}
