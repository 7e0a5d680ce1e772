import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

/** The lots of blanks and ribbons. A number that somebody is counting is not told. */
export function lots(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.stock.lots({});
    const rows = view.lots.map((lot) => [
      lot.lot,
      lot.blankType,
      lot.environment,
      lot.received ?? '?',
      lot.used ?? '?',
      lot.left ?? '?',
      lot.line ?? '-',
    ]);
    return {
      value: view,
      text: table(['LOT', 'BLANK', 'FOR', 'RECEIVED', 'USED', 'LEFT', 'LINE'], rows),
      code: exitCodes.done,
    };
  });
}
