import type { BatchState } from '#shared/contract/views/batch-views.ts';
import { batchTable } from '../batch-lines.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

/** The batches of this station, and those that wait at the CMS where the person may see them. */
export function batches(
  options: CommonOptions & { readonly state: BatchState | 'open' | 'all' },
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const here = await station.batches.list({ state: options.state, limit: 500 });
    const waiting = await station.batches.available({});
    const rows = waiting.batches.map((batch) => [
      batch.batch,
      batch.issuer,
      batch.product,
      batch.count,
      `${batch.due}${batch.priority === 'urgent' ? ' urgent' : ''}`,
    ]);
    const text = [
      here.batches.length === 0 ? 'No batches here.' : batchTable(here.batches),
      '',
      rows.length === 0
        ? 'Nothing waits at the CMS.'
        : `Waiting at the CMS:\n${table(['BATCH', 'ISSUER', 'PRODUCT', 'CARDS', 'DUE'], rows)}`,
    ].join('\n');
    return {
      value: { batches: here.batches, total: here.total, waiting: waiting.batches },
      text,
      code: exitCodes.done,
    };
  });
}
