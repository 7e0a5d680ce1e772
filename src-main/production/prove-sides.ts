import { StationFault } from '#shared/faults/station-fault.ts';
import type { ProvePrint } from './batch-run.ts';
import type { LineOptions } from './line-options.ts';

/** How a line proves what it would print: its printer packs the sides, the reader of print jobs finds the order in them, before a blank is taken. */
export function proverOf({ machines, printProof }: Pick<LineOptions, 'machines' | 'printProof'>): ProvePrint {
  return async (card, signal) => {
    const job = await machines.printer.pack(card.sides, signal);
    const verdict = await printProof.provePrint(card, job.commands, signal);
    const [first] = verdict.findings;
    if (first === undefined) return { job, verdict };
    throw new StationFault('PRODUCTION-PRINT-DIFFERS', {
      order: card.plan.order,
      item: first.item,
      text: first.text,
      findings: verdict.findings.length,
    });
  };
}
