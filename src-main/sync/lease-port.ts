import type { BatchId, OrderId } from '#shared/domain/identifiers.ts';

/** What production may know of the CMS: whether a card of this order may be started now. */
export interface LeasePort {
  /**
   * The grant under which a card of the order may be started now. PRODUCTION-NO-GRANT, PRODUCTION-GRANT-USED-UP, PRODUCTION-GRANT-EXPIRED,
   * CMS-STATION-LOST where none may: nothing is wrong with line or card then, the CMS is waited for.
   */
  grantFor(batch: BatchId, order: OrderId): { readonly grant: string };
}

/** Faults of `grantFor` that mean waiting for the CMS. */
export const waitingForGrant: ReadonlySet<string> = new Set([
  'PRODUCTION-NO-GRANT',
  'PRODUCTION-GRANT-USED-UP',
  'PRODUCTION-GRANT-EXPIRED',
  'CMS-STATION-LOST',
]);

/** What the newest grant of a batch still allows. */
export interface GrantLeft {
  /** Cards that may still be begun, those to be made again among them. */
  readonly cards: number;
  readonly seconds: number;
}
