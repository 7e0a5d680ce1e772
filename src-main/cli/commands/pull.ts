import { StationFault } from '#shared/faults/station-fault.ts';
import { batchSentence } from '../batch-lines.ts';
import { withPerson } from '../command-context.ts';
import type { CommandContext, CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';

/** The named batch, the only one that waits, or the one chosen at the terminal. CLI-NOTHING-WAITS, CLI-WHICH-BATCH. */
async function chosen(named: string | undefined, context: CommandContext): Promise<string> {
  if (named !== undefined) return named;
  const { batches } = await context.station.batches.available({});
  const only = batches[0];
  if (only === undefined) throw new StationFault('CLI-NOTHING-WAITS');
  if (batches.length === 1) return only.batch;
  const { terminal, signal } = context;
  if (terminal.person === 'absent')
    throw new StationFault('CLI-WHICH-BATCH', { batches: batches.map((batch) => batch.batch).join(', ') });
  for (const [index, batch] of batches.entries())
    terminal.aside(`  ${index + 1}  ${batch.batch}  ${batch.count} x ${batch.productTitle} for ${batch.issuerTitle}`);
  const answer = await terminal.ask(`Which (1 to ${batches.length}): `, signal);
  const choice = batches[Number(answer.trim()) - 1];
  if (choice === undefined)
    throw new StationFault('CLI-WHICH-BATCH', { batches: batches.map((batch) => batch.batch).join(', ') });
  return choice.batch;
}

/** Leases, receives and checks a batch from the CMS. */
export function pull(
  batch: string | undefined,
  options: CommonOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async (context) => {
    const view = await context.station.batches.pull({ batch: await chosen(batch, context) });
    const code = view.state === 'refused' ? exitCodes.refused : exitCodes.done;
    return { value: view, text: batchSentence(view), code };
  });
}
