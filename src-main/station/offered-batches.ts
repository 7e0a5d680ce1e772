import type { AvailableBatchView } from '#shared/contract/views/batch-views.ts';
import type { IntakeService } from '../intake/intake-service.ts';

/** The batches that the CMS offers, with their titles. */
export async function offeredBatches(
  intake: IntakeService,
  titles: { readonly issuer: (id: string) => string; readonly product: (reference: string) => string },
  signal: AbortSignal,
): Promise<readonly AvailableBatchView[]> {
  const offered = await intake.available(signal);
  return offered.map(({ id, issuer, product, count, due, priority, environment }) => ({
    batch: id,
    issuer,
    issuerTitle: titles.issuer(issuer),
    product,
    productTitle: titles.product(product),
    count,
    due,
    priority,
    environment,
  }));
}
