import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

const page = 500;

/** Chip cards that may not be used again: why, what is known of the chip, and where the card is. */
export function quarantine(
  options: CommonOptions & { readonly all?: true },
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.cards.quarantine({ show: options.all === true ? 'all' : 'existing', limit: page });
    const rows = view.cards.map((card) => [
      card.chipSerial,
      card.batch,
      card.attempt,
      card.step ?? '-',
      card.fault.code,
      card.truth,
      card.place,
      String(card.metAgain),
    ]);
    const more = view.total > view.cards.length ? `\n${view.total - view.cards.length} more.` : '';
    return {
      value: view,
      text:
        rows.length === 0
          ? 'No chip card is in quarantine.'
          : `${table(['CHIP', 'BATCH', 'ATTEMPT', 'STEP', 'FAULT', 'CHIP IS', 'PLACE', 'FED AGAIN'], rows)}${more}\nNone of them may be used again: have them destroyed (stock destroy).`,
      code: exitCodes.done,
    };
  });
}
