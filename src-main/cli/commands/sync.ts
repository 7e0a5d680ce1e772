import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';

/** Sends what the journal holds to the CMS now. */
export function sync(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.sync.now({});
    const { trouble } = view;
    return {
      value: view,
      text:
        `${view.cms}: ${view.state}, ${view.acknowledged} entries acknowledged, ${view.queued} to send.` +
        (trouble === null ? '' : `\n${trouble.text} ${trouble.next}`),
      code: trouble === null ? exitCodes.done : exitCodes.refused,
    };
  });
}
