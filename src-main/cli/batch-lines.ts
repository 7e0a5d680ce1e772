import type { BalanceView, BatchView } from '#shared/contract/views/batch-views.ts';
import { table } from './table.ts';

/** Batches as a table. */
export function batchTable(batches: readonly BatchView[]): string {
  return table(
    ['BATCH', 'STATE', 'ISSUER', 'PRODUCT', 'TOTAL', 'MADE', 'HELD', 'REJECTED', 'LOOKS', 'DUE'],
    batches.map((batch) => [
      batch.batch,
      batch.state,
      batch.issuer,
      batch.product,
      batch.counts.total,
      batch.counts.made,
      batch.counts.held,
      batch.counts.rejected,
      batch.counts.looksOutstanding,
      `${batch.due}${batch.priority === 'urgent' ? ' urgent' : ''}`,
    ]),
  );
}

/** One batch in a sentence, with its trouble if it has one. */
export function batchSentence(batch: BatchView): string {
  const { counts } = batch;
  const first =
    `${batch.batch} is ${batch.state}: ${counts.made} of ${counts.total} made, ` +
    `${counts.held} held, ${counts.rejected} rejected cards, ${counts.looksOutstanding} looks outstanding.`;
  return batch.trouble === null ? first : `${first}\n${batch.trouble.text} ${batch.trouble.next}`;
}

/** The balance as a person checks it. */
export function balanceTable(balance: BalanceView): string {
  const { fed, good, rejected, spoiled, test, returned, missing, inMachine, difference } = balance;
  return table(
    ['FED', 'GOOD', 'REJECTED', 'SPOILED', 'TEST', 'RETURNED', 'MISSING', 'IN MACHINE', 'DIFFERENCE'],
    [[fed, good, rejected, spoiled, test, returned, missing, inMachine, difference]],
  );
}
