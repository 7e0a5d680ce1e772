import { batchId, orderId } from '#shared/domain/identifiers.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

/** Makes a blank of a line a test card of an order, and tries on it what is never tried on a customer's. */
export function cardExercise(
  of: { readonly batch: string; readonly order: string; readonly line: string },
  options: CommonOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const { steps } = await station.devices.exerciseTestCard({
      line: of.line,
      batch: batchId.parse(of.batch),
      order: orderId.parse(of.order),
    });
    const wrong = steps.filter(({ outcome }) => outcome === 'wrong').length;
    const rows = steps.map(({ outcome, name, text, clause }) => [outcome, name, text, clause]);
    return {
      value: { steps },
      text: table(['RESULT', 'TRIED', 'THE CARD', 'CLAUSE'], rows),
      code: wrong === 0 ? exitCodes.done : exitCodes.refused,
    };
  });
}
