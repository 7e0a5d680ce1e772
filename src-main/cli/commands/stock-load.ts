import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';

/** Books a lot to a line, after its blanks were moved there and put into the feeder. */
export function loadLot(
  lot: string,
  line: string,
  options: CommonOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.stock.load({ lot, line });
    return {
      value: view,
      text: `${view.lot} (${view.blankType}, ${view.left ?? '?'} left) is loaded at ${view.line ?? line}.`,
      code: exitCodes.done,
    };
  });
}
