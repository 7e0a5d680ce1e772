import type { ChangeFeed } from '../api/change-feed.ts';
import type { Journal } from '../journal/journal.ts';
import type { RememberedHead } from '../journal/remembered-head.ts';
import type { ProductionService } from '../production/production-service.ts';

const wakes = new Set(['grant.received', 'batch.orders-returned', 'batch.lost']);

/** Tells the lines when the CMS granted more or took something back, and when the HSM came back or stays away. */
export function wakeLines(what: {
  readonly journal: Journal;
  readonly register: RememberedHead;
  readonly production: ProductionService;
  readonly changes: ChangeFeed;
}): void {
  const { journal, register, production, changes } = what;
  journal.subscribe((entries) => {
    if (entries.some(({ header }) => wakes.has(header.kind))) production.goOn();
  });
  register.subscribe(() => {
    changes.announce('sync', 'journal');
    production.goOn();
  });
}
