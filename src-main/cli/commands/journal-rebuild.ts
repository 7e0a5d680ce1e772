import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

/** Makes every state table anew from the entries alone and says which were as they should be. */
export function journalRebuild(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.journal.rebuild({});
    return {
      value: view,
      text: table(
        ['TABLE', 'ROWS', 'RESULT'],
        view.tables.map((one) => [one.table, one.rows, one.result]),
      ),
      code: exitCodes.done,
    };
  });
}
