import type { BalanceView } from '#shared/contract/views/batch-views.ts';
import type { BatchId } from '#shared/domain/identifiers.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalOrderBook } from '../production/journal-order-book.ts';
import { drawBalance } from '../stock/balance.ts';

/** Draws the balance of a batch from the journal. */
export function batchBalance(journal: Journal, book: JournalOrderBook): (batch: BatchId) => BalanceView {
  const { stock, orders, looks, printerReadings, lines } = journal.projections;
  return (batch) =>
    drawBalance({
      batch,
      uses: stock.usesOfBatch(batch),
      orders: orders.counts(batch),
      startable: book.counts(batch).ready,
      looksOutstanding: looks.outstandingOf(batch),
      printerCounts: printerReadings.ofBatch(batch),
      blankType: (lot) => stock.findLot(lot)?.blankType ?? '',
      printer: (line) => lines.findLine(line)?.printer ?? line,
    });
}
