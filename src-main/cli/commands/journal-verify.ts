import type { ChainView } from '#shared/contract/views/evidence-views.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';

type Verified = ChainView['lastVerified'];

function beforeThis(before: Verified): string {
  if (before === null) return 'It was not verified before.';
  const who = before.by === 'person' ? 'a person asked for it' : 'the station itself, while nothing was made';
  return `Before this: ${before.result}, ${before.time}, ${who}.`;
}

/** Checks every entry, hash and signature of the journal; 5 when one is not as it was written. */
export function journalVerify(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station, terminal }) => {
    const { lastVerified: before } = await station.journal.chain({});
    const view = await station.journal.verify({});
    const whole = view.result === 'whole';
    const head = `${view.entries} entries, ${view.checkpoints} checkpoints, ${Math.round(view.milliseconds)} ms: `;
    return {
      value: { ...view, before },
      text: [
        head + (whole ? terminal.paint('good', 'whole') : terminal.paint('bad', 'BROKEN')),
        ...view.findings.map((finding) => `  entry ${finding.sequence}: ${finding.code} ${finding.text}`),
        beforeThis(before),
      ].join('\n'),
      code: whole ? exitCodes.done : exitCodes.journalBroken,
    };
  });
}
