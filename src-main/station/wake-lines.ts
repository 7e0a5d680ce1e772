import type { JournalEntry } from '#shared/journal-format/entry.ts';
import type { ProductionService } from '../production/production-service.ts';

const wakes = new Set(['grant.received', 'batch.orders-returned', 'batch.lost']);

/** Tells the lines when the CMS granted more or took something back. */
export function wakeLines(production: ProductionService): (entries: readonly JournalEntry[]) => void {
  return (entries) => {
    if (entries.some(({ header }) => wakes.has(header.kind))) production.goOn();
  };
}
