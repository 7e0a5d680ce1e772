import { withPerson } from '../command-context.ts';
import type { CommandSurroundings } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { signedAndDone, signedOutcome } from '../until-carried-out.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

export interface MoveOptions extends SigningOptions {
  readonly count: number;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** A place as people say it: `vault`, `out`, or the name of a line. */
function placeOf(text: string): string {
  return text === 'vault' || text === 'out' || text.includes('/') ? text : `line/${text}`;
}

/** Moves a counted pack; a second person goes along and signs. */
export async function moveLot(lot: string, options: MoveOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  const second = secondPerson(options, `the move of ${lot}`);
  return withPerson(options, around, async (context) => {
    const { count, reason } = options;
    const pack = { lot, from: placeOf(options.from), to: placeOf(options.to), count };
    const request = await context.station.stock.requestMove({ packs: [pack], reason });
    const view = await signedAndDone(context, request, second);
    return signedOutcome(view, second, `${count} of ${lot} moved from ${options.from} to ${options.to}.`);
  });
}
